import { withMemoryCheck } from '../generate/prepare.ts';
import { type Steps, writeSteps } from '../generate/reserve.ts';
import type { Session } from '../generate/session.ts';
import { BufferArena, readBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { type BufferRegion, type Dispatch, encodeDispatches, type Operands, prepareDispatch } from '../gpu/plan.ts';
import { type Site, siteKey } from '../kernels/choices.ts';
import { ROUTE } from '../kernels/router.ts';
import { STEP } from '../kernels/step.ts';
import { StepBuffers } from '../steps/step-buffers.ts';
import type { PendingDispatch } from '../steps/step-builder.ts';
import { type Candidate, candidatesFor } from './candidates.ts';
import type { PlaceBench } from './measure.ts';
import { type Noise, noise } from './noise.ts';
import { type Instance, layerOf, type Place, placesOf } from './places.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';

/** Where attention of one token is timed, if the context is that long: what a conversation soon has. */
const POSITION = 1023;
/** Floats of noise, with which activations begin: copied as often as they need. */
const NOISE_FLOATS = 2 ** 18;
/** Of a result, as much as is compared. */
const MAX_COMPARED_BYTES = 2 ** 22;
/** Keys and values that results are compared on. */
const MAX_CACHE_BYTES = 2 ** 25;
/** A batch has at most so many launches: encoding them takes time as well. */
const MAX_LAUNCHES = 2000;
const MISS = 0xffffffff;

/** A place with the runs that are timed. */
interface Prepared {
  readonly dispatches: readonly Dispatch[];
  /** The first instance, on other keys and values than the model's. */
  readonly check: { readonly launches: readonly PendingDispatch[]; readonly dispatches: readonly Dispatch[] };
}

/**
 * Runs places of a loaded model with one kernel or another: on the model's own weights, experts of every layer among them, but on
 * activations and routes of its own, so that it changes nothing which the model remembers.
 */
export class ModelBench {
  readonly places: ReadonlyMap<string, Place>;
  readonly #gpu: Gpu;
  readonly #session: Session;
  readonly #buffers: StepBuffers;
  readonly #arena: BufferArena;
  readonly #noise: Noise = noise();
  readonly #noiseRegion: BufferRegion;
  readonly #watch: Stopwatch;
  /** The model's steps, with the candidate of that number at every place. */
  readonly #variants = new Map<number, ReadonlyMap<string, Place>>();
  /** u32: the slots of each layer's experts. */
  #slots: ReadonlyMap<number, Uint32Array> = new Map();
  readonly #routes = new Map<string, BufferRegion>();
  #isOpen = true;

  private constructor(gpu: Gpu, session: Session, buffers: StepBuffers, arena: BufferArena, steps: Steps) {
    this.#gpu = gpu;
    this.#session = session;
    this.#buffers = buffers;
    this.#arena = arena;
    this.places = placesOf(steps);
    this.#noiseRegion = arena.storage('noise', NOISE_FLOATS * 4);
    gpu.device.queue.writeBuffer(this.#noiseRegion.buffer, 0, this.#noise.floats(NOISE_FLOATS));
    this.#watch = createStopwatch(gpu);
  }

  /** @throws EngineError `out-of-memory` where a second set of activations has no room */
  static async open(gpu: Gpu, session: Session): Promise<ModelBench> {
    const { device } = gpu;
    const buffers = new StepBuffers(device, session.buffers.shape);
    const arena = new BufferArena(device);
    try {
      const { bench, steps } = await withMemoryCheck(
        device,
        () => {
          const steps = writeSteps(gpu, buffers, session.memory, session.model);
          return { bench: new ModelBench(gpu, session, buffers, arena, steps), steps };
        },
        () => undefined, // below
      );
      bench.#slots = await slotsOf(device, steps.decode.launches);
      return bench;
    } catch (error) {
      buffers.destroy();
      arena.destroy();
      throw error;
    }
  }

  destroy(): void {
    this.#isOpen = false;
    this.#watch.destroy();
    this.#buffers.destroy();
    this.#arena.destroy();
  }

  /**
   * Milliseconds that a place takes of a step, in all its instances, with the built-in kernel. Undefined where it cannot be measured:
   * a place whose experts are not there.
   */
  async cost(place: Place): Promise<number | undefined> {
    const [first] = place.instances;
    if (first === undefined || this.#slotsFor(place) === undefined) return undefined;
    const dispatches = await this.#dispatches(place, first, 0);
    await this.#time(place, dispatches, 1); // the first run of a kernel is no measure
    const ms = await this.#time(place, dispatches, 1);
    return ms >= 0 ? ms * place.instances.length : undefined;
  }

  /** @param costMs of {@link cost} */
  bench(place: Place, costMs: number): PlaceBench {
    const { site, instances } = place;
    const each = Math.max(costMs / instances.length, 1e-4);
    const count = Math.max(1, Math.min(instances.length, Math.ceil(this.#watch.batchMs / each)));
    const launches = Math.max(1, instances[0]?.launches.length ?? 1) * count;
    const most = Math.max(1, Math.floor(MAX_LAUNCHES / launches));
    let repeats: number | undefined;
    /** As many runs as make a batch: the cost was measured on one, which clocks may be too coarse for. */
    const calibrated = async (dispatches: readonly Dispatch[]): Promise<number> => {
      let runs = Math.min(most, Math.ceil(this.#watch.batchMs / (each * count)));
      for (;;) {
        const ms = await this.#time(place, dispatches, runs);
        if (!(ms < this.#watch.batchMs / 2) || runs === most) return runs;
        runs = Math.min(most, runs * Math.ceil(Math.min(16, this.#watch.batchMs / Math.max(ms, 0.1))));
      }
    };
    const prepared = new Map<Candidate | null, Promise<Prepared>>();
    const prepare = (candidate: Candidate | null): Promise<Prepared> => {
      const known = prepared.get(candidate);
      if (known !== undefined) return known;
      const own = candidate === null ? place : this.#variant(site, candidate).get(siteKey(site));
      const making = own === undefined ? Promise.reject(new Error('no such place')) : this.#prepare(own, count);
      prepared.set(candidate, making);
      return making;
    };
    let expected: Promise<readonly Float32Array[]> | undefined;
    return {
      compile: async (candidate) => {
        const [own] = await Promise.all([prepare(candidate), prepare(null)]);
        if (own.dispatches.length === 0) throw new Error('nothing to run');
      },
      difference: async (candidate) => {
        expected ??= this.#results(place, await prepare(null));
        return largestDifference(await expected, await this.#results(place, await prepare(candidate)));
      },
      time: async (candidate) => {
        const { dispatches } = await prepare(candidate);
        repeats ??= await calibrated(dispatches);
        return (await this.#time(place, dispatches, repeats)) / repeats;
      },
    };
  }

  /** Steps where a site has a candidate, and so has every other site the one of the same number: few have to be written. */
  #variant(site: Site, { name }: Candidate): ReadonlyMap<string, Place> {
    const number = candidatesFor(site.kind, this.#gpu).findIndex((one) => one.name === name);
    const known = this.#variants.get(number);
    if (known !== undefined) return known;
    const choose = (site: Site) => candidatesFor(site.kind, this.#gpu)[number]?.choice;
    const target = { ...this.#gpu, choose };
    const places = placesOf(writeSteps(target, this.#buffers, this.#session.memory, this.#session.model));
    this.#variants.set(number, places);
    return places;
  }

  async #prepare(place: Place, count: number): Promise<Prepared> {
    const { instances } = place;
    const [first] = instances;
    if (first === undefined) throw new Error('a place without launches');
    // Spread over the model's layers, so that caches hold as little of them as in a step.
    const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * instances.length) / count));
    const dispatches = await Promise.all(
      chosen.map((number) => this.#dispatches(place, instances[number] as Instance, number)),
    );
    const launches = first.launches.map((launch) => ({ ...launch, operands: this.#checkOperands(launch) }));
    const check = { launches, dispatches: await this.#dispatches(place, { ...first, launches }, 0) };
    return { dispatches: dispatches.flat(), check };
  }

  async #dispatches(place: Place, { layer, launches }: Instance, number: number): Promise<readonly Dispatch[]> {
    const { device, kernels } = this.#gpu;
    return Promise.all(
      launches.map(async ({ name, kernel, operands, workgroups }) => {
        const compiled = await kernels.compile(kernel);
        const own = 'routes' in operands ? { ...operands, routes: this.#routesOf(place, layer, number) } : operands;
        return prepareDispatch(device, name, compiled, own, workgroups);
      }),
    );
  }

  get #chunk(): number {
    return this.#buffers.shape.maxTokens;
  }

  #tokens({ size }: Place): number {
    return size === 'one' ? 1 : this.#chunk;
  }

  /** All experts of the layers of a place that are on the GPU; undefined where they are too few to choose from. */
  #slotsFor({ instances, size }: Place): true | undefined {
    for (const { layer, launches } of instances) {
      if (!launches.some(({ operands }) => 'routes' in operands)) continue;
      const routed = this.#buffers.shape.routed.find((one) => one.layer === layer);
      const slots = layer === undefined ? undefined : this.#slots.get(layer);
      const resident = slots?.filter((slot) => slot !== MISS).length ?? 0;
      if (routed === undefined || resident < (size === 'one' ? routed.used : routed.experts)) return undefined;
    }
    return true;
  }

  /** Routes to experts of a layer, other ones for each instance. */
  #routesOf(place: Place, layer: number | undefined, number: number): BufferRegion {
    const key = `${place.size} ${layer} ${number}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const tokens = this.#tokens(place);
    const routed = this.#buffers.shape.routed.find((one) => one.layer === layer);
    const slots = layer === undefined ? undefined : this.#slots.get(layer);
    if (routed === undefined || slots === undefined) throw new Error(`layer ${layer} routes nothing`);
    const { used } = routed;
    const resident = [...slots.keys()].filter((expert) => slots[expert] !== MISS);
    const bytes = new Uint8Array(tokens * used * ROUTE.bytes);
    for (let token = 0; token < tokens; token++) {
      for (let choice = 0; choice < used; choice++) {
        // The first ones of a shuffle.
        const from = choice + this.#noise.below(resident.length - choice);
        const expert = resident[from] as number;
        resident[from] = resident[choice] as number;
        resident[choice] = expert;
        const route = ROUTE.write({ expert, slot: slots[expert] ?? MISS, weight: 1 / used });
        bytes.set(new Uint8Array(route), (token * used + choice) * ROUTE.bytes);
      }
    }
    const region = this.#arena.storage('routes', bytes.length);
    this.#gpu.device.queue.writeBuffer(region.buffer, 0, bytes);
    this.#routes.set(key, region);
    return region;
  }

  /** Attention over an empty cache gives zeros, whatever is wrong with it. */
  #checkOperands({ kernel, operands }: PendingDispatch): Operands {
    const own: Record<string, BufferRegion> = {};
    for (const name of ['keys', 'values']) {
      const region = operands[name];
      if (region === undefined || this.#buffers.holdsFloats(region)) continue;
      const size = Math.min(region.size, MAX_CACHE_BYTES);
      const key = `${name} ${size}`;
      let cache = this.#routes.get(key);
      if (cache === undefined) {
        cache = this.#arena.storage(key, size);
        const words = this.#noise.cacheWords(kernel.aliases?.['cache_vec'], size / 4);
        this.#gpu.device.queue.writeBuffer(cache.buffer, 0, words);
        this.#routes.set(key, cache);
      }
      own[name] = cache;
    }
    return { ...operands, ...own };
  }

  /** What a run that has ended still had in mind would use buffers that are gone. */
  #requireOpen(): void {
    if (!this.#isOpen) throw new Error('the run has ended');
  }

  #writeStep(place: Place): number {
    const tokens = this.#tokens(place);
    const position = place.size === 'one' ? Math.min(POSITION, this.#buffers.shape.contextLength - 1) : 0;
    const { buffer, offset } = this.#buffers.step;
    this.#gpu.device.queue.writeBuffer(buffer, offset, STEP.write({ tokens, position }));
    return tokens;
  }

  async #time(place: Place, dispatches: readonly Dispatch[], repeats: number): Promise<number> {
    this.#requireOpen();
    return this.#watch.time(dispatches, this.#writeStep(place), repeats);
  }

  /** What the last launch of an instance leaves, run once on noise. */
  async #results(place: Place, { check }: Prepared): Promise<readonly Float32Array[]> {
    this.#requireOpen();
    const { device } = this.#gpu;
    const tokens = this.#writeStep(place);
    device.pushErrorScope('validation');
    const encoder = device.createCommandEncoder();
    for (const { operands } of check.launches)
      for (const region of Object.values(operands))
        if (this.#buffers.holdsFloats(region)) copyNoise(encoder, this.#noiseRegion, region);
    const pass = encoder.beginComputePass();
    encodeDispatches(pass, check.dispatches, tokens);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const failing = device.popErrorScope();
    const written = check.dispatches.at(-1)?.written ?? [];
    const reading = written
      .filter((region) => this.#buffers.holdsFloats(region) || region === this.#buffers.lastLogits.region)
      .map(
        async (region) => new Float32Array(await readBuffer(device, region, Math.min(region.size, MAX_COMPARED_BYTES))),
      );
    const failed = await failing;
    if (failed !== null) throw new Error(failed.message);
    return Promise.all(reading);
  }
}

function copyNoise(encoder: GPUCommandEncoder, from: BufferRegion, to: BufferRegion): void {
  for (let at = 0; at < to.size; at += from.size)
    encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset + at, Math.min(from.size, to.size - at));
}

/** By layer, from the page tables that its router reads. */
async function slotsOf(
  device: GPUDevice,
  pending: readonly PendingDispatch[],
): Promise<ReadonlyMap<number, Uint32Array>> {
  const tables = pending.flatMap((launch) => {
    const table = launch.operands['page_table'];
    const layer = layerOf(launch);
    return table === undefined || layer === undefined ? [] : [{ layer, table }];
  });
  const found = await Promise.all(
    tables.map(async ({ layer, table }) => [layer, new Uint32Array(await readBuffer(device, table))] as const),
  );
  return new Map(found);
}

/** Infinity where what is a number on one side is none on the other. */
export function largestDifference(expected: readonly Float32Array[], found: readonly Float32Array[]): number {
  let worst = 0;
  let largest = 0;
  let numbers = 0;
  for (const [i, values] of expected.entries()) {
    const others = found[i];
    if (others?.length !== values.length) return Infinity;
    for (const [j, value] of values.entries()) {
      const other = others[j] as number;
      if (Number.isFinite(value) !== Number.isFinite(other)) return Infinity;
      if (!Number.isFinite(value)) continue;
      numbers++;
      worst = Math.max(worst, Math.abs(value - other));
      largest = Math.max(largest, Math.abs(value));
    }
  }
  // Nothing to compare proves nothing.
  return numbers === 0 || largest === 0 ? Infinity : worst / largest;
}
