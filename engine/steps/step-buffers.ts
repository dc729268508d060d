import { alignUp, BufferArena, type MemoryDevice, USAGE } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { UNIT } from '../kernels/packed-matrix.ts';
import { TRACED_ROUTE } from '../kernels/router.ts';
import { SAMPLE_BYTES } from '../kernels/sampling.ts';
import { STEP } from '../kernels/step.ts';
import { type RopeParameters, ropeTableBytes } from './rope-table.ts';

/** Numbers that live during one step: [tokens, width] in f32, reused by every layer. */
export interface Activation {
  readonly name: string;
  readonly region: BufferRegion;
  readonly width: number;
}

/** Numbers of each token that begin at `start` of the rows of an activation. */
export interface Part {
  readonly of: Activation;
  readonly start: number;
}

interface RopeTable {
  readonly region: BufferRegion;
  readonly parameters: RopeParameters;
}

/** A layer in which tokens are routed to experts. */
export interface RoutedLayer {
  readonly layer: number;
  readonly experts: number;
  readonly used: number;
  /** Experts take part by groups, where there are several. */
  readonly groups?: number;
  readonly groupsUsed?: number;
}

export interface StepShape {
  /** Tokens of a prefill chunk, the most that one step takes. */
  readonly maxTokens: number;
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly routed: readonly RoutedLayer[];
}

/** Logits of several positions at once, for prompt log-probabilities, take at most this much memory. */
const MAX_LOGITS_BYTES = 64 * 1024 * 1024;

/** Each layer's part of the trace is bound by itself, so it begins at a multiple of WebGPU's binding alignment. */
const TRACE_ALIGNMENT = 256;

/** How a step routes tokens where it is not as the model says. */
export interface RoutingVariant {
  readonly used: number;
  /** Whether the trace has all tokens of a step, and not the last one alone. */
  readonly traceAll: boolean;
  /**
   * Added to the choice scores of a layer, f32 [experts], in place of what the file adds.
   * @param own what that is, if there is any
   */
  choiceBias(layer: number, experts: number, own: BufferRegion | undefined): BufferRegion | undefined;
}

/** The buffers that steps compute in: shared by decode and prefill, made when a model file first names them. */
export class StepBuffers {
  readonly shape: StepShape;
  readonly step: BufferRegion;
  /** u32 [context]: token ids by position; the sampler appends to it. */
  readonly tokens: BufferRegion;
  /** f32 [vocabulary]: of the step's last token. */
  readonly lastLogits: Activation;
  readonly sample: BufferRegion;
  /** Routes of the step's last token, `traceStride` bytes a MoE layer. */
  readonly trace: BufferRegion;
  readonly traceStride: number;
  /** Bound where a kernel wants a buffer that its variant does not use. */
  readonly unused: BufferRegion;
  readonly #activations = new Map<string, Activation>();
  readonly #floats = new Set<GPUBuffer>();
  readonly #ropeTables = new Map<string, RopeTable>();
  readonly #constants = new Map<string, BufferRegion>();
  readonly #device: MemoryDevice;
  readonly #activationArena: BufferArena;
  /** Whose buffers these share. */
  readonly #base: StepBuffers | undefined;
  /** Missing: as the model says. */
  readonly variant: RoutingVariant | undefined;

  constructor(
    device: MemoryDevice,
    shape: StepShape,
    variant?: { readonly of: StepBuffers; readonly routing: RoutingVariant },
  ) {
    const arena = new BufferArena(device);
    const base = variant?.of;
    this.shape = shape;
    this.#base = base;
    this.variant = variant?.routing;
    this.#device = device;
    this.#activationArena = arena;
    this.step = base?.step ?? arena.uniform('step', STEP.bytes);
    this.tokens = base?.tokens ?? arena.storage('tokens', (shape.contextLength + 1) * 4);
    this.lastLogits = base?.lastLogits ?? {
      name: 'logits',
      region: arena.storage('logits', shape.vocabularySize * 4),
      width: shape.vocabularySize,
    };
    this.sample = base?.sample ?? arena.storage('sample', SAMPLE_BYTES);
    const mostUsed = Math.max(0, ...shape.routed.map(({ used }) => used));
    const traced = variant?.routing.traceAll === true ? shape.maxTokens : 1;
    this.traceStride = alignUp(traced * (mostUsed + 1) * TRACED_ROUTE.bytes, TRACE_ALIGNMENT);
    this.trace = arena.storage('trace', Math.max(1, shape.routed.length * this.traceStride));
    this.unused = base?.unused ?? arena.storage('unused', 16);
  }

  /**
   * Buffers for steps that route otherwise: what needs no more room for it is shared with these, so of both kinds of steps only one
   * can be under way.
   */
  routedOtherwise(routing: RoutingVariant): StepBuffers {
    const routed = this.shape.routed.map((layer) => ({ ...layer, used: routing.used }));
    return new StepBuffers(this.#device, { ...this.shape, routed }, { of: this, routing });
  }

  #shared(name: string): Activation | undefined {
    return this.#base && this.#base.#activations.get(name);
  }

  get activationBytes(): number {
    return this.#activationArena.bytes;
  }

  get arena(): BufferArena {
    return this.#activationArena;
  }

  /** [maxTokens, width], shared by all who use the name. The kernels read whole units of 32, so there is one to spare. */
  activation(name: string, width: number, rows = this.shape.maxTokens): Activation {
    const known = this.#activations.get(name);
    if (known) {
      if (known.width !== width) throw new Error(`activation ${name} is ${known.width} wide, not ${width}`);
      return known;
    }
    const bytes = (rows * width + UNIT) * 4;
    const shared = this.#shared(name);
    const isShared = shared !== undefined && shared.width === width && shared.region.size >= bytes;
    const region = isShared ? shared.region : this.#activationArena.storage(name, bytes);
    const activation = { name, region, width };
    this.#activations.set(name, activation);
    this.#floats.add(region.buffer);
    return activation;
  }

  /** What lies in a region, where it has a row for each token of the step: an activation, or the routes (width: all their bytes). */
  activationAt(region: BufferRegion): Activation | undefined {
    const known = [...this.#activations.values()].find((one) => one.region === region);
    if (known === undefined || known.name === 'routes') return known;
    const rows = Math.floor((region.size / 4 - UNIT) / known.width);
    return rows === this.shape.maxTokens ? known : undefined;
  }

  /** Whether a region is of an activation, so that any f32 may stand in it; scratch buffers hold counts and places, too. */
  holdsFloats({ buffer }: BufferRegion): boolean {
    return this.#floats.has(buffer);
  }

  /** Positions whose logits {@link allLogits} holds. */
  get logitsTokens(): number {
    const { maxTokens, vocabularySize } = this.shape;
    return Math.max(1, Math.min(maxTokens, Math.floor(MAX_LOGITS_BYTES / 4 / vocabularySize)));
  }

  /** f32 [logitsTokens, vocabulary]: of several positions at once. Few ask for it, so it is made when someone does. */
  allLogits(): Activation {
    return this.activation('all logits', this.shape.vocabularySize, this.logitsTokens);
  }

  /** The angles of one kind of rotation, to be filled by whoever makes the buffers. Equal parameters share one. */
  ropeTable(parameters: RopeParameters): BufferRegion {
    const key = JSON.stringify(parameters);
    const known = this.#ropeTables.get(key) ?? (this.#base && this.#base.#ropeTables.get(key));
    if (known) return known.region;
    const region = this.#activationArena.storage('rope table', ropeTableBytes(parameters, this.shape.contextLength));
    this.#ropeTables.set(key, { region, parameters });
    return region;
  }

  get ropeTables(): readonly RopeTable[] {
    return [...this.#ropeTables.values()];
  }

  /** A scratch buffer that is no [tokens, width] in f32. */
  scratch(name: string, bytes: number, indirect = false): BufferRegion {
    const known = this.#activations.get(name);
    if (known) {
      if (known.width !== bytes) throw new Error(`scratch ${name} has ${known.width} bytes, not ${bytes}`);
      return known.region;
    }
    const shared = this.#shared(name)?.region;
    const isShared = shared !== undefined && shared.size >= bytes;
    const region = isShared ? shared : this.#activationArena.storage(name, bytes, indirect ? USAGE.indirect : 0);
    this.#activations.set(name, { name, region, width: bytes });
    return region;
  }

  /** A small uniform that never changes; equal keys share one. */
  constant(key: string, data: ArrayBuffer): BufferRegion {
    const known = this.#constants.get(key) ?? (this.#base && this.#base.#constants.get(key));
    if (known) return known;
    const region = { ...this.#activationArena.uniform(key, data.byteLength), data };
    this.#device.queue.writeBuffer(region.buffer, region.offset, data);
    this.#constants.set(key, region);
    return region;
  }

  destroy(): void {
    this.#activationArena.destroy();
  }
}
