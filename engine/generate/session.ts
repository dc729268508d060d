import type { DecodeCost, MemoryReport, RoutingTrace, Sampling } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import { readBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { type Dispatch, encodeDispatches } from '../gpu/plan.ts';

import type { Sampler, SamplingMode } from './sampler.ts';
import { STEP } from '../kernels/step.ts';
import { ParkedSequences } from '../memory/parked-sequences.ts';
import type { SequenceMemory } from '../memory/sequence-memory.ts';
import { mark } from '../marks.ts';
import type { Model } from '../models/model.ts';
import type { StepBuffers } from '../steps/step-buffers.ts';
import { StepBuilder } from '../steps/step-builder.ts';
import { decodeCost } from './decode-cost.ts';
import {
  LaterPlan,
  type LoadWatch,
  type Plans,
  prepare,
  type Prepared,
  preparePlans,
  withMemoryCheck,
  writeRopeTables,
} from './prepare.ts';
import { ReadBack } from './read-back.ts';
import { type Choose, type Site, siteKey } from '../kernels/choices.ts';
import {
  memoryOf,
  release,
  type Reservation,
  reserve,
  type SessionOptions,
  STEPS_AHEAD,
  writeSteps,
} from './reserve.ts';
import { OtherSteps } from './other-steps.ts';
import { routingTraces } from './routing-traces.ts';
import type { Steering } from './steering.ts';

/** What came out of one step. */
export interface StepResult {
  readonly token: number;
  readonly logprob: number;
  readonly routing?: RoutingTrace;
  /** f32 [vocabulary], where asked for. */
  readonly logits?: Float32Array;
}

export interface StepOutputs {
  readonly trace: boolean;
  /** With the trace: what the router compared. */
  readonly scores?: boolean;
  readonly logits: boolean;
}

/** Not one logit is a finite number, and so will it be with every token that follows. */
function noNumbers(): EngineError {
  return new EngineError(
    'corrupt-file',
    'This model computes no numbers. Its file is damaged, or of a form that this version of Mixtab does not support. ' +
      'Download it again, or choose another model.',
  );
}

/**
 * One loaded model on one device: its weights, its KV cache and the prepared steps. It knows positions and token ids; text,
 * sampling policy and stopping are above it.
 */
export class Session {
  readonly model: Model;
  readonly contextLength: number;
  readonly gpu: Gpu;
  readonly memory: SequenceMemory;
  readonly #reserved: Reservation;
  readonly #buffers: StepBuffers;
  #plans: Pick<Plans, 'prefill' | 'output'>;
  #decode: LaterPlan;
  readonly #over: AbortController;
  #choose: Choose | undefined;
  readonly #sampler: Sampler;
  readonly #parked: ParkedSequences;
  #mode: SamplingMode = 'greedy';
  #readBack: { readonly outputs: StepOutputs; readonly ring: ReadBack } | undefined;
  #allLogits: Promise<readonly Dispatch[]> | undefined;
  /** Missing: experts are chosen as the model chooses. */
  #steering: Steering | undefined;
  #steered: OtherSteps | undefined;
  /** The same as those that are run, with a trace of all tokens. */
  #traced: OtherSteps | undefined;

  private constructor(
    gpu: Gpu,
    reserved: Reservation,
    { plans, sampler }: Prepared,
    decode: LaterPlan,
    choose: Choose | undefined,
    over: AbortController,
  ) {
    this.gpu = gpu;
    this.#choose = choose;
    this.#reserved = reserved;
    this.model = reserved.model;
    this.#buffers = reserved.buffers;
    this.memory = reserved.memory;
    this.#plans = plans;
    this.#decode = decode;
    this.#sampler = sampler;
    this.#over = over;
    this.#parked = new ParkedSequences(gpu.device, reserved.memory);
    this.contextLength = reserved.buffers.shape.contextLength;
  }

  /**
   * Reserves the memory, reads the weights, compiles the kernels and prepares the steps.
   * @throws EngineError `unsupported-architecture`, `unsupported-tensor-type`, `corrupt-file`, `out-of-memory`, `aborted`
   */
  static async load(
    gpu: Gpu,
    gguf: Gguf,
    options: SessionOptions = {},
    signal?: AbortSignal,
    watch: LoadWatch = {},
  ): Promise<Session> {
    const session = await Session.begin(gpu, gguf, options, signal, watch);
    try {
      await session.prepared();
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  /** {@link load}, as far as the first token of an answer needs it: for what follows, see {@link prepared}. */
  static async begin(
    gpu: Gpu,
    gguf: Gguf,
    options: SessionOptions = {},
    signal?: AbortSignal,
    watch: LoadWatch = {},
  ): Promise<Session> {
    const { device } = gpu;
    const reserved = await withMemoryCheck(device, () => reserve(gpu, device, gguf, options), release);
    const over = new AbortController();
    const stop = (): void => over.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const { weights } = reserved;
      mark('reserved');
      // The kernels compile while the weights arrive.
      const { first, decode } = prepare(gpu, reserved, over.signal, watch.compiled);
      await writeRopeTables(device, reserved, signal);
      mark('tables');
      await weights.load(gpu, signal);
      mark('weights');
      watch.weights?.();
      const prepared = await first;
      mark('pipelines');
      signal?.throwIfAborted();
      return new Session(gpu, reserved, prepared, decode, options.choose, over);
    } catch (error) {
      over.abort(error);
      release(reserved);
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /**
   * Waits for what steps of one token need, which is compiled last. Ends early where the signal is aborted.
   * @throws EngineError where a kernel does not compile
   */
  async prepared(signal?: AbortSignal): Promise<void> {
    await this.#decode.ready(signal);
  }

  /** Whether {@link prepared} has nothing to wait for. */
  get isPrepared(): boolean {
    return this.#decode.isReady;
  }

  get buffers(): StepBuffers {
    return this.#buffers;
  }

  get chunkTokens(): number {
    return this.#buffers.shape.maxTokens;
  }

  /** Every launch of one decode step, for benchmarks. */
  get decodeDispatches(): readonly Dispatch[] {
    return [...this.#decode.launches, ...this.#plans.output, ...this.#sampler.dispatches[this.#mode]];
  }

  /** Where the shape of kernels can be chosen, each once. */
  get sites(): readonly Site[] {
    const { decode, output, prefill } = this.#reserved.steps;
    const all = [decode, output, prefill].flatMap(({ launches }) => launches.flatMap(({ site }) => site ?? []));
    return [...new Map(all.map((site) => [siteKey(site), site])).values()];
  }

  /** The launches of one token up to the residual stream after the last layer. */
  get layersOfOne(): readonly Dispatch[] {
    return this.#decode.launches;
  }

  get prefillDispatches(): readonly Dispatch[] {
    return this.#plans.prefill;
  }

  get decodeCost(): DecodeCost {
    return decodeCost(this.#reserved);
  }

  memoryReport(): MemoryReport {
    const report = memoryOf(this.#reserved);
    return { ...report, kvCache: report.kvCache + this.#parked.bytes };
  }

  /**
   * Takes up the conversation that a prompt goes on from, where several take turns (see {@link ParkedSequences}).
   * @param prompt null: none of them
   */
  async recall(prompt: readonly number[] | null): Promise<void> {
    if (!(await this.#parked.recall(prompt, this.#steering?.key))) return;
    // The sampler looks at the tokens before as well.
    this.gpu.device.queue.writeBuffer(this.#buffers.tokens.buffer, 0, new Uint32Array(this.memory.tokens));
  }

  /**
   * Goes on with other kernels, where measuring found faster ones. Nothing may be under way; what is remembered stays.
   * @throws EngineError and leaves all as it was
   */
  async rechoose(choose: Choose): Promise<void> {
    const { gpu, model } = this;
    const steps = await withMemoryCheck(
      gpu.device,
      () => writeSteps({ ...gpu, choose }, this.#buffers, this.memory, model),
      () => undefined, // the buffers are freed with the others
    );
    const { decode, ...plans } = await preparePlans(gpu, steps);
    const later = new LaterPlan(Promise.resolve(decode));
    await later.ready();
    this.#plans = plans;
    this.#decode = later;
    this.#choose = choose;
    this.#allLogits = undefined;
  }

  /** Holds nothing of what was said. */
  forget(): void {
    this.#parked.clear();
    this.memory.rollback(0);
  }

  /**
   * How experts are chosen from now on; before {@link configure} and {@link recall}. Steps that choose otherwise are written down and
   * compiled when they are first asked for, and the last ones are kept.
   * @param traceAll whether {@link prefillTrace} will be called
   * @throws EngineError `out-of-memory`
   */
  async steer(steering: Steering | undefined, traceAll = false): Promise<void> {
    const { gpu } = this;
    const prepared = async (before: OtherSteps | undefined, withTrace: boolean): Promise<OtherSteps> => {
      const way = {
        used: steering?.used ?? this.model.shape.expertsUsed,
        biased: steering !== undefined,
        traceAll: withTrace,
      };
      if (before?.is(way) !== true) {
        before?.destroy();
        before = await OtherSteps.prepare(gpu, this.#reserved, way);
      }
      await before.add(steering?.added ?? new Map());
      return before;
    };
    if (steering !== undefined) this.#steered = await prepared(this.#steered, false);
    if (traceAll) this.#traced = await prepared(this.#traced, true);
    this.#steering = steering;
  }

  /** How steps are run now. */
  get #steeredSteps(): OtherSteps | undefined {
    return this.#steering === undefined ? undefined : this.#steered;
  }

  get #runningBuffers(): StepBuffers {
    return this.#steeredSteps?.buffers ?? this.#buffers;
  }

  #layersFor(tokens: number): readonly Dispatch[] {
    const plans = this.#steeredSteps?.plans;
    return tokens === 1 ? (plans?.decode ?? this.#decode.launches) : (plans ?? this.#plans).prefill;
  }

  /** Sets how tokens are chosen and what each step reports from now on. */
  configure(sampling: Sampling, seed: number, outputs: StepOutputs): void {
    const { device, profile } = this.gpu;
    this.#mode = this.#sampler.configure(device.queue, sampling, seed);
    this.#readBack?.ring.destroy();
    const { sample, trace, lastLogits } = this.#runningBuffers;
    const sources = [sample, ...(outputs.trace ? [trace] : []), ...(outputs.logits ? [lastLogits.region] : [])];
    this.#readBack = { outputs, ring: new ReadBack(device, sources, STEPS_AHEAD[profile] + 1) };
  }

  /**
   * Runs `tokens` at `position` through the layers. With `sample` the next token is chosen, and the returned function
   * waits for it; it is already on the GPU for `decode`.
   * @throws EngineError `corrupt-file` (what is returned rejects) where no logit is finite
   */
  prefill(tokens: readonly number[], position: number, sample: false): void;
  prefill(tokens: readonly number[], position: number, sample: true): () => Promise<StepResult>;
  prefill(tokens: readonly number[], position: number, sample: boolean): (() => Promise<StepResult>) | void {
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.#buffers.tokens.buffer, position * 4, new Uint32Array(tokens));
    this.memory.write(position, tokens);
    return this.#submit(this.#layersFor(tokens.length), tokens.length, position, sample);
  }

  /** One step for the token that the step before chose, at `position`. */
  decode(position: number): () => Promise<StepResult> {
    const result = this.#submit(this.#layersFor(1), 1, position, true);
    if (result === undefined) throw new Error('a decode step samples');
    return result;
  }

  #submit(
    layers: readonly Dispatch[],
    tokens: number,
    position: number,
    sample: boolean,
  ): (() => Promise<StepResult>) | undefined {
    const { device } = this.gpu;
    const encoder = device.createCommandEncoder();
    const { from, to } = this.memory.beginStep(encoder, position, tokens);
    const uniform = STEP.write({ tokens, position, state_from: from, state_to: to });
    device.queue.writeBuffer(this.#buffers.step.buffer, 0, uniform);
    const pass = encoder.beginComputePass();
    encodeDispatches(pass, layers, tokens);
    if (sample) {
      encodeDispatches(pass, this.#plans.output, tokens);
      encodeDispatches(pass, this.#sampler.dispatches[this.#mode], tokens);
    }
    pass.end();
    if (!sample) {
      device.queue.submit([encoder.finish()]);
      return undefined;
    }
    if (this.#readBack === undefined) throw new Error('configure before sampling');
    const { outputs, ring } = this.#readBack;
    const read = ring.record(encoder);
    device.queue.submit([encoder.finish()]);
    return async () => this.#result(await read(), outputs);
  }

  #result(buffers: readonly ArrayBuffer[], outputs: StepOutputs): StepResult {
    const sample = buffers[0] as ArrayBuffer;
    const [token = 0] = new Uint32Array(sample, 0, 1);
    const [logprob = 0] = new Float32Array(sample, 4, 1);
    if (Number.isNaN(logprob)) throw noNumbers();
    const trace = outputs.trace ? buffers[1] : undefined;
    const logits = outputs.logits ? buffers[buffers.length - 1] : undefined;
    return {
      token,
      logprob,
      ...(trace && { routing: this.#routing(trace, outputs.scores ?? false) }),
      ...(logits && { logits: new Float32Array(logits, 0, this.model.shape.vocabularySize) }),
    };
  }

  #routing(trace: ArrayBuffer, withScores: boolean): RoutingTrace {
    const [routing] = routingTraces(trace, this.#runningBuffers, 1, withScores);
    return routing as RoutingTrace;
  }

  /** Like `prefill`, after {@link steer} was told of it, with how each token was routed. */
  async prefillTrace(
    tokens: readonly number[],
    position: number,
    withScores: boolean,
  ): Promise<readonly RoutingTrace[]> {
    const traced = this.#traced;
    if (traced === undefined) throw new Error('steer before tracing');
    const { device } = this.gpu;
    device.queue.writeBuffer(this.#buffers.tokens.buffer, position * 4, new Uint32Array(tokens));
    this.memory.write(position, tokens);
    const layers = tokens.length === 1 ? traced.plans.decode : traced.plans.prefill;
    this.#submit(layers, tokens.length, position, false);
    return routingTraces(await readBuffer(device, traced.buffers.trace), traced.buffers, tokens.length, withScores);
  }

  /** Positions whose logits `prefillLogits` gives at a time. */
  get logitsTokens(): number {
    return this.#buffers.logitsTokens;
  }

  /** Like `prefill` for at most `logitsTokens` tokens, with the logits after each: f32 [tokens, vocabulary]. */
  async prefillLogits(tokens: readonly number[], position: number): Promise<Float32Array> {
    await (this.#allLogits ??= this.#prepareAllLogits());
    this.prefill(tokens, position, false);
    return this.logitsOfAll(tokens.length);
  }

  /** The logits after each token of the step before, which had this many: f32 [tokens, vocabulary]. */
  async logitsOfAll(tokens: number): Promise<Float32Array> {
    const { device } = this.gpu;
    const vocabulary = this.model.shape.vocabularySize;
    const dispatches = await (this.#allLogits ??= this.#prepareAllLogits());
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encodeDispatches(pass, dispatches, tokens);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const { region } = this.#buffers.allLogits();
    const logits = new Float32Array(await readBuffer(device, region, tokens * vocabulary * 4));
    for (let at = 0; at < logits.length; at += vocabulary)
      if (!logits.subarray(at, at + vocabulary).some(Number.isFinite)) throw noNumbers();
    return logits;
  }

  async #prepareAllLogits(): Promise<readonly Dispatch[]> {
    const { gpu, model } = this;
    const step = await withMemoryCheck(
      gpu.device,
      () => {
        const target = { ...gpu, choose: this.#choose };
        const builder = new StepBuilder(target, this.#buffers, this.memory, 'many');
        model.logits(builder, this.#reserved.steps.residual, 'all');
        return builder;
      },
      () => undefined, // the buffers are freed with the others
    );
    return step.finish(gpu);
  }

  destroy(): void {
    this.#over.abort();
    this.#readBack?.ring.destroy();
    this.#parked.clear();
    this.#steered?.destroy();
    this.#traced?.destroy();
    release(this.#reserved);
  }
}
