// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { parseReference } from '../models/model-reference.ts';
import { modelAttribute, snippetOf } from './snippet.ts';

test('what is written into an attribute comes out of it again, whatever it is', () => {
  const prompt = 'Is 1 < 2 && "yes" > no?\n</mixtab-chat><script>alert(1)</script>';
  const snippet = snippetOf('https://host.example/embed.js', { prompt, routing: 'on', theme: null, system: '' });
  const page = new DOMParser().parseFromString(snippet, 'text/html');
  const element = page.querySelector('mixtab-chat');
  expect(element?.getAttribute('prompt')).toBe(prompt);
  expect(element?.getAttributeNames()).toEqual(['prompt', 'routing']);
  expect(page.querySelectorAll('script')).toHaveLength(1);
});

test('a file of the hub is named briefly, and means the same', () => {
  const url = 'https://huggingface.co/a/b-GGUF/resolve/main/folder/b-Q4_K_M.gguf';
  expect(modelAttribute(url)).toBe('hf:a/b-GGUF/folder/b-Q4_K_M.gguf');
  expect(parseReference(modelAttribute(url))).toEqual({ kind: 'file', url });
  expect(modelAttribute('https://models.example/m.gguf')).toBe('https://models.example/m.gguf');
});
