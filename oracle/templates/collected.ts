// Templates of real models, where `collect.ts` has put them.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const COLLECTED = join(import.meta.dirname, 'collected');

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface CollectedTemplate {
  /** SHA-256 of its text. */
  readonly hash: string;
  readonly template: string;
}

/** None where nothing was collected. */
export function collectedTemplates(): readonly CollectedTemplate[] {
  if (!existsSync(COLLECTED)) return [];
  return readdirSync(COLLECTED)
    .toSorted()
    .map((name) => readFileSync(join(COLLECTED, name), 'utf8'))
    .map((template) => ({ hash: sha256(template), template }));
}

/** What a golden says of one rendering: its text's hash, shortened, or that the template refuses it. */
export function answerHash(text: string | undefined): string {
  return text === undefined ? 'error' : sha256(text).slice(0, 12);
}
