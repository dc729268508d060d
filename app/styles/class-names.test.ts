// Style sheets share one namespace: a class that two folders define by chance lays out the other's elements.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const APP = join(import.meta.dirname, '..');
/** How all of the page is printed, and what browsers draw: they are about classes of every folder. */
const EVERYWHERE: ReadonlySet<string> = new Set(['styles/print.css', 'styles/controls.css']);
const SHEETS = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.css') && !EVERYWHERE.has(path),
);

/** Classes that a rule is about: those at the beginning of a selector. */
function definedClasses(path: string): string[] {
  const css = readFileSync(join(APP, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  return [...css.matchAll(/(?:^|[{},])\s*\.([a-z][a-z0-9-]*)\s*(?=[{,])/g)].flatMap(([, name]) => name ?? []);
}

describe('class names', () => {
  test('are found', () => {
    expect(definedClasses('chat/conversation.css')).toContain('message');
  });

  test('belong to one folder each', () => {
    const folders = new Map<string, Set<string>>();
    for (const sheet of SHEETS) {
      for (const name of definedClasses(sheet)) {
        folders.set(name, (folders.get(name) ?? new Set()).add(dirname(sheet)));
      }
    }
    const shared = [...folders].filter(([, where]) => where.size > 1).map(([name, where]) => [name, ...where]);
    expect(shared).toEqual([]);
  });
});
