import { describe, expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import { bytesOfByteLevelToken } from './byte-alphabet.ts';
import { TextStream } from './text-stream.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** Token of each byte: printable Latin-1 is itself, the others U+0100 and up (0x20 → Ġ U+0120, 0xAD → U+0143). */
const BYTE_TOKENS = Array.from({ length: 256 }, (_, byte) => {
  if (byte <= 32) return String.fromCharCode(256 + byte);
  if (byte < 127) return String.fromCharCode(byte);
  if (byte <= 160) return String.fromCharCode(256 + 33 + byte - 127);
  return byte === 173 ? '\u0143' : String.fromCharCode(byte);
});

function tokenizerOf(entries: Record<string, MetadataValue>): Tokenizer {
  return createTokenizer(
    new Metadata(new Map(Object.entries(entries).map(([key, value]) => [`tokenizer.ggml.${key}`, value]))),
  );
}

const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

describe('byte-level BPE', () => {
  const merged = ['he', 'll', 'llo', 'hello', 'Ġw', 'Ġwo', 'or'];
  const special = ['<|begin|>', '<|im_end|>', '<think>', '<|begin|><x>'];
  const tokens = [...BYTE_TOKENS, ...merged, ...special];
  const id = (token: string): number => tokens.indexOf(token);
  const entries = {
    model: 'gpt2',
    pre: 'gpt-2',
    tokens,
    token_type: tokens.map((token) =>
      token === '<think>' ? USER_DEFINED : special.includes(token) ? CONTROL : NORMAL,
    ),
    merges: ['h e', 'l l', 'll o', 'he llo', 'Ġ w', 'o r', 'Ġw o'],
    bos_token_id: id('<|begin|>'),
    eos_token_id: id('<|im_end|>'),
  };
  const tokenizer = tokenizerOf(entries);

  test('merges in the order of the list, leftmost of equals first', () => {
    // " wor": "Ġ w" comes first, then "o r", and nothing joins "Ġw" and "or" though "Ġw o" would have.
    expect(tokenizer.encode('hello wor')).toEqual([id('hello'), id('Ġw'), id('or')]);
    expect(tokenizer.encode('lll')).toEqual([id('ll'), id('l')]);
    expect(tokenizer.encode(' wo')).toEqual([id('Ġwo')]);
    expect(tokenizer.encode('')).toEqual([]);
  });

  test('control tokens only where they are asked for, user-defined ones always, the longest at a place', () => {
    const text = 'he<|im_end|><think><|begin|><x>';
    expect(tokenizer.encode(text, { special: true })).toEqual([
      id('he'),
      id('<|im_end|>'),
      id('<think>'),
      id('<|begin|><x>'),
    ]);
    const plain = tokenizer.encode(text);
    expect(plain).toContain(id('<think>'));
    expect(plain.filter((token) => token >= id('<|begin|>'))).toEqual([id('<think>')]);
  });

  test('each token gives its bytes, control tokens none', () => {
    expect(tokenizer.bytes(id('Ġwo'))).toEqual(new TextEncoder().encode(' wo'));
    expect(tokenizer.bytes(0xe9)).toEqual(Uint8Array.of(0xe9));
    expect(tokenizer.bytes(id('<think>'))).toEqual(new TextEncoder().encode('<think>'));
    expect(tokenizer.bytes(id('<|im_end|>'))).toEqual(new Uint8Array(0));
    expect(tokenizer.bytes(99_999)).toEqual(new Uint8Array(0));
    expect(tokenizer.text(id('<|im_end|>'))).toBe('<|im_end|>');
    expect(tokenizer.text(0xe9)).toBe('\uFFFD');
    for (let byte = 0; byte < 256; byte++) {
      expect(bytesOfByteLevelToken(BYTE_TOKENS[byte] ?? '')).toEqual(Uint8Array.of(byte));
    }
  });

  test('what the header says of BOS and EOS', () => {
    expect(tokenizer).toMatchObject({ bos: id('<|begin|>'), eos: id('<|im_end|>'), addBos: false, addEos: false });
    expect(tokenizer.vocabularySize).toBe(tokens.length);
    expect(tokenizerOf({ ...entries, add_bos_token: true }).addBos).toBe(true);
    expect(tokenizerOf({ ...entries, pre: 'llama-bpe' }).addBos).toBe(true);
    expect(tokenizerOf({ ...entries, pre: 'llama-bpe', add_bos_token: false }).addBos).toBe(false);
    expect(tokenizerOf({ ...entries, add_bos_token: true, bos_token_id: 1_000_000 })).toMatchObject({
      bos: undefined,
      addBos: false,
    });
  });

  test('llama-bpe takes a word that is a token, whatever the merges say', () => {
    const withWord = [...tokens, 'hell'];
    const extended = { ...entries, tokens: withWord, token_type: [...entries.token_type, NORMAL] };
    expect(tokenizerOf({ ...extended, pre: 'llama-bpe' }).encode('hell')).toEqual([withWord.length - 1]);
    expect(tokenizerOf(extended).encode('hell')).toEqual([id('he'), id('ll')]);
  });

  test('random Unicode comes back as it was', () => {
    for (const text of randomTexts(300)) expect(decode(tokenizer, tokenizer.encode(text))).toBe(text.toWellFormed());
  });

  test('ends of a turn: by id, by text whatever its type, and not the harmony <|end|>', () => {
    const more = ['<|endoftext|>', '<|end|>', '<end_of_turn>'];
    const types = [...entries.token_type, NORMAL, CONTROL, CONTROL];
    const all = [...tokens, ...more];
    const found = tokenizerOf({ ...entries, tokens: all, token_type: types, eot_token_id: 5 });
    expect(found.endOfTurn).toEqual(new Set([id('<|im_end|>'), 5, ...more.map((text) => all.indexOf(text))]));
    expect(found.bytes(all.indexOf('<|endoftext|>'))).toHaveLength(0);

    const harmony = [...tokens, '<|end|>', '<|return|>', '<|call|>'];
    const ends = tokenizerOf({ ...entries, tokens: harmony, token_type: harmony.map(() => CONTROL) }).endOfTurn;
    expect(ends.has(harmony.indexOf('<|return|>'))).toBe(true);
    expect(ends.has(harmony.indexOf('<|end|>'))).toBe(false);
  });

  test('what cannot be served is said by name', () => {
    expect(errorOf(() => tokenizerOf({ ...entries, pre: 'brand-new' }))).toMatchObject({
      code: 'unsupported-tokenizer',
    });
    expect(errorOf(() => tokenizerOf({ ...entries, pre: 'brand-new' })).message).toMatch(/"brand-new".*qwen2/);
    expect(errorOf(() => tokenizerOf({ ...entries, model: 't5' })).message).toMatch(/"t5".*"gpt2".*"llama"/);
    expect(errorOf(() => tokenizerOf({ ...entries, token_type: [1] }))).toMatchObject({ code: 'corrupt-file' });
    const { merges: _, ...withoutMerges } = entries;
    expect(errorOf(() => tokenizerOf(withoutMerges))).toMatchObject({ code: 'corrupt-file' });
  });
});

describe('SentencePiece', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const scored: [string, number][] = [
    ...([
      ['▁', -50],
      ['a', -51],
      ['b', -52],
      ['c', -53],
      ['é', -54],
    ] as [string, number][]),
    ...([
      ['ab', -3],
      ['bc', -2],
      ['▁a', -1],
      ['abc', -10],
      ['aa', -5],
      ['aaa', -5],
      ['▁▁', -4],
    ] as [string, number][]),
  ];
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...scored.map(([token]) => token), '<|user|>', '<tool>'];
  const id = (token: string): number => tokens.indexOf(token);
  const entries = {
    model: 'llama',
    tokens,
    scores: [...Array<number>(259).fill(0), ...scored.map(([, score]) => score), 0, 0],
    token_type: tokens.map((token, i) =>
      i === 0
        ? UNKNOWN
        : i < 3 || token === '<|user|>'
          ? CONTROL
          : i < 259
            ? BYTE
            : token === '<tool>'
              ? USER_DEFINED
              : NORMAL,
    ),
  };
  const tokenizer = tokenizerOf(entries);
  const bare = tokenizerOf({ ...entries, add_space_prefix: false });

  test('merges by score, not by order', () => {
    // bc (-2) before ab (-3); then a+bc = abc.
    expect(bare.encode('abc')).toEqual([id('abc')]);
    expect(bare.encode('abb')).toEqual([id('ab'), id('b')]);
    // ▁a (-1) comes before ab, then nothing joins it with b.
    expect(tokenizer.encode('ab')).toEqual([id('▁a'), id('b')]);
  });

  test('the leftmost of equal scores merges first, however a token can be cut', () => {
    expect(bare.encode('aaa')).toEqual([id('aaa')]);
    expect(bare.encode('aaaa')).toEqual([id('aaa'), id('a')]);
    expect(bare.encode('aaaaa')).toEqual([id('aaa'), id('aa')]);
  });

  test('what has no token becomes bytes; names of bytes in a text do not', () => {
    expect(bare.encode('ñ')).toEqual([id('<0xC3>'), id('<0xB1>')]);
    expect(bare.encode('é')).toEqual([id('é')]);
    expect(bare.encode('<0x41>')).not.toContain(id('<0x41>'));
    expect(bare.bytes(id('<0x0A>'))).toEqual(Uint8Array.of(10));
  });

  test('a space before the text and after special tokens', () => {
    expect(tokenizer.encode('a')).toEqual([id('▁a')]);
    expect(tokenizer.encode('a<tool>a<|user|>b', { special: true })).toEqual(
      ['▁a', '<tool>', '▁a', '<|user|>', '▁', 'b'].map(id),
    );
    expect(bare.encode('a<tool>a')).toEqual([id('a'), id('<tool>'), id('a')]);
  });

  test('ids of the Llama vocabulary where the file is silent', () => {
    expect(tokenizer).toMatchObject({ bos: 1, eos: 2, addBos: true, addEos: false, addsSpacePrefix: true });
    expect(tokenizer.endOfTurn).toEqual(new Set([2]));
    expect(tokenizer.bytes(id('▁a'))).toEqual(new TextEncoder().encode(' a'));
  });

  test('random Unicode comes back as it was', () => {
    for (const text of randomTexts(300)) {
      expect(decode(tokenizer, tokenizer.encode(text))).toBe(text.toWellFormed().replaceAll('▁', ' '));
    }
  });
});

function decode(tokenizer: Tokenizer, ids: readonly number[]): string {
  const stream = new TextStream(tokenizer);
  return ids.map((id) => stream.push(id)).join('') + stream.flush();
}

function errorOf(make: () => unknown): EngineError {
  try {
    make();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** Code points of all planes, spaces and what the tokenizers above have tokens for; lone surrogates among them. */
function randomTexts(count: number): string[] {
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const character = (): string => {
    const kind = random(6);
    if (kind === 0) return ' \n\t'.charAt(random(3));
    if (kind === 1) return 'abchelowr'.charAt(random(9));
    return String.fromCodePoint(random([0x80, 0x800, 0x10000, 0x110000][kind - 2] ?? 1));
  };
  return Array.from({ length: count }, () => Array.from({ length: random(40) }, character).join(''));
}
