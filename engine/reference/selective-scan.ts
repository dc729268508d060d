interface Token {
  /** [heads][headDim] */
  readonly x: readonly Float32Array[];
  readonly z: readonly Float32Array[];
  /** [heads] */
  readonly dt: Float32Array;
  /** [groups][stateSize] */
  readonly b: readonly Float32Array[];
  readonly c: readonly Float32Array[];
}

interface Heads {
  readonly a: Float32Array;
  readonly dtBias: Float32Array;
  readonly d: Float32Array;
}

/**
 * One token of Mamba-2's recurrence in plain loops.
 * @param state [heads, headDim, stateSize], which it changes
 * @returns y [heads, headDim], gated by silu(z)
 */
export function selectiveScanReference(state: Float32Array, { a, dtBias, d }: Heads, token: Token): Float32Array {
  const { x, z, dt, b, c } = token;
  const [headDim, stateSize] = [x[0]?.length ?? NaN, b[0]?.length ?? NaN];
  const y = new Float32Array(x.length * headDim);
  x.forEach((row, head) => {
    const group = Math.floor((head * b.length) / x.length);
    const [bs = [], cs = []] = [b[group], c[group]];
    const delta = Math.log1p(Math.exp((dt[head] ?? NaN) + (dtBias[head] ?? NaN)));
    const decay = Math.exp(delta * (a[head] ?? NaN));
    row.forEach((input, i) => {
      let sum = (d[head] ?? NaN) * input;
      for (let n = 0; n < stateSize; n++) {
        const at = (head * headDim + i) * stateSize + n;
        const next = decay * (state[at] ?? NaN) + delta * input * (bs[n] ?? NaN);
        state[at] = next;
        sum += next * (cs[n] ?? NaN);
      }
      const gate = z[head]?.[i] ?? NaN;
      y[head * headDim + i] = (sum * gate) / (1 + Math.exp(-gate));
    });
  });
  return y;
}
