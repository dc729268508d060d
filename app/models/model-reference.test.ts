import { describe, expect, test } from 'vitest';
import { hubFileOf, parseReference } from './model-reference.ts';

const repo = (name: string, quantization: string | null = null, revision = 'main') => ({
  kind: 'repo',
  repo: name,
  revision,
  quantization,
});

describe('what people type or paste', () => {
  test.each([
    ['allenai/OLMoE-1B-7B-0125-Instruct-GGUF', repo('allenai/OLMoE-1B-7B-0125-Instruct-GGUF')],
    ['  a/b.c  ', repo('a/b.c')],
    ['a/b:Q4_K_M', repo('a/b', 'Q4_K_M')],
    ['hf.co/a/b:Q8_0', repo('a/b', 'Q8_0')],
    ['https://huggingface.co/a/b', repo('a/b')],
    ['huggingface.co/a/b/', repo('a/b')],
    ['https://huggingface.co/a/b/tree/main', repo('a/b')],
    ['https://huggingface.co/a/b/tree/v1.0/folder', repo('a/b', null, 'v1.0')],
    ['https://huggingface.co/a/b?show_file_info=c.gguf', repo('a/b', 'c.gguf')],
    [
      'https://huggingface.co/a/b/blob/main/sub/c.gguf',
      { kind: 'file', url: 'https://huggingface.co/a/b/resolve/main/sub/c.gguf' },
    ],
    [
      'https://huggingface.co/a/b/resolve/main/c.gguf?download=true',
      { kind: 'file', url: 'https://huggingface.co/a/b/resolve/main/c.gguf' },
    ],
    ['huggingface.co/a/b:Q4_K_M', repo('a/b', 'Q4_K_M')],
    ['https://huggingface.co/a/b:Q4_K_M', repo('a/b', 'Q4_K_M')],
    ['https://www.huggingface.co/a/b%3AQ4_K_M', repo('a/b', 'Q4_K_M')],
    ['https://hf.co/a/b:UD-IQ2_M', repo('a/b', 'UD-IQ2_M')],
    ['hf://a/b', repo('a/b')],
    ['hf://a/b@v1.0:Q8_0', repo('a/b', 'Q8_0', 'v1.0')],
    ['hf:a/b:Q8_0', repo('a/b', 'Q8_0')],
    ['hf:a/b/sub/c.gguf', { kind: 'file', url: 'https://huggingface.co/a/b/resolve/main/sub/c.gguf' }],
    ['ollama run hf.co/a/b:Q4_K_M', repo('a/b', 'Q4_K_M')],
    ['ollama pull huggingface.co/a/b', repo('a/b')],
    ['llama-server -hf a/b:Q4_K_M', repo('a/b', 'Q4_K_M')],
    ['./build/bin/llama-cli --jinja --hf-repo a/b -c 4096', repo('a/b')],
    [
      'llama-server --hf-repo a/b --hf-file c.gguf',
      { kind: 'file', url: 'https://huggingface.co/a/b/resolve/main/c.gguf' },
    ],
    ['hf download a/b c.gguf', { kind: 'file', url: 'https://huggingface.co/a/b/resolve/main/c.gguf' }],
    ['huggingface-cli download a/b', repo('a/b')],
    ['https://huggingface.co/api/models/a/b', repo('a/b')],
    ['/api/models/a/b', repo('a/b')],
    ['huggingface.co/api/models/a/b/tree/v2', repo('a/b', null, 'v2')],
    [
      'https://huggingface.co/a/b/raw/main/c.gguf',
      { kind: 'file', url: 'https://huggingface.co/a/b/resolve/main/c.gguf' },
    ],
    ['https://huggingface.co/a/%E0%A4%A', repo('a/%E0%A4%A')],
    ['https://huggingface.co/api/whoami', { kind: 'invalid', problem: 'not-a-model' }],
    ['ollama run llama3', { kind: 'invalid', problem: 'unclear' }],
    ['https://example.org/m.gguf?v=2', { kind: 'file', url: 'https://example.org/m.gguf?v=2' }],
    ['', { kind: 'invalid', problem: 'empty' }],
    ['ftp://example.org/m.gguf', { kind: 'invalid', problem: 'not-http' }],
    ['https://huggingface.co/datasets/a/b', { kind: 'invalid', problem: 'not-a-model' }],
    ['https://huggingface.co/a', { kind: 'invalid', problem: 'not-a-model' }],
    ['olmoe', { kind: 'invalid', problem: 'unclear' }],
    ['a big model', { kind: 'invalid', problem: 'unclear' }],
  ])('%s', (typed, expected) => expect(parseReference(typed)).toEqual(expected));
});

test('a file of the hub is known by its address, others are not', () => {
  expect(hubFileOf('https://huggingface.co/a/b/resolve/main/x/c%20d.gguf')).toEqual({
    repo: 'a/b',
    revision: 'main',
    path: 'x/c d.gguf',
  });
  expect(hubFileOf('https://example.org/a/b/resolve/main/c.gguf')).toBeNull();
  expect(hubFileOf('https://huggingface.co/a/b')).toBeNull();
});
