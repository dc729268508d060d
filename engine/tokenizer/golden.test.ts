import { describe, expect, test } from 'vitest';
import { loadTokenizerGoldens } from '../../oracle/load-golden.ts';
import { tokenizerModels } from '../../oracle/tokenizer-models.ts';
import { TOKENIZER_TEXTS } from '../../oracle/tokenizer-texts.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { createTokenizer } from './tokenizer.ts';

/** Decomposed letters, which Qwen's own tokenizer composes first. */
const isNotComposed = (text: string): boolean => text !== text.normalize('NFC');

/**
 * Texts that llama.cpp cuts otherwise than these models' own expressions, which we follow: those put combining marks into words
 * (`\p{M}`, which it lacks) and, in Kimi's, begin a word where upper case follows lower case. It does not compose
 * letters (NFC), and counts the digits of a number together with what stands before them.
 */
const APPROXIMATED_BY_LLAMA_CPP: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['tekken', (text: string) => /\p{M}/u.test(text)],
  ['gpt-4o', (text: string) => /\p{M}/u.test(text)],
  ['kimi-k2', (text: string) => /\p{M}|\p{Ll}\p{Lu}/u.test(text)],
  ['tiny_aya', (text: string) => /\p{M}|\p{Ll}\p{Lu}/u.test(text)],
  ['qwen2', isNotComposed],
  ['qwen35', isNotComposed],
]);

/** llama.cpp's ids of each text, with special tokens read (`special`) and not (`plain`). */
describe('the same ids as llama.cpp', () => {
  const goldens = loadTokenizerGoldens();

  test.each(tokenizerModels)('$name', async (model) => {
    const { name } = model;
    const { metadata } = await readGguf([new MemorySource(model.build())]);
    const tokenizer = createTokenizer(metadata);
    const golden = goldens.get(name);
    let compared = 0;
    for (const [i, text] of TOKENIZER_TEXTS.entries()) {
      if (APPROXIMATED_BY_LLAMA_CPP.get(name)?.(text)) continue;
      expect(tokenizer.encode(text), `plain: ${text}`).toEqual(golden?.plain[i]);
      expect(tokenizer.encode(text, { special: true }), `special: ${text}`).toEqual(golden?.special[i]);
      compared++;
    }
    expect(compared).toBeGreaterThan(0.8 * TOKENIZER_TEXTS.length);
  });
});
