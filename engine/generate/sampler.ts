import type { Sampling } from '../api.ts';
import type { BufferArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { type BufferRegion, type Dispatch, type Operands, prepareDispatch } from '../gpu/plan.ts';
import { chunksOf, SAMPLING_PARAMS, samplingKernels } from '../kernels/sampling.ts';
import { samplingSettings } from '../kernels/sampling-settings.ts';

/** ln(min-p) when it is off: below any difference of two logits that the kernels know. */
const NO_MIN_P_MARGIN = -3e38;

export interface SamplerBuffers {
  /** The `Step` uniform. */
  readonly step: BufferRegion;
  /** f32 [vocabulary]: of the step's last token. */
  readonly logits: BufferRegion;
  /** u32 [context]: the sequence. The sampled token is written behind the step's tokens. */
  readonly tokens: BufferRegion;
  /**
   * `SAMPLE_BYTES`: the token and its natural log-probability before penalty, filters and temperature, which is NaN
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
    params: arena.uniform('sampling params', SAMPLING_PARAMS.bytes),
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
  const all = samplingKernels(gpu.profile, vocabularySize);

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
    const data = SAMPLING_PARAMS.write({
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
