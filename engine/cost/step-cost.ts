import type { Dispatch } from '../gpu/plan.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { type Cost, type Launch, LaunchFacts, type Routed, type StepPlace } from './launch-facts.ts';
import { COST_RULES } from './rules.ts';

const NO_COST: Cost = { weights: 0, read: 0, written: 0, operations: 0 };

/** The kernel by which a rule is found: its first fragment holds `main`. */
export function mainOf({ fragments }: Kernel): string {
  return fragments[0]?.name ?? '';
}

/** A launch that is ready to be replayed, as one. */
export function launchOf({ name, kernel, operands, workgroups }: Dispatch): Launch {
  return { name, kernel: kernel.kernel, operands, workgroups };
}

/**
 * What each launch of a step costs, in their order.
 * @throws Error where a kernel has no rule: `cost.test.ts` goes through all of them
 */
export function stepCosts(launches: readonly Launch[], place: StepPlace): readonly Cost[] {
  let routed: Routed | undefined;
  return launches.map((launch) => {
    const main = mainOf(launch.kernel);
    const rule = COST_RULES[main];
    if (rule === undefined) throw new Error(`${launch.name}: ${main} has no rule of its cost`);
    if (main === 'sort_routes') {
      const { EXPERTS: experts = 0, USED: used = 0 } = launch.kernel.overrides;
      routed = { experts, used };
    }
    return rule(new LaunchFacts(launch, place, routed));
  });
}

export function addCosts(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, cost) => ({
      weights: sum.weights + cost.weights,
      read: sum.read + cost.read,
      written: sum.written + cost.written,
      operations: sum.operations + cost.operations,
    }),
    NO_COST,
  );
}

export function bytesOf({ weights, read, written }: Cost): number {
  return weights + read + written;
}
