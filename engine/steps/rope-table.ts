/** How positions become angles: plain RoPE, linear interpolation, or YaRN (Peng et al. 2023, arXiv:2309.00071). */
export interface RopeParameters {
  readonly dimensions: number;
  readonly base: number;
  readonly scaling: RopeScaling;
  /** What the rotated numbers are multiplied by besides; default 1. */
  readonly magnitude?: number;
  /**
   * Tensors of the file with a number for each pair, which its frequency is divided by: one for contexts up to `trained`, and one for
   * longer ones, as LongRoPE has them (Ding et al. 2024, arXiv:2402.13753). Llama 3 and Gemma 4 have the same for all.
   */
  readonly divisors?: { readonly short: string; readonly long: string; readonly trained: number };
}

/** The tensor with the divisors for a context. */
export function divisorsFor({ divisors }: RopeParameters, contextLength: number): string | undefined {
  return divisors && (contextLength > divisors.trained ? divisors.long : divisors.short);
}

export type RopeScaling =
  | { readonly kind: 'none' }
  /** No rotation: what is turned is only copied. */
  | { readonly kind: 'still' }
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalContext: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** How the paper's temperature is weighed in the rotation: DeepSeek's `mscale`, 1 in other models. */
      readonly mscale: number;
      /** What DeepSeek divides that by, and has in the attention scores instead: `mscale_all_dim`, or 0. */
      readonly mscaleAllDims: number;
    };

/** YaRN's attention temperature for a context stretched by `factor` (equation 22 of the paper). */
function yarnMscale(factor: number, multiplier: number): number {
  return factor <= 1 ? 1 : 0.1 * multiplier * Math.log(factor) + 1;
}

/**
 * What attention scores are multiplied by beyond 1/√d in DeepSeek's models. llama.cpp has YaRN's temperature there where positions are
 * interpolated linearly as well.
 */
export function deepseekAttentionMscale({
  scaling,
  magnitude = 1,
}: Pick<RopeParameters, 'scaling' | 'magnitude'>): number {
  switch (scaling.kind) {
    case 'none':
    case 'still':
      return magnitude ** 2;
    case 'linear':
      return (magnitude * (1 + 0.1 * Math.log(scaling.factor))) ** 2;
    case 'yarn':
      return (magnitude * yarnMscale(scaling.factor, scaling.mscale)) ** 2;
    default:
      return scaling satisfies never;
  }
}

/** What the rotated numbers are multiplied by. */
function rotationMscale(scaling: RopeScaling): number {
  if (scaling.kind !== 'yarn') return 1;
  const { factor, mscale, mscaleAllDims } = scaling;
  return yarnMscale(factor, mscale) / yarnMscale(factor, mscaleAllDims);
}

/** Angle for one step of position, a pair of dimensions each [dimensions / 2]. */
function frequencies({ dimensions, base, scaling }: RopeParameters, divisors: ArrayLike<number>): readonly number[] {
  const plain = Array.from(
    { length: dimensions / 2 },
    (_, pair) => base ** ((-2 * pair) / dimensions) / (divisors[pair] ?? 1),
  );
  switch (scaling.kind) {
    case 'none':
      return plain;
    case 'still':
      return plain.map(() => 0);
    case 'linear':
      return plain.map((frequency) => frequency / scaling.factor);
    case 'yarn': {
      // The pair that turns `rotations` times within the original context.
      const pairOf = (rotations: number): number =>
        (dimensions * Math.log(scaling.originalContext / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
      const low = Math.max(0, Math.floor(pairOf(scaling.betaFast)));
      const high = Math.min(dimensions - 1, Math.ceil(pairOf(scaling.betaSlow)));
      return plain.map((frequency, pair) => {
        const interpolated = Math.min(1, Math.max(0, (pair - low) / Math.max(0.001, high - low)));
        return frequency * (1 - interpolated) + (frequency / scaling.factor) * interpolated;
      });
    }
    default:
      return scaling satisfies never;
  }
}

/** Bytes of a {@link ropeTable}. */
export function ropeTableBytes({ dimensions }: RopeParameters, contextLength: number): number {
  return contextLength * dimensions * 4;
}

/** (cos, sin) of each position and pair, [context, dimensions / 2, 2]. */
export function ropeTable(
  parameters: RopeParameters,
  contextLength: number,
  divisors: ArrayLike<number> = [],
): Float32Array<ArrayBuffer> {
  const turns = frequencies(parameters, divisors);
  const mscale = rotationMscale(parameters.scaling) * (parameters.magnitude ?? 1);
  const table = new Float32Array(contextLength * turns.length * 2);
  let at = 0;
  for (let position = 0; position < contextLength; position++) {
    for (const turn of turns) {
      table[at++] = Math.cos(position * turn) * mscale;
      table[at++] = Math.sin(position * turn) * mscale;
    }
  }
  return table;
}
