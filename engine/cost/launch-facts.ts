import type { Kernel } from '../gpu/kernel.ts';
import type { BufferRegion, Operands, Workgroups } from '../gpu/plan.ts';
import { WEIGHT_TYPES } from '../kernels/weight-types.ts';

/** What a launch moves and computes at the least: everything that it needs is read once, whatever caches do. */
export interface Cost {
  /** Bytes of the model's matrices. */
  readonly weights: number;
  /** Bytes of all else that is read: activations, caches, states. */
  readonly read: number;
  readonly written: number;
  /** Floating-point operations, a multiply-add being two; unpacking weights is not counted. */
  readonly operations: number;
}

/** A launch, prepared or only written down. */
export interface Launch {
  readonly name: string;
  readonly kernel: Kernel;
  readonly operands: Operands;
  readonly workgroups: Workgroups;
}

/** In which step a launch runs: as many tokens, the first of them at a position of the sequence. */
export interface StepPlace {
  readonly tokens: number;
  readonly position: number;
}

/** Which experts the tokens of a step go to, as the launch that sorts them knows. */
export interface Routed {
  readonly experts: number;
  readonly used: number;
}

/** A launch with all that a rule may ask of it. */
export class LaunchFacts {
  readonly launch: Launch;
  readonly tokens: number;
  readonly position: number;
  readonly #routed: Routed | undefined;

  constructor(launch: Launch, { tokens, position }: StepPlace, routed: Routed | undefined) {
    this.launch = launch;
    this.tokens = tokens;
    this.position = position;
    this.#routed = routed;
  }

  /** A shape of the kernel: an override, or a constant of its prelude. @throws Error where it has none of this name */
  number(name: string): number {
    const value = this.optional(name);
    if (value === undefined) throw new Error(`${this.launch.name}: the kernel has no number ${name}`);
    return value;
  }

  optional(name: string): number | undefined {
    const { overrides, constants } = this.launch.kernel;
    return overrides[name] ?? constants?.[name];
  }

  has(fragment: string): boolean {
    return this.launch.kernel.fragments.some(({ name }) => name === fragment);
  }

  operand(name: string): BufferRegion {
    const region = this.launch.operands[name];
    if (region === undefined) throw new Error(`${this.launch.name} binds no ${name}`);
    return region;
  }

  /** Workgroups in x, y and z, where JavaScript knows them. */
  get workgroups(): readonly [number, number, number] {
    const { workgroups } = this.launch;
    if (typeof workgroups === 'function') return workgroups(this.tokens);
    if ('indirect' in workgroups) throw new Error(`${this.launch.name}: only the GPU knows its workgroups`);
    return workgroups;
  }

  /** Bytes of so many units of 32 weights, as they are packed for this kernel. */
  weightBytes(units: number): number {
    for (const { name } of this.launch.kernel.fragments) {
      const bytes = UNIT_BYTES.get(name);
      if (bytes !== undefined) return units * bytes;
    }
    throw new Error(`${this.launch.name}: its kernel reads no weights`);
  }

  /** Bytes of a number in the cache that the kernel reads or writes. */
  get cacheNumberBytes(): number {
    const type = this.launch.kernel.aliases?.['cache_vec'];
    const bytes = type === undefined ? undefined : CACHE_NUMBER_BYTES.get(type);
    if (bytes === undefined) throw new Error(`${this.launch.name}: a cache of unknown numbers`);
    return bytes;
  }

  get routed(): Routed {
    if (this.#routed === undefined) throw new Error(`${this.launch.name}: nobody has routed its tokens`);
    return this.#routed;
  }

  /** Expected number of different experts that the step's tokens go to, if each choice is as likely as any other. */
  get expertsTouched(): number {
    const { experts, used } = this.routed;
    return experts * (1 - (1 - used / experts) ** this.tokens);
  }
}

/** A cost rule of one kernel. */
export type CostRule = (facts: LaunchFacts) => Cost;

/** The fragment that dequantises a type comes last of its fragments, and has the bytes of its planes. */
const UNIT_BYTES: ReadonlyMap<string, number> = new Map(
  Object.values(WEIGHT_TYPES).map(({ planes, dequant }) => [
    dequant.at(-1)?.name ?? '',
    planes.reduce<number>((sum, bytes) => sum + bytes, 0),
  ]),
);

const CACHE_NUMBER_BYTES: ReadonlyMap<string, number> = new Map([
  ['vec4<f32>', 4],
  ['vec2<u32>', 2],
  ['u32', 36 / 32],
]);
