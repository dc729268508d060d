import type { Sampling } from '../api.ts';
import type { BufferArena, MemoryDevice } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { type BufferRegion, type Dispatch, type Operands, prepareDispatch } from '../gpu/plan.ts';
import {
  chunksOf,
  passUniform,
  SAMPLING_PARAMS,
  SAMPLING_PASSES,
  type SamplingPass,
  samplingKernels,
} from '../kernels/sampling.ts';
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
  readonly passes: Readonly<Record<SamplingPass, BufferRegion>>;
  readonly scores: BufferRegion;
  readonly highest: BufferRegion;
  readonly winners: BufferRegion;
  readonly candidates: BufferRegion;
  readonly filtered: BufferRegion;
}

export function reserveSampler(device: MemoryDevice, arena: BufferArena, vocabularySize: number): SamplerScratch {
  const { chunks } = chunksOf(vocabularySize);
  const passes = Object.keys(SAMPLING_PASSES) as SamplingPass[];
  return {
    vocabularySize,
    params: arena.uniform('sampling params', SAMPLING_PARAMS.bytes),
    passes: Object.fromEntries(
      passes.map((pass) => {
        const region = arena.uniform(`sampling pass ${pass}`, passUniform(pass).byteLength);
        device.queue.writeBuffer(region.buffer, region.offset, passUniform(pass));
        return [pass, region];
      }),
    ) as Record<SamplingPass, BufferRegion>,
    scores: arena.storage('sampling scores', vocabularySize * 4),
    highest: arena.storage('sampling partials', chunks * 16),
    winners: arena.storage('sampling winners', chunks * 16),
    candidates: arena.storage('sampling candidates', vocabularySize * 4),
    filtered: arena.storage('sampling filter', 8),
  };
}

/** Compiles the sampler and prepares its launches. */
export async function prepareSampler(gpu: Gpu, buffers: SamplerBuffers, scratch: SamplerScratch): Promise<Sampler> {
  const { step, logits, tokens, result } = buffers;
  const { vocabularySize, params, passes, scores, highest, winners, candidates, filtered } = scratch;
  const workgroups = chunksOf(vocabularySize).chunks;
  const kernels = samplingKernels(gpu, vocabularySize);
  const [chunks, whole] = await Promise.all([gpu.kernels.compile(kernels.chunks), gpu.kernels.compile(kernels.whole)]);

  const prepare = (pass: SamplingPass, operands: Operands): Dispatch => {
    const isWhole = pass === 'filter' || pass === 'finish';
    const all = { step, params, logits, tokens, filtered, scores, sampling_pass: passes[pass], ...operands };
    return prepareDispatch(gpu.device, `sampling ${pass}`, isWhole ? whole : chunks, all, [
      isWhole ? 1 : workgroups,
      1,
      1,
    ]);
  };
  const filter = { partials: highest, winners: highest, candidates, sampled: result };

  const dispatches = {
    greedy: [prepare('look', { best: highest }), prepare('finish', filter)],
    sampled: [
      prepare('score', { best: highest }),
      prepare('filter', filter),
      prepare('race', { best: winners }),
      prepare('finish', { ...filter, winners }),
    ],
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
