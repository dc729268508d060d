import type { Sampling } from '../api.ts';
import { samplingSettings } from './sampling-settings.ts';
import type { BufferArena } from '../gpu/buffers.ts';
import type { Gpu, KernelProfile } from '../gpu/device.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { type BufferRegion, type Dispatch, type Operands, prepareDispatch } from '../gpu/plan.ts';
import { structOf } from '../gpu/wgsl.ts';
import { FRAGMENTS } from './fragments.ts';
import { MAX_CHUNKS, MIN_CHUNK, TUNING } from './tuning.ts';

const PARAMS = structOf(FRAGMENTS.samplingParams.code, 'SamplingParams', [
  ...(['temperature', 'top_p', 'min_p_margin', 'penalty', 'top_k', 'seed'] as const),
]);

/** ln(min-p) when it is off: below any difference of two logits that the kernels know. */
const NO_MIN_P_MARGIN = -3e38;

/** Bytes of a sampler's `result`: the token (u32) and its log-probability (f32). */
export const SAMPLE_BYTES = 8;

export interface SamplerBuffers {
  /** The `Step` uniform. */
  readonly step: BufferRegion;
  /** f32 [vocabulary]: of the step's last token. */
  readonly logits: BufferRegion;
  /** u32 [context]: the sequence. The sampled token is written behind the step's tokens. */
  readonly tokens: BufferRegion;
  /**
   * {@link SAMPLE_BYTES}: the token and its natural log-probability before penalty, filters and temperature, which is NaN
   * where no logit is finite.
   */
  readonly result: BufferRegion;
}

export type SamplingMode = 'greedy' | 'sampled';

/** Chooses the next token on the GPU, so that it need not leave it. */
export interface Sampler {
  readonly dispatches: Readonly<Record<SamplingMode, readonly Dispatch[]>>;
  /**
   * Sets up a generation; says which of the dispatches it needs.
   * @throws EngineError `bad-request`
   */
  configure(queue: GPUQueue, sampling: Sampling, seed: number): SamplingMode;
}

interface SamplingKernels {
  readonly partials: Kernel;
  readonly partialsWithScores: Kernel;
  readonly penalize: Kernel;
  readonly filter: Kernel;
  readonly race: Kernel;
  readonly finish: Kernel;
}

function chunksOf(vocabularySize: number): { readonly chunk: number; readonly chunks: number } {
  const chunk = Math.max(MIN_CHUNK, Math.ceil(vocabularySize / MAX_CHUNKS));
  return { chunk, chunks: Math.ceil(vocabularySize / chunk) };
}

function kernels(profile: KernelProfile, vocabularySize: number): SamplingKernels {
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

/** Every kernel that a sampler of this profile and vocabulary compiles. */
export function samplingKernels(profile: KernelProfile, vocabularySize: number): Kernel[] {
  return Object.values(kernels(profile, vocabularySize));
}

/** What a sampler computes in. */
export interface SamplerScratch {
  readonly vocabularySize: number;
  readonly params: BufferRegion;
  readonly scores: BufferRegion;
  readonly highest: BufferRegion;
  readonly winners: BufferRegion;
  readonly candidates: BufferRegion;
  readonly filtered: BufferRegion;
}

export function reserveSampler(arena: BufferArena, vocabularySize: number): SamplerScratch {
  const { chunks } = chunksOf(vocabularySize);
  return {
    vocabularySize,
    params: arena.uniform('sampling params', PARAMS.bytes),
    scores: arena.storage('sampling scores', vocabularySize * 4),
    highest: arena.storage('sampling partials', chunks * 16),
    winners: arena.storage('sampling winners', chunks * 16),
    candidates: arena.storage('sampling candidates', vocabularySize * 4),
    filtered: arena.storage('sampling filter', 8),
  };
}

/** Compiles the sampler and prepares its launches. */
export async function prepareSampler(gpu: Gpu, buffers: SamplerBuffers, scratch: SamplerScratch): Promise<Sampler> {
  const { step: stepBuffer, logits, tokens, result } = buffers;
  const { vocabularySize, params, scores, highest, winners, candidates, filtered } = scratch;
  const { chunks } = chunksOf(vocabularySize);
  const all = kernels(gpu.profile, vocabularySize);

  const prepare = async (name: string, kernel: Kernel, operands: Operands, workgroups: number): Promise<Dispatch> =>
    prepareDispatch(gpu.device, `sampling ${name}`, await gpu.kernels.compile(kernel), operands, [workgroups, 1, 1]);
  const partials = { logits, partials: highest, scores };
  const finish = { step: stepBuffer, logits, partials: highest, tokens, sampled: result };

  const dispatches = {
    greedy: await Promise.all([
      prepare('partials', all.partials, partials, chunks),
      prepare('finish', all.finish, { ...finish, winners: highest }, 1),
    ]),
    sampled: await Promise.all([
      prepare('partials', all.partialsWithScores, partials, chunks),
      prepare('penalize', all.penalize, { step: stepBuffer, params, tokens, scores }, 1),
      prepare('filter', all.filter, { params, scores, filtered, candidates }, 1),
      prepare('race', all.race, { step: stepBuffer, params, scores, filtered, winners }, chunks),
      prepare('finish', all.finish, { ...finish, winners }, 1),
    ]),
  };

  function configure(queue: GPUQueue, sampling: Sampling, seed: number): SamplingMode {
    const { temperature, topK, topP, minP, repetitionPenalty } = samplingSettings(sampling);
    const data = PARAMS.write({
      temperature,
      top_p: topP,
      min_p_margin: minP > 0 ? Math.log(minP) : NO_MIN_P_MARGIN,
      penalty: repetitionPenalty,
      top_k: Math.min(topK, vocabularySize),
      seed: seed >>> 0,
    });
    queue.writeBuffer(params.buffer, params.offset, data);
    return temperature === 0 && repetitionPenalty === 1 ? 'greedy' : 'sampled';
  }

  return { dispatches, configure };
}
