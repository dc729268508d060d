import type { Kernel } from '../gpu/kernel.ts';
import { constantsOf, structOf } from '../gpu/wgsl.ts';
import { FRAGMENTS } from './fragments.ts';
import type { KernelTarget } from './target.ts';
import { MAX_CHUNKS, MIN_CHUNK, TUNING } from './tuning.ts';

export const SAMPLING_PARAMS = structOf(FRAGMENTS.samplingParams.code, 'SamplingParams', [
  ...(['temperature', 'top_p', 'min_p_margin', 'penalty', 'top_k', 'seed'] as const),
]);

const { LOOK, SCORE, RACE, FILTER, FINISH } = constantsOf(FRAGMENTS.samplingPass.code, [
  ...(['LOOK', 'SCORE', 'RACE', 'FILTER', 'FINISH'] as const),
]);

/** What a launch of one of the {@link SamplingKernels} does; see the shaders. */
export const SAMPLING_PASSES = { look: LOOK, score: SCORE, race: RACE, filter: FILTER, finish: FINISH } as const;
export type SamplingPass = keyof typeof SAMPLING_PASSES;

const PASS = structOf(FRAGMENTS.samplingPass.code, 'SamplingPass', ['kind']);

/** The uniform that says which pass it is. */
export function passUniform(pass: SamplingPass): ArrayBuffer {
  return PASS.write({ kind: SAMPLING_PASSES[pass] });
}

/** Bytes of a sampler's `result`: the token (u32) and its log-probability (f32). */
export const SAMPLE_BYTES = 8;

/** `shaders/sample_*.wgsl`; see `generate/sampler.ts` for the order of their launches. */
export interface SamplingKernels {
  /** `look`, `score` and `race`, a workgroup per chunk. */
  readonly chunks: Kernel;
  /** `filter` and `finish`, in one workgroup. */
  readonly whole: Kernel;
}

/** The vocabulary is looked through in chunks, by a workgroup each. */
export function chunksOf(vocabularySize: number): { readonly chunk: number; readonly chunks: number } {
  const chunk = Math.max(MIN_CHUNK, Math.ceil(vocabularySize / MAX_CHUNKS));
  return { chunk, chunks: Math.ceil(vocabularySize / chunk) };
}

export function samplingKernels(target: KernelTarget, vocabularySize: number): SamplingKernels {
  const { chunk, chunks } = chunksOf(vocabularySize);
  const threads = TUNING[target.profile].samplingThreads;
  const isSubgroup = target.subgroups && target.subgroupSize === threads;
  const common = {
    fragments: [
      FRAGMENTS.step,
      FRAGMENTS.samplingParams,
      FRAGMENTS.samplingPass,
      FRAGMENTS.logitKey,
      FRAGMENTS.bestToken,
      ...(isSubgroup
        ? [FRAGMENTS.lanesWholeSubgroups, FRAGMENTS.bestOfSubgroup]
        : [FRAGMENTS.lanesWorkgroup, FRAGMENTS.bestOfWorkgroup]),
    ],
    enables: isSubgroup ? (['subgroups'] as const) : [],
  };
  const overrides = { LANES: threads, COUNT: vocabularySize };
  return {
    chunks: {
      ...common,
      fragments: [FRAGMENTS.sampleChunks, FRAGMENTS.random, ...common.fragments],
      overrides: { ...overrides, CHUNK: chunk },
    },
    whole: {
      ...common,
      fragments: [FRAGMENTS.sampleWhole, ...common.fragments],
      overrides: { ...overrides, CHUNKS: chunks },
    },
  };
}
