// What the golden tests measured last, by model and shape of kernels: for the table in docs/models.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { TestTarget } from '../engine/testing/gpu.ts';

/** Largest difference of any log-probability from llama.cpp's, at any position. */
export interface GoldenDifference {
  readonly prefill: number;
  readonly decode: number;
}

/** By model. */
export type GoldenDifferences = Readonly<Record<string, GoldenDifference>>;

const FOLDER = new URL('../.cache/goldens/', import.meta.url);

function fileOf({ profile, subgroups }: TestTarget): URL {
  return new URL(`${profile}${subgroups ? '-subgroups' : ''}.json`, FOLDER);
}

/** Adds to what is known: a run of some models forgets no others. */
export function recordDifference(target: TestTarget, model: string, measured: GoldenDifference): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileOf(target), `${JSON.stringify({ ...recordedDifferences(target), [model]: measured }, null, 1)}\n`);
}

export function recordedDifferences(target: TestTarget): GoldenDifferences {
  try {
    return JSON.parse(readFileSync(fileOf(target), 'utf8')) as GoldenDifferences;
  } catch {
    return {}; // never run here
  }
}
