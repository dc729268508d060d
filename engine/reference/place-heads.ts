import { rmsNormReference, ropeReference } from './pointwise.ts';

/** What becomes of each head of some token's queries or keys. */
export interface HeadsForm {
  readonly norm?: { readonly over: 'head' | 'row'; readonly weight: Float32Array } | undefined;
  readonly epsilon: number;
  /** Of the first numbers of each head, an angle a pair. */
  readonly rope?: { readonly angles: readonly number[]; readonly pairing: 'neox' | 'interleaved' } | undefined;
}

/** Heads [heads][dimensions] of one token, normed by themselves or all together, then rotated. */
export function placedHeadsReference(
  heads: readonly Float32Array[],
  { norm, epsilon, rope }: HeadsForm,
): readonly Float32Array[] {
  const normed = norm ? normedHeads(heads, norm, epsilon) : heads;
  if (rope === undefined) return normed;
  return normed.map((head) => {
    const turned = head.slice();
    turned.set(ropeReference(head.subarray(0, 2 * rope.angles.length), rope.angles, rope.pairing));
    return turned;
  });
}

function normedHeads(
  heads: readonly Float32Array[],
  { over, weight }: NonNullable<HeadsForm['norm']>,
  epsilon: number,
): readonly Float32Array[] {
  if (over === 'head') return heads.map((head) => rmsNormReference(head, weight, epsilon));
  const row = rmsNormReference(Float32Array.from(heads.flatMap((head) => [...head])), weight, epsilon);
  const dim = heads[0]?.length ?? 0;
  return heads.map((_, h) => row.subarray(h * dim, (h + 1) * dim));
}
