import type { KernelProfile } from '../gpu/device.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { structOf } from '../gpu/wgsl.ts';
import { FRAGMENTS } from './fragments.ts';
import { MAX_CHUNKS, MIN_CHUNK, TUNING } from './tuning.ts';

export const SAMPLING_PARAMS = structOf(FRAGMENTS.samplingParams.code, 'SamplingParams', [
  ...(['temperature', 'top_p', 'min_p_margin', 'penalty', 'top_k', 'seed'] as const),
]);

/** Bytes of a sampler's `result`: the token (u32) and its log-probability (f32). */
export const SAMPLE_BYTES = 8;

/** `shaders/sample_*.wgsl`, in the order of their launches; see `generate/sampler.ts`. */
export interface SamplingKernels {
  readonly partials: Kernel;
  readonly partialsWithScores: Kernel;
  readonly penalize: Kernel;
  readonly filter: Kernel;
  readonly race: Kernel;
  readonly finish: Kernel;
}

/** The vocabulary is looked through in chunks, by a workgroup each. */
export function chunksOf(vocabularySize: number): { readonly chunk: number; readonly chunks: number } {
  const chunk = Math.max(MIN_CHUNK, Math.ceil(vocabularySize / MAX_CHUNKS));
  return { chunk, chunks: Math.ceil(vocabularySize / chunk) };
}

export function samplingKernels(profile: KernelProfile, vocabularySize: number): SamplingKernels {
  const { chunk, chunks } = chunksOf(vocabularySize);
  const lanes = { LANES: TUNING[profile].samplingThreads };
  const count = { COUNT: vocabularySize };
  const partialsKernel = (withScores: number): Kernel => ({
    fragments: [FRAGMENTS.samplePartials, FRAGMENTS.logitKey, FRAGMENTS.bestToken],
    overrides: { ...lanes, ...count, CHUNK: chunk, WITH_SCORES: withScores },
  });
  return {
    partials: partialsKernel(0),
    partialsWithScores: partialsKernel(1),
    penalize: {
      fragments: [FRAGMENTS.samplePenalize, FRAGMENTS.logitKey, FRAGMENTS.samplingParams, FRAGMENTS.step],
      overrides: count,
    },
    filter: {
      fragments: [FRAGMENTS.sampleFilter, FRAGMENTS.logitKey, FRAGMENTS.samplingParams, FRAGMENTS.lanesWorkgroup],
      overrides: { ...lanes, ...count },
    },
    race: {
      fragments: [
        FRAGMENTS.sampleRace,
        FRAGMENTS.logitKey,
        FRAGMENTS.bestToken,
        FRAGMENTS.samplingParams,
        FRAGMENTS.random,
        FRAGMENTS.step,
      ],
      overrides: { ...lanes, ...count, CHUNK: chunk },
    },
    finish: {
      fragments: [FRAGMENTS.sampleFinish, FRAGMENTS.logitKey, FRAGMENTS.bestToken, FRAGMENTS.step],
      overrides: { ...lanes, CHUNKS: chunks },
    },
  };
}
