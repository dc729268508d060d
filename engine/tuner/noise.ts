/** Numbers to try kernels on: the same at each run, and valid whatever they are read as. */
export interface Noise {
  /** In [-1, 1). */
  floats(count: number): Float32Array<ArrayBuffer>;
  /** Words that a cache of this element type may hold (`cache_vec` of `kernels/attention.ts`). */
  cacheWords(type: string | undefined, count: number): Uint32Array<ArrayBuffer>;
  below(count: number): number;
}

export function noise(seed = 0x9e3779b9): Noise {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const floats = (count: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: count }, () => next() / 2 ** 31 - 1);
  return {
    floats,
    cacheWords: (type, count) => {
      // Two halves of 1/4 to 1/2 with a sign; or bytes which read as an f32 are about 1/64.
      if (type === 'vec2<u32>') return Uint32Array.from({ length: count }, () => (next() & 0x83ff83ff) | 0x34003400);
      if (type === 'u32') return Uint32Array.from({ length: count }, () => (next() & 0x007f7f7f) | 0x3c000000);
      return new Uint32Array(floats(count).buffer);
    },
    below: (count) => next() % count,
  };
}
