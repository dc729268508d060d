// What jinja2 gave: needs no Python.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type OracleAnswer = { readonly text: string } | { readonly error: string };

export const GOLDENS = join(import.meta.dirname, '..', 'golden', 'templates');

/** In the order of `SNIPPETS`. */
export function loadSnippetGoldens(): readonly OracleAnswer[] {
  return JSON.parse(readFileSync(join(GOLDENS, 'snippets.json'), 'utf8')) as readonly OracleAnswer[];
}

/** By the hash of a template: the hashes of what it writes, in the order of `TEMPLATE_CASES`. */
export function loadCollectedGoldens(): ReadonlyMap<string, readonly string[]> {
  const hashes = JSON.parse(readFileSync(join(GOLDENS, 'collected.json'), 'utf8')) as Readonly<Record<string, string>>;
  return new Map(Object.entries(hashes).map(([hash, answers]) => [hash, answers.split(' ')]));
}
