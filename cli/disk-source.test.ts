import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDiskModel } from './disk-source.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixtab-disk-'));
  writeFileSync(join(folder, 'one.gguf'), 'abcdef');
  writeFileSync(join(folder, 'm-00001-of-00002.gguf'), 'first');
  writeFileSync(join(folder, 'm-00002-of-00002.gguf'), 'second');
  writeFileSync(join(folder, 'torn-00001-of-00002.gguf'), 'x');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('openDiskModel', () => {
  test('one file', async () => {
    const [source, ...others] = await openDiskModel(join(folder, 'one.gguf'));
    expect(others).toEqual([]);
    expect(source).toMatchObject({ name: 'one.gguf', size: 6 });
    expect(Buffer.from((await source?.read(2, 5)) ?? []).toString()).toBe('cde');
    await expect(source?.read(4, 7)).rejects.toMatchObject({ code: 'corrupt-file' });
  });

  test('all parts by the path of any', async () => {
    const parts = await openDiskModel(join(folder, 'm-00002-of-00002.gguf'));
    expect(parts.map(({ name, size }) => `${name} ${size}`)).toEqual([
      'm-00001-of-00002.gguf 5',
      'm-00002-of-00002.gguf 6',
    ]);
  });

  test('what is missing is named', async () => {
    await expect(openDiskModel(join(folder, 'torn-00001-of-00002.gguf'))).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('torn-00002-of-00002.gguf cannot be opened: there is no such file') as string,
    });
    await expect(openDiskModel(folder)).rejects.toMatchObject({ code: 'bad-request' });
  });
});
