import { BufferArena, readBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { StepBuilder } from '../steps/step-builder.ts';
import type { StepBuffers } from '../steps/step-buffers.ts';
import { type Plans, withMemoryCheck } from './prepare.ts';
import type { Reservation } from './reserve.ts';

/** In what steps differ from those of the model as it is. */
export interface Way {
  readonly used: number;
  /** Whether something may be added to choice scores. */
  readonly biased: boolean;
  /** Whether the trace has all tokens of a step. */
  readonly traceAll: boolean;
}

/** A layer's vector of what is added to choice scores: what the file adds, and what was asked for. */
interface ChoiceBias {
  readonly experts: number;
  readonly region: BufferRegion;
  readonly own: BufferRegion | undefined;
}

/** Steps of a model that route tokens otherwise. They compute in the same buffers, but for those that need more room. */
export class OtherSteps {
  readonly buffers: StepBuffers;
  readonly plans: Pick<Plans, 'decode' | 'prefill'>;
  readonly #way: Way;
  readonly #gpu: Gpu;
  readonly #arena: BufferArena;
  readonly #biases: ReadonlyMap<number, ChoiceBias>;

  private constructor(
    gpu: Gpu,
    way: Way,
    buffers: StepBuffers,
    plans: OtherSteps['plans'],
    arena: BufferArena,
    biases: ReadonlyMap<number, ChoiceBias>,
  ) {
    this.#gpu = gpu;
    this.#way = way;
    this.buffers = buffers;
    this.plans = plans;
    this.#arena = arena;
    this.#biases = biases;
  }

  /** @throws EngineError `out-of-memory` */
  static async prepare(gpu: Gpu, { buffers: base, memory, model }: Reservation, way: Way): Promise<OtherSteps> {
    const { device } = gpu;
    const arena = new BufferArena(device);
    const biases = new Map<number, ChoiceBias>();
    const choiceBias = (layer: number, experts: number, own: BufferRegion | undefined): BufferRegion | undefined => {
      if (!way.biased) return own;
      const bias = biases.get(layer) ?? { experts, own, region: arena.storage('choice bias', experts * 4) };
      biases.set(layer, bias);
      return bias.region;
    };
    const write = (): { buffers: StepBuffers; steps: readonly StepBuilder[] } => {
      const buffers = base.routedOtherwise({ used: way.used, traceAll: way.traceAll, choiceBias });
      const steps = (['one', 'many'] as const).map((size) => new StepBuilder(gpu, buffers, memory, size));
      for (const step of steps) model.layers(step);
      return { buffers, steps };
    };
    const free = ({ buffers }: { buffers: StepBuffers }): void => {
      buffers.destroy();
      arena.destroy();
    };
    const written = await withMemoryCheck(device, write, free);
    try {
      const [decode = [], prefill = []] = await Promise.all(written.steps.map((step) => step.finish(gpu)));
      return new OtherSteps(gpu, way, written.buffers, { decode, prefill }, arena, biases);
    } catch (error) {
      free(written);
      throw error;
    }
  }

  is({ used, biased, traceAll }: Way): boolean {
    return this.#way.used === used && this.#way.biased === biased && this.#way.traceAll === traceAll;
  }

  /** Sets what is added to the choice scores, by layer: f32 [experts]. Layers that are not named get nothing. */
  async add(added: ReadonlyMap<number, Float32Array>): Promise<void> {
    const { device } = this.#gpu;
    for (const [layer, { experts, region, own }] of this.#biases) {
      const bytes = experts * 4;
      const bias =
        own === undefined ? new Float32Array(experts) : new Float32Array(await readBuffer(device, own, bytes));
      added.get(layer)?.forEach((amount, expert) => {
        bias[expert] = (bias[expert] ?? 0) + amount;
      });
      device.queue.writeBuffer(region.buffer, region.offset, bias);
    }
  }

  destroy(): void {
    this.buffers.destroy();
    this.#arena.destroy();
  }
}
