import { expect, test } from 'vitest';
import { groupFiles, type ListedFile, quantizationOf } from './gguf-files.ts';

const file = (path: string, bytes = 1): ListedFile => ({ path, bytes, sha256: null });

test.each([
  ['OLMoE-1B-7B-0125-Instruct-Q4_K_M', 'Q4_K_M'],
  ['DeepSeek-V2-Lite-Chat.Q4_K_S', 'Q4_K_S'],
  ['olmoe-1b-7b-0924-instruct-q8_0', 'Q8_0'],
  ['Qwen3-30B-A3B-UD-IQ2_XXS', 'UD-IQ2_XXS'],
  ['gpt-oss-20b-mxfp4', 'MXFP4'],
  ['granite-bf16', 'BF16'],
  ['model-fp16-Q2_K', 'Q2_K'],
  ['granite-3.1-1b-a400m-instruct', null],
  ['Qwen3-30B-A3B', null],
])('%s is in %s', (name, expected) => expect(quantizationOf(name)).toBe(expected));

test('parts of a split file are one model, and one that lacks parts says so', () => {
  const models = groupFiles([
    file('README.md'),
    file('big/m-Q8_0-00002-of-00002.gguf', 30),
    file('small-Q4_0.gguf', 10),
    file('big/m-Q8_0-00001-of-00002.gguf', 20),
    file('torn-00001-of-00003.gguf', 100),
  ]);
  expect(models.map(({ name, bytes, missingParts }) => [name, bytes, missingParts])).toEqual([
    ['small-Q4_0', 10, 0],
    ['m-Q8_0', 50, 0],
    ['torn', 100, 2],
  ]);
  expect(models[1]?.files.map(({ path }) => path)).toEqual([
    'big/m-Q8_0-00001-of-00002.gguf',
    'big/m-Q8_0-00002-of-00002.gguf',
  ]);
});

test('projectors and importance matrices are no models', () => {
  expect(groupFiles([file('mmproj-F16.gguf'), file('x-imatrix.gguf'), file('imatrix.dat')])).toEqual([]);
});

test('draft models are none, but a whole model that brings its draft along is one', () => {
  const names = ['Qwen3.6-35B-A3B-MTP-Q8_0', 'mtp-gemma-4-Q8_0', 'GLM-4.7-Flash-MTP-only-F16', 'Qwen3.8-MTPonly-Q8_0'];
  const models = groupFiles(names.map((name) => file(`MTP/${name}.gguf`)));
  expect(models.map(({ name }) => name)).toEqual(['Qwen3.6-35B-A3B-MTP-Q8_0']);
});
