import type { Cost } from './launch-facts.ts';
import { bytesOf } from './step-cost.ts';

/** What a device can do at best. */
export interface Ceilings {
  /** Streamed reads of more than caches hold, bytes per second. */
  readonly bandwidth: number;
  /** Multiply-adds in f32, operations per second (two each). */
  readonly rate: number;
  /** Of one dispatch that waits for the one before, seconds. */
  readonly launch: number;
  /** Of a submit and of reading its result, as far as the GPU waits for it, seconds per step. */
  readonly submit: number;
}

/** Seconds of one launch on a device that does nothing twice: max(bytes / bandwidth, operations / rate) + launch. */
export function launchTime(cost: Cost, { bandwidth, rate, launch }: Ceilings): number {
  return workTime(cost, { bandwidth, rate }) + launch;
}

/** The same without the launch. */
export function workTime(cost: Cost, { bandwidth, rate }: Pick<Ceilings, 'bandwidth' | 'rate'>): number {
  return Math.max(bytesOf(cost) / bandwidth, cost.operations / rate);
}

/** Seconds of a step. */
export function stepTime(costs: readonly Cost[], ceilings: Ceilings): number {
  return costs.reduce((sum, cost) => sum + launchTime(cost, ceilings), ceilings.submit);
}
