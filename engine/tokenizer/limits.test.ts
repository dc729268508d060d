import { describe, expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { MAX_SPECIAL_TOKENS, MAX_TOKEN_LENGTH } from '../formats/header-limits.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import { build, inSteps } from './building.ts';
import { createTokenizer, loadTokenizer } from './tokenizer.ts';

const metadataOf = (entries: Readonly<Record<string, MetadataValue>>): Metadata =>
  new Metadata(new Map(Object.entries(entries).map(([key, value]) => [`tokenizer.ggml.${key}`, value])));
const BYTE_LEVEL = { model: 'gpt2', pre: 'gpt-2', tokens: ['a', 'b', 'ab'], merges: ['a b'] };
const SENTENCE_PIECE = { model: 'llama', tokens: ['a', 'b', 'ab'], scores: [0, 0, 1] };

function errorOf(entries: Readonly<Record<string, MetadataValue>>): EngineError {
  try {
    createTokenizer(metadataOf(entries));
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a vocabulary beyond what makes sense', () => {
  const megabyte = 'x'.repeat(1_000_000);
  const many = Array.from({ length: MAX_SPECIAL_TOKENS + 1 }, (_, i) => `<${i}>`);
  test.each<[string, Readonly<Record<string, MetadataValue>>, RegExp]>([
    ['a megabyte for a token', { ...BYTE_LEVEL, tokens: ['a', megabyte] }, /^Token 1 .* has 1000000 characters/],
    [
      'the same as a control token',
      { ...SENTENCE_PIECE, tokens: ['a', 'b', megabyte], token_type: [1, 1, 3] },
      /^Token 2 .* has 1000000 characters, where at most 2048 make sense/,
    ],
    ['a megabyte for a merge', { ...BYTE_LEVEL, merges: ['a b', megabyte] }, /^Merge 1 .* has 1000000 characters/],
    ['no tokens', { ...BYTE_LEVEL, tokens: [] }, /has 0 tokens/],
    [
      'too many tokens',
      { ...BYTE_LEVEL, tokens: Array<string>(2_097_153).fill('a') },
      /has 2097153 tokens, where 1 to/,
    ],
    ['too many merges', { ...BYTE_LEVEL, merges: Array<string>(2_097_153).fill('a b') }, /has 2097153 merges/],
    [
      'too many special tokens',
      { ...BYTE_LEVEL, tokens: many, token_type: many.map(() => 3) },
      /has 51313 special tokens of \d+ characters/,
    ],
    [
      'long special tokens, many of them',
      { ...BYTE_LEVEL, tokens: Array<string>(600).fill('x'.repeat(2_000)), token_type: Array<number>(600).fill(4) },
      /600 special tokens of 1200000 characters/,
    ],
    ['a score that is no number', { ...SENTENCE_PIECE, scores: [0, NaN, 1] }, /scores\[1\] = NaN/],
    ['an id that is no number', { ...BYTE_LEVEL, eos_token_id: NaN }, /eos_token_id = NaN, where 0 to 2 makes sense/],
    ['an id between two', { ...BYTE_LEVEL, bos_token_id: 0.5 }, /bos_token_id = 0.5, where 0 to 2/],
  ])('%s: an error that says so', (_, entries, message) => {
    const { code, message: said, detail } = errorOf(entries);
    expect(code).toBe('corrupt-file');
    expect(said).toMatch(message);
    expect(said.length + (detail?.length ?? 0)).toBeLessThan(500);
  });

  test('ids beyond it are none, as llama.cpp has it, and kinds that nobody knows as well', () => {
    const odd = { ...BYTE_LEVEL, eos_token_id: -1, bos_token_id: 4_294_967_295, token_type: [257, -1, NaN] };
    const tokenizer = createTokenizer(metadataOf(odd));
    expect(tokenizer).toMatchObject({ bos: undefined, eos: undefined });
    expect([0, 1, 2].map((id) => tokenizer.bytes(id).length)).toEqual([0, 0, 0]);
  });

  test('the longest tokens and the most special ones that make sense are found in a text', () => {
    const special = Array.from({ length: MAX_SPECIAL_TOKENS }, (_, i) => `<${i}>`);
    const long = 'x'.repeat(MAX_TOKEN_LENGTH);
    const tokens = [...special, long];
    const entries = { ...BYTE_LEVEL, tokens, token_type: [...special.map(() => 3), 1] };
    expect(createTokenizer(metadataOf(entries)).encode('<7><51311>', { special: true })).toEqual([7, 51_311]);
  });
});

describe('making a tokenizer', () => {
  const tokens = Array.from({ length: 100_000 }, (_, i) => `t${i}`);

  test.each([
    { ...BYTE_LEVEL, tokens },
    { ...SENTENCE_PIECE, tokens, scores: tokens.map((_, i) => -i) },
  ])('is not begun for who has left ($model)', async (entries) => {
    const loading = loadTokenizer(metadataOf(entries), AbortSignal.abort());
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('stops at the step where it is told to', async () => {
    const controller = new AbortController();
    let seen = 0;
    const building = (function* () {
      yield* inSteps(tokens, () => {
        if (++seen === 10_000) controller.abort();
      });
      return seen;
    })();
    await expect(build(building, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toBeLessThan(15_000);
  });

  test('in turns gives what it gives at once', async () => {
    const metadata = metadataOf(BYTE_LEVEL);
    expect((await loadTokenizer(metadata)).encode('abba')).toEqual(createTokenizer(metadata).encode('abba'));
    expect(createTokenizer(metadata).encode('abba')).toEqual([2, 1, 0]);
  });
});
