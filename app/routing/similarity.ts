/** How much the routing of tokens has in common. */
import type { TokenVectors } from './token-vectors.ts';

/** One token beside another. */
export interface Likeness {
  readonly token: number;
  /** Cosine of the two routing vectors, 0 to 1: the weights count. */
  readonly cosine: number;
  /** Share of the chosen experts, over all layers, that both have: the weights do not count. */
  readonly shared: number;
}

/** Of every token to one of them. O(tokens × layers × used): the one is spread out once, the others are looked up in it. */
export function likenesses(vectors: TokenVectors, token: number): Likeness[] {
  const { count, stride, cells, shares, lengths } = vectors;
  const one = new Float32Array(vectors.size);
  const has = new Uint8Array(vectors.size);
  for (let at = token * stride; at < (token + 1) * stride; at++) {
    one[cells[at] ?? 0] = shares[at] ?? 0;
    has[cells[at] ?? 0] = 1;
  }
  return Array.from({ length: count }, (_, other) => {
    let dot = 0;
    let common = 0;
    for (let at = other * stride; at < (other + 1) * stride; at++) {
      const cell = cells[at] ?? 0;
      dot += (one[cell] ?? 0) * (shares[at] ?? 0);
      common += has[cell] ?? 0;
    }
    const length = (lengths[token] ?? 0) * (lengths[other] ?? 0);
    return { token: other, cosine: length > 0 ? Math.min(1, dot / length) : 0, shared: common / stride };
  });
}

/** By chance two tokens share `used / experts` of their experts; less than this many times as much says nothing. */
const ABOVE_CHANCE = 1.25;

/** The `most` tokens that share most experts with the one, itself excepted, best first, where it is more than chance. */
export function nearestTokens(
  { shape }: TokenVectors,
  all: readonly Likeness[],
  token: number,
  most: number,
): Likeness[] {
  const least = (ABOVE_CHANCE * shape.used) / shape.experts;
  return all
    .filter((likeness) => likeness.token !== token && likeness.shared >= least)
    .sort((a, b) => b.shared - a.shared || b.cosine - a.cosine || Math.abs(a.token - token) - Math.abs(b.token - token))
    .slice(0, most);
}
