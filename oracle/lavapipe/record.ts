// What a run on lavapipe measured: said as it goes, and kept for a look at before and after.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Rounding } from './f16-run.ts';

const FOLDER = new URL('../../.cache/goldens/', import.meta.url);
const FILE = new URL('f16.json', FOLDER);

/** By model, by what was in f16. */
type Roundings = Readonly<Record<string, Readonly<Record<string, Rounding>>>>;

function known(): Roundings {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Roundings;
  } catch {
    return {}; // the first
  }
}

export function recordRounding(model: string, what: string, rounding: Rounding): void {
  const { largest, mean, position, flips } = rounding;
  const told = flips.map(
    ({ launch, token, slots, margin }) =>
      `; ${launch} at ${token}: ${slots} of its experts flip at a margin of ${margin.toExponential(1)}`,
  );
  const digits = (value: number): string => value.toExponential(1);
  console.log(`${model}, ${what}: largest ${digits(largest)} at ${position}, mean ${digits(mean)}${told.join('')}`);
  mkdirSync(FOLDER, { recursive: true });
  const before = known();
  writeFileSync(FILE, `${JSON.stringify({ ...before, [model]: { ...before[model], [what]: rounding } }, null, 1)}\n`);
}
