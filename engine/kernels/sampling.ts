import type { Sampling } from '../api.ts';
import { samplingSettings } from './sampling-settings.ts';
import type { BufferArena } from '../gpu/buffers.ts';
import type { Gpu, KernelProfile } from '../gpu/device.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { type BufferRegion, type Dispatch, prepareDispatch } from '../gpu/plan.ts';
import bestToken from '../../shaders/lib/best_token.wgsl?raw';
import lanesWorkgroup from '../../shaders/lib/lanes_workgroup.wgsl?raw';
import logitKey from '../../shaders/lib/logit_key.wgsl?raw';
import random from '../../shaders/lib/random.wgsl?raw';
import samplingParams from '../../shaders/lib/sampling_params.wgsl?raw';
import step from '../../shaders/lib/step.wgsl?raw';
import filter from '../../shaders/sample_filter.wgsl?raw';
import finish from '../../shaders/sample_finish.wgsl?raw';
import partials from '../../shaders/sample_partials.wgsl?raw';
import penalize from '../../shaders/sample_penalize.wgsl?raw';
import race from '../../shaders/sample_race.wgsl?raw';

/** Threads of a workgroup. Software adapters run 4 as one vector; more of them only meet at barriers. */
const LANES = { lanes: 256, rows: 4 } as const satisfies Record<KernelProfile, number>;

/** Logits a workgroup goes over: a few a thread, and at most MAX_CHUNKS partial results for one workgroup to combine. */
const MIN_CHUNK = 1024;
const MAX_CHUNKS = 256;

/** Bytes of `SamplingParams` in shaders/lib/sampling_params.wgsl. */
const PARAMS_BYTES = 32;

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
  const lanes = { LANES: LANES[profile] };
  const count = { COUNT: vocabularySize };
  const fragment = (name: string, code: string): Fragment => ({ name, code });
  const keys = fragment('logit_key', logitKey);
  const best = fragment('best_token', bestToken);
  const params = fragment('sampling_params', samplingParams);
  const stepFragment = fragment('step', step);
  const partialsKernel = (withScores: number): Kernel => ({
    fragments: [fragment('sample_partials', partials), keys, best],
    overrides: { ...lanes, ...count, CHUNK: chunk, WITH_SCORES: withScores },
    bindings: { 2: 'read', 3: 'read_write', 4: 'read_write' },
  });
  return {
    partials: partialsKernel(0),
    partialsWithScores: partialsKernel(1),
    penalize: {
      fragments: [fragment('sample_penalize', penalize), keys, params, stepFragment],
      overrides: count,
      bindings: { 0: 'uniform', 1: 'uniform', 2: 'read', 3: 'read_write' },
    },
    filter: {
      fragments: [fragment('sample_filter', filter), keys, params, fragment('lanes_workgroup', lanesWorkgroup)],
      overrides: { ...lanes, ...count },
      bindings: { 1: 'uniform', 2: 'read', 3: 'read_write', 4: 'read_write' },
    },
    race: {
      fragments: [fragment('sample_race', race), keys, best, params, fragment('random', random), stepFragment],
      overrides: { ...lanes, ...count, CHUNK: chunk },
      bindings: { 0: 'uniform', 1: 'uniform', 2: 'read', 3: 'read', 4: 'read_write' },
    },
    finish: {
      fragments: [fragment('sample_finish', finish), keys, best, stepFragment],
      overrides: { ...lanes, CHUNKS: chunks },
      bindings: { 0: 'uniform', 1: 'read', 2: 'read', 3: 'read', 4: 'read_write', 5: 'read_write' },
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
    params: arena.uniform('sampling params', PARAMS_BYTES),
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

  const prepare = async (
    name: string,
    kernel: Kernel,
    bindings: Readonly<Record<number, BufferRegion>>,
    workgroups: number,
  ): Promise<Dispatch> =>
    prepareDispatch(gpu.device, `sampling ${name}`, await gpu.kernels.compile(kernel), bindings, [workgroups, 1, 1]);
  const partialsBindings = { 2: logits, 3: highest, 4: scores };
  const finishBindings = { 0: stepBuffer, 1: logits, 2: highest, 4: tokens, 5: result };

  const dispatches = {
    greedy: await Promise.all([
      prepare('partials', all.partials, partialsBindings, chunks),
      prepare('finish', all.finish, { ...finishBindings, 3: highest }, 1),
    ]),
    sampled: await Promise.all([
      prepare('partials', all.partialsWithScores, partialsBindings, chunks),
      prepare('penalize', all.penalize, { 0: stepBuffer, 1: params, 2: tokens, 3: scores }, 1),
      prepare('filter', all.filter, { 1: params, 2: scores, 3: filtered, 4: candidates }, 1),
      prepare('race', all.race, { 0: stepBuffer, 1: params, 2: scores, 3: filtered, 4: winners }, chunks),
      prepare('finish', all.finish, { ...finishBindings, 3: winners }, 1),
    ]),
  };

  function configure(queue: GPUQueue, sampling: Sampling, seed: number): SamplingMode {
    const { temperature, topK, topP, minP, repetitionPenalty } = samplingSettings(sampling);
    const data = new ArrayBuffer(PARAMS_BYTES);
    const minPMargin = minP > 0 ? Math.log(minP) : NO_MIN_P_MARGIN;
    new Float32Array(data).set([temperature, topP, minPMargin, repetitionPenalty]);
    new Uint32Array(data).set([Math.min(topK, vocabularySize), seed >>> 0], 4);
    queue.writeBuffer(params.buffer, params.offset, data);
    return temperature === 0 && repetitionPenalty === 1 ? 'greedy' : 'sampled';
  }

  return { dispatches, configure };
}
