/** Which experts of a layer work for the same tokens. */
import type { RoutingRecord } from '../routing-record.ts';

type Trace = Pick<RoutingRecord, 'layers' | 'experts' | 'used' | 'count' | 'chosen'>;

/** Symmetric [experts, experts]: how many tokens chose both; on the diagonal, how many chose the one. */
export function coActivation({ layers, experts, used, count, chosen }: Trace, row: number): Uint32Array {
  const pairs = new Uint32Array(experts * experts);
  for (let token = 0; token < count; token++) {
    const start = (token * layers.length + row) * used;
    const here = chosen.subarray(start, start + used);
    for (const one of here) {
      for (const other of here) {
        const cell = one * experts + other;
        pairs[cell] = (pairs[cell] ?? 0) + 1;
      }
    }
  }
  return pairs;
}

export interface ExpertPair {
  readonly one: number;
  readonly other: number;
  /** Tokens that chose both. */
  readonly inA: number;
  readonly inB: number;
}

/** Pairs that the most tokens chose, of shares of both answers; most first. Pairs of a single token say nothing. */
export function commonPairs(
  a: Uint32Array,
  b: Uint32Array,
  { experts, tokensA, tokensB }: { readonly experts: number; readonly tokensA: number; readonly tokensB: number },
  most: number,
): ExpertPair[] {
  const found: { readonly pair: ExpertPair; readonly share: number }[] = [];
  for (let one = 0; one < experts; one++) {
    for (let other = one + 1; other < experts; other++) {
      const [inA, inB] = [a[one * experts + other] ?? 0, b[one * experts + other] ?? 0];
      const share = Math.max(inA / Math.max(1, tokensA), inB / Math.max(1, tokensB));
      if (Math.max(inA, inB) < 2 || (found.length === most && share <= (found.at(-1)?.share ?? 0))) continue;
      found.push({ pair: { one, other, inA, inB }, share });
      found.sort((x, y) => y.share - x.share);
      found.length = Math.min(found.length, most);
    }
  }
  return found.map(({ pair }) => pair);
}

/**
 * How much of a token's experts the answer uses that it is in, less how much the other does: −1 to 1 for each token. What is high is peculiar
 * to its answer.
 */
export function peculiarity(
  record: Trace,
  own: Uint32Array,
  ownTokens: number,
  other: Uint32Array,
  otherTokens: number,
) {
  const { layers, experts, used, count, chosen } = record;
  const stride = layers.length * used;
  return Float32Array.from({ length: count }, (_, token) => {
    let sum = 0;
    for (let i = 0; i < stride; i++) {
      const cell = Math.floor(i / used) * experts + (chosen[token * stride + i] ?? 0);
      sum += (own[cell] ?? 0) / Math.max(1, ownTokens) - (other[cell] ?? 0) / Math.max(1, otherTokens);
    }
    return sum / stride;
  });
}
