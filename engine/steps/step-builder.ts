import type { Gpu } from '../gpu/device.ts';
import { type Kernel, kernelBindings } from '../gpu/kernel.ts';
import {
  type BufferRegion,
  checkOperands,
  type Dispatch,
  type Operands,
  prepareDispatch,
  type Workgroups,
} from '../gpu/plan.ts';
import type { TunedKind } from '../api.ts';
import type { Site } from '../kernels/choices.ts';
import { type KernelTarget, targetFor } from '../kernels/target.ts';
import type { SequenceMemory } from '../memory/sequence-memory.ts';
import type { RopeParameters } from './rope-table.ts';
import type { Activation, StepBuffers } from './step-buffers.ts';

/** Tokens of a step: the same mathematics by other kernels. */
export type StepSize = 'one' | 'many';

/** A launch that is written down, and not yet compiled. */
export interface PendingDispatch {
  readonly name: string;
  readonly kernel: Kernel;
  readonly operands: Operands;
  readonly workgroups: Workgroups;
  /** Where its kernel's shape can be chosen. */
  readonly site?: Site | undefined;
}

/** A place where the shape of kernels can be chosen, and the device as these kernels shall see it. */
export interface TunedPlace {
  readonly target: KernelTarget;
  readonly site: Site;
}

/**
 * Keeps the launches of a step, written down once; it does not compute. The operations in this folder add theirs in the order
 * of the computation. `finish` compiles what is needed and returns the launches, ready to be replayed.
 */
export class StepBuilder {
  readonly target: KernelTarget;
  readonly size: StepSize;
  readonly buffers: StepBuffers;
  readonly memory: SequenceMemory;
  readonly #pending: PendingDispatch[] = [];

  constructor(target: KernelTarget, buffers: StepBuffers, memory: SequenceMemory, size: StepSize) {
    this.target = target;
    this.size = size;
    this.buffers = buffers;
    this.memory = memory;
  }

  activation(name: string, width: number): Activation {
    return this.buffers.activation(name, width);
  }

  ropeTable(parameters: RopeParameters): BufferRegion {
    return this.buffers.ropeTable(parameters);
  }

  /** @throws Error where operands are not the kernel's bindings: here, so that a step on paper is checked as well */
  launch(name: string, kernel: Kernel, operands: Operands, workgroups: Workgroups, site?: Site): void {
    checkOperands(name, kernelBindings(kernel), operands);
    this.#pending.push({ name, kernel, operands, workgroups, site });
  }

  /** Of launches that may have another shape on this device than on others; they are to be written down with the site. */
  tuned(kind: TunedKind, shape: string): TunedPlace {
    const site = { kind, shape };
    return { target: targetFor(this.target, site), site };
  }

  /** As they were written down. */
  get launches(): readonly PendingDispatch[] {
    return this.#pending;
  }

  async finish(gpu: Gpu): Promise<readonly Dispatch[]> {
    return Promise.all(
      this.#pending.map(async ({ name, kernel, operands, workgroups }) =>
        prepareDispatch(gpu.device, name, await gpu.kernels.compile(kernel), operands, workgroups),
      ),
    );
  }
}
