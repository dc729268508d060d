import { expect, test } from 'vitest';
import { parseReference } from '../models/model-reference.ts';
import { parseModelLink } from './model-link.ts';

test('a link names a repository, a quantization, or a file', () => {
  expect(parseModelLink('web+mixtab:hf/owner/name')).toBe('https://huggingface.co/owner/name');
  expect(parseModelLink('web+mixtab://hf/owner/na.me-1/')).toBe('https://huggingface.co/owner/na.me-1');
  expect(parseModelLink('WEB+MIXTAB:hf/owner/name:Q4_K_M')).toBe('https://huggingface.co/owner/name:Q4_K_M');
  expect(parseModelLink('web+mixtab:hf/owner/name/q4/m-00001-of-00002.gguf')).toBe(
    'https://huggingface.co/owner/name/resolve/main/q4/m-00001-of-00002.gguf',
  );
});

test('what it names is understood where models are looked up', () => {
  const reference = (link: string) => parseReference(parseModelLink(link) ?? '');
  expect(reference('web+mixtab:hf/o/n:Q4_K_M')).toMatchObject({ kind: 'repo', repo: 'o/n', quantization: 'Q4_K_M' });
  expect(reference('web+mixtab:hf/o/n/m.gguf')).toEqual({
    kind: 'file',
    url: 'https://huggingface.co/o/n/resolve/main/m.gguf',
  });
});

test.each([
  '',
  'hf/owner/name',
  'https://evil.example/web+mixtab:hf/o/n',
  'web+mixtab:https://evil.example/m.gguf',
  'web+mixtab:hf/owner',
  'web+mixtab:hf//name',
  'web+mixtab:hf/owner/..',
  'web+mixtab:hf/../evil/m.gguf',
  'web+mixtab:hf/owner/name/../../other/m.gguf',
  'web+mixtab:hf/owner/name/%2e%2e/m.gguf',
  'web+mixtab:hf/owner/name/a%2fb.gguf',
  'web+mixtab:hf/owner/name/a%00.gguf',
  'web+mixtab:hf/owner/name/%E0%A4%A.gguf',
  'web+mixtab:hf/owner/name/m.gguf?download=1',
  'web+mixtab:hf/owner/name/m.gguf#x',
  'web+mixtab:hf/owner@evil.example/name',
  'web+mixtab:hf/owner/name/m.bin',
  'web+mixtab:hf/owner/<img src=x>',
  `web+mixtab:hf/owner/${'n'.repeat(2000)}`,
  'web+mixtab:javascript:alert(1)',
])('%s is refused', (link) => expect(parseModelLink(link)).toBeNull());
