import type { KernelProfile } from '../gpu/device.ts';

/**
 * All thread counts and tile sizes of a profile. Whoever tunes a device changes numbers here, and nowhere else; what is tried on each
 * device by itself is in `engine/tuner/candidates.ts`.
 */
export interface Tuning {
  /** Workgroup size of kernels whose threads work alone on one element each. */
  readonly elementThreads: number;
  readonly embedThreads: number;
  /** Threads of a workgroup that makes rows: all on the same ones (`lanes`), or each on its own (`rows`). */
  readonly rowThreads: number;
  /**
   * Of products of one token: threads of a workgroup, those that share rows (where subgroups have a size of their own it is theirs), and rows that
   * they make at a time: more share each load of x, fewer keep more cores busy.
   */
  readonly productThreads: number;
  readonly productLanes: number;
  readonly groupRows: number;
  /** Whether a workgroup of them fetches x once into its own memory, where that holds it. */
  readonly stagesX: boolean;
  /** The same of matrices of at most `fewRows` rows: small workgroups and one row, so that there is work for all cores. */
  readonly fewRows: number;
  readonly fewThreads: number;
  /** Of a product of many tokens. The tiled kernel's rows per workgroup stand in its shader. */
  readonly tileTokens: number;
  readonly directRows: number;
  readonly attentionThreads: number;
  /**
   * Parts that the positions of one decoded token are divided into: there are more cores than a few heads can use. With `rows`, as many as bring heads
   * to so many workgroups.
   */
  readonly decodeSplits: number;
  /** Tokens that a thread of a convolution goes over: more read fewer rows twice, fewer keep more threads busy. */
  readonly convTokens: number;
  /** Of a recurrence: threads of a workgroup, those that share a row of the state at most, and tokens between two barriers. */
  readonly scanThreads: number;
  readonly scanLanes: number;
  readonly scanTokens: number;
  /**
   * Of a delta net's scan: value columns of a workgroup, threads that share a column, tokens at a time in workgroup memory.
   * With `rows`, columns that a thread has for itself.
   */
  readonly deltaColumns: number;
  readonly deltaParts: number;
  readonly deltaTokens: number;
  /** Of a transposed product: threads of a workgroup, and those that share a unit. */
  readonly transposedThreads: number;
  readonly transposedParts: number;
  readonly routerThreads: number;
  /** Threads that share an expert's row in the router: with few experts, and with more than MANY_EXPERTS. */
  readonly routerLanes: { readonly few: number; readonly many: number };
  readonly sortThreads: number;
  readonly samplingThreads: number;
}

/** Threads that a software adapter runs as one vector, and as one subgroup. More of them only meet at barriers. */
export const VECTOR_THREADS = 4;

export const TUNING: Readonly<Record<KernelProfile, Tuning>> = {
  lanes: {
    elementThreads: 128,
    embedThreads: 64,
    rowThreads: 64,
    productThreads: 256,
    productLanes: 32,
    groupRows: 2,
    stagesX: true,
    fewRows: 1024,
    fewThreads: 64,
    tileTokens: 32,
    directRows: 0, // has no direct kernel
    attentionThreads: 64,
    decodeSplits: 32,
    convTokens: 16,
    scanThreads: 64,
    scanLanes: 16,
    scanTokens: 8,
    deltaColumns: 32,
    deltaParts: 4,
    deltaTokens: 8,
    transposedThreads: 64,
    transposedParts: 16,
    routerThreads: 256,
    routerLanes: { few: 8, many: 4 },
    sortThreads: 256,
    samplingThreads: 256,
  },
  rows: {
    elementThreads: 32,
    embedThreads: 8,
    rowThreads: VECTOR_THREADS,
    productThreads: VECTOR_THREADS,
    productLanes: 1,
    groupRows: 16,
    stagesX: false,
    fewRows: 0,
    fewThreads: VECTOR_THREADS,
    tileTokens: 4, // as many as matmul_direct.wgsl writes out
    directRows: 16,
    attentionThreads: VECTOR_THREADS,
    decodeSplits: 4,
    convTokens: 32,
    scanThreads: VECTOR_THREADS,
    scanLanes: 1,
    scanTokens: 16,
    deltaColumns: 4,
    deltaParts: 1,
    deltaTokens: 1,
    transposedThreads: 4,
    transposedParts: 1,
    routerThreads: VECTOR_THREADS,
    routerLanes: { few: 1, many: 1 },
    sortThreads: VECTOR_THREADS,
    samplingThreads: VECTOR_THREADS,
  },
};

/** Beyond this, partial sums of 8 threads an expert no longer fit the 16 KiB of workgroup memory that every device has. */
export const MANY_EXPERTS = 256;

/** Logits that a sampling workgroup goes over: a few per thread, and at most MAX_CHUNKS partial results for one to combine. */
export const MIN_CHUNK = 1024;
export const MAX_CHUNKS = 256;

export const REPACK_THREADS = 32;
