import type { StepPlace } from '../engine/cost/launch-facts.ts';
import { launchTime, type Ceilings } from '../engine/cost/roofline.ts';
import { bytesOf, launchOf, stepCosts } from '../engine/cost/step-cost.ts';
import type { Gpu } from '../engine/gpu/device.ts';
import type { Dispatch } from '../engine/gpu/plan.ts';
import { kernelName, timeEach } from './kernel-times.ts';

/** All launches of a kernel in a step. */
export interface KernelFigures {
  ms: number;
  launches: number;
  bytes: number;
  operations: number;
  /** The least that it could take here, where the device's ceilings are known. */
  floorMs?: number;
}

/** GPU time and cost of the launches of a step by kernel, largest time first; without timestamps only the cost. */
export async function kernelFigures(
  gpu: Gpu,
  dispatches: readonly Dispatch[],
  place: StepPlace,
  ceilings?: Ceilings,
): Promise<Readonly<Record<string, KernelFigures>>> {
  const times = await timeEach(gpu, dispatches, place.tokens);
  const byKernel = new Map<string, KernelFigures>();
  stepCosts(dispatches.map(launchOf), place).forEach((cost, i) => {
    const key = kernelName(dispatches[i] as Dispatch);
    const entry = byKernel.get(key) ?? { ms: 0, launches: 0, bytes: 0, operations: 0 };
    entry.ms += times[i] ?? 0;
    entry.launches++;
    entry.bytes += bytesOf(cost);
    entry.operations += cost.operations;
    if (ceilings) entry.floorMs = (entry.floorMs ?? 0) + launchTime(cost, ceilings) * 1000;
    byKernel.set(key, entry);
  });
  return Object.fromEntries([...byKernel].sort((a, b) => b[1].ms - a[1].ms));
}
