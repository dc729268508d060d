import type { TunedPlace } from '../engine/api.ts';
import type { Session } from '../engine/generate/session.ts';
import type { Gpu } from '../engine/gpu/device.ts';
import { Tuner } from '../engine/tuner/tuner.ts';
import { memoryTuningStore } from '../engine/tuner/tuning-store.ts';

/** Nobody sits before it, and Node keeps no result. */
const BUDGET_MS = 20_000;

/** Measures the shapes of a model's kernels on this machine, goes on with the fastest, and says on stderr what they are. */
export async function tuneKernels(gpu: Gpu, session: Session): Promise<readonly TunedPlace[]> {
  const tuner = new Tuner(memoryTuningStore(), 'node');
  const never = new AbortController().signal;
  const signals = { interrupted: never, skipped: never };
  await tuner.tune(gpu, session, { force: true, budgetMs: BUDGET_MS }, signals, () => undefined);
  const places = tuner.report(gpu, session);
  for (const place of places) process.stderr.write(`${inWords(place)}\n`);
  return places;
}

function inWords({ kind, shape, choice, speedup, rejected }: TunedPlace): string {
  const nameOf = (parts: NonNullable<TunedPlace['choice']>): string =>
    parts.map((part) => ('count' in part ? `${part.what} ${part.count}` : part.what)).join(', ');
  const chosen = choice === null ? 'built-in' : `${nameOf(choice)}, ${speedup?.toFixed(2)} times as fast as built-in`;
  const others = rejected.map(({ shape: refused, why }) => `; ${why}: ${nameOf(refused)}`).join('');
  return `${kind} ${shape}: ${speedup === null ? 'not measured' : chosen}${others}`;
}
