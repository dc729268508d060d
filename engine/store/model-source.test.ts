import { describe, expect, test } from 'vitest';
import { describeSource } from './model-source.ts';

const url = (address: string) => describeSource({ kind: 'url', url: address });

describe('describeSource', () => {
  test('one file', () => {
    expect(url('https://host/a/OLMoE-1B-7B%20Q4.gguf?x=1#top')).toEqual({
      kind: 'url',
      id: 'https://host/a/OLMoE-1B-7B%20Q4.gguf?x=1',
      name: 'OLMoE-1B-7B Q4',
      urls: ['https://host/a/OLMoE-1B-7B%20Q4.gguf?x=1'],
    });
  });

  test('a split file by any part', () => {
    const second = url('https://host/a%20b/m-00002-of-00002.gguf?token=t');
    expect(second).toEqual(url('https://host/a%20b/m-00001-of-00002.gguf?token=t'));
    expect(second).toMatchObject({
      name: 'm',
      urls: ['https://host/a%20b/m-00001-of-00002.gguf?token=t', 'https://host/a%20b/m-00002-of-00002.gguf?token=t'],
    });
  });

  test('what people copy from Hugging Face is one and the same model', () => {
    const direct = 'https://huggingface.co/org/repo/resolve/main/q/x.gguf';
    for (const address of [direct, `${direct}?download=true`, direct.replace('resolve', 'blob')]) {
      expect(url(address)).toMatchObject({ id: direct, urls: [direct] });
    }
  });

  test('files: in the order of their numbers, known by name, size and date', () => {
    const file = (name: string, lastModified: number) => new File(['abc'], name, { lastModified });
    const [one, two] = [file('m-00001-of-00002.gguf', 7), file('m-00002-of-00002.gguf', 7)];
    const described = describeSource({ kind: 'file', files: [two, one] });
    expect(described).toMatchObject({ name: 'm', files: [one, two] });
    expect(described).toEqual(describeSource({ kind: 'file', files: [one, two] }));
    expect(described.id).not.toBe(describeSource({ kind: 'file', files: [one, file(two.name, 8)] }).id);
  });

  test('nothing at all', () => {
    expect(() => describeSource({ kind: 'file', files: [] })).toThrow('Choose a model file first.');
  });
});
