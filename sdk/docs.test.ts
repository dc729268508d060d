// The examples of docs/api.md, run as they stand there: each line that says what it prints has to print it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { closeBundled } from './testing/docs-mixtab.ts';
import { bundledFile } from './testing/node-backend.ts';

const FOLDER = resolve('sdk/testing/examples');
const blocks = [...readFileSync('docs/api.md', 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);

describe.runIf(bundledFile !== undefined)('docs/api.md', () => {
  afterAll(async () => {
    await closeBundled();
    rmSync(FOLDER, { recursive: true, force: true });
  });

  test('has examples', () => {
    expect(blocks.length).toBeGreaterThan(6);
  });

  test.each(blocks.map((code, i) => [i + 1, code] as const))('example %i', async (i, code) => {
    mkdirSync(FOLDER, { recursive: true });
    const path = join(FOLDER, `example-${i}.ts`);
    writeFileSync(
      path,
      `${code.replaceAll(/from 'mixtab(?:\/prompt-api)?'/g, `from '../docs-mixtab.ts'`)}\nexport {};\n`,
    );
    const printed: string[] = [];
    const log = vi
      .spyOn(console, 'log')
      .mockImplementation((...words: unknown[]) => void printed.push(words.join(' ')));
    try {
      await import(path);
    } finally {
      log.mockRestore();
    }
    const promised = [...code.matchAll(/\/\/ prints (.+)$/gm)].map(([, text = '']) => text);
    expect(promised.length).toBeGreaterThan(0);
    for (const text of promised) expect(printed.join('\n')).toContain(text);
  });
});
