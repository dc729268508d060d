import { describe, expect, test } from 'vitest';
import { Metadata } from '../../engine/formats/metadata.ts';
import { generator } from '../../engine/testing/random.ts';
import { createTokenizer, type Tokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { TOKENIZER_TEXTS } from '../tokenizer-texts.ts';
import { HAS_VOCABULARIES, headerOf, loadPeer, readPublished } from './vocabularies.ts';

/** Published vocabularies by the name of their package, and what a GGUF header calls their kind and pre-tokenizer. */
const PUBLISHED = [
  { name: 'qwen3', kind: 'gpt2', pre: 'qwen2' },
  { name: 'deepseek_v3', kind: 'gpt2', pre: 'deepseek-v3' },
  { name: 'llama3', kind: 'gpt2', pre: 'llama-bpe' },
] as const;

const MIXED_TEXTS = 300;
const PIECES_PER_TEXT = 12;

/** To JavaScript's regular expressions, and so to the other program, U+FEFF is a space; to the models' own it is none. */
const MISREAD_BY_THE_OTHER = '\ufeff';
const TEXTS = TOKENIZER_TEXTS.filter((text) => !text.includes(MISREAD_BY_THE_OTHER));

/** Pieces of the other texts in random order: borders that nobody thought of. */
function mixedTexts(): string[] {
  const random = generator(7);
  const pieces = TEXTS.flatMap((text) => text.match(/\S+|\s+/gu) ?? []);
  const piece = (): string => pieces[Math.floor(random() * pieces.length)] ?? '';
  return Array.from({ length: MIXED_TEXTS }, () => Array.from({ length: PIECES_PER_TEXT }, piece).join(''));
}

function published(name: string, kind: string, pre: string): Tokenizer {
  return createTokenizer(new Metadata(headerOf(readPublished(name).tokenizer, kind, pre)));
}

// `npm test` installs them (`npm run install-vocabularies`).
describe.skipIf(!HAS_VOCABULARIES)('vocabularies of published models', () => {
  test.each(PUBLISHED)('$name: the same ids as another program', async ({ name, kind, pre }) => {
    const { tokenizer: json, config } = readPublished(name);
    const tokenizer = published(name, kind, pre);
    const encode = await loadPeer(json, config);
    for (const text of [...TEXTS, ...mixedTexts()]) {
      expect(tokenizer.encode(text, { special: true }), JSON.stringify(text)).toEqual(encode(text));
    }
  });

  test('Qwen composes letters, and reads `</s>` as the text that it is', () => {
    const qwen = published('qwen3', 'gpt2', 'qwen2');
    expect(qwen.encode('cafe\u0301')).toEqual([924, 58858]);
    expect(qwen.encode('cafe\u0301')).toEqual(qwen.encode('café'));
    const closing = [690, 82, 47585];
    expect(qwen.encode('at </s>?').slice(-closing.length)).toEqual(closing);
    expect(qwen.encode('at </s>?', { special: true }).slice(-closing.length)).toEqual(closing);
    // Its own tokens of that list are still the ends of an answer.
    expect(qwen.endOfTurn).toContain(qwen.idOf('<|im_end|>'));
    expect(qwen.endOfTurn).toContain(qwen.idOf('<|endoftext|>'));
  });
});
