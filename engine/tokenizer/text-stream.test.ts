import { describe, expect, test } from 'vitest';
import { TextStream } from './text-stream.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Ids 0–255 are bytes, 256 a control token, 257 ` a`. */
function byteTokenizer(addsSpacePrefix: boolean): Tokenizer {
  return {
    encode: () => [],
    vocabularySize: 258,
    bos: undefined,
    eos: undefined,
    addBos: false,
    addEos: false,
    addsSpacePrefix,
    endOfTurn: new Set(),
    idOf: () => undefined,
    isSpecial: (id) => id === 256,
    bytes: (id) => (id === 257 ? Uint8Array.of(0x20, 0x61) : id < 256 ? Uint8Array.of(id) : new Uint8Array(0)),
    text: () => '',
  };
}

const pushAll = (stream: TextStream, ids: Iterable<number>): string[] => [...ids].map((id) => stream.push(id));

describe('TextStream', () => {
  test('holds the bytes of a character until it is whole', () => {
    const stream = new TextStream(byteTokenizer(false));
    expect(pushAll(stream, new TextEncoder().encode('é€😀'))).toEqual(['', 'é', '', '', '€', '', '', '', '😀']);
    expect(stream.flush()).toBe('');
  });

  test('a control token in between does not break a character', () => {
    expect(pushAll(new TextStream(byteTokenizer(false)), [0xc3, 256, 0xa9])).toEqual(['', '', 'é']);
  });

  test('bytes that never become UTF-8 are U+FFFD', () => {
    const stream = new TextStream(byteTokenizer(false));
    expect(pushAll(stream, [0xff, 0x61, 0xe2, 0x82, 0x62]).join('')).toBe('\uFFFDa\uFFFDb');
    expect(pushAll(stream, [0xf0, 0x9f])).toEqual(['', '']);
    expect(stream.flush()).toBe('\uFFFD');
  });

  test('a byte order mark is text', () => {
    expect(pushAll(new TextStream(byteTokenizer(false)), [0xef, 0xbb, 0xbf]).join('')).toBe('\uFEFF');
  });

  test('takes away the space that encoding put in front: at the beginning and after special tokens', () => {
    expect(pushAll(new TextStream(byteTokenizer(true)), [257, 257, 256, 257]).join('|')).toBe('a| a||a');
    expect(pushAll(new TextStream(byteTokenizer(true), 256), [257]).join('')).toBe('a');
    expect(pushAll(new TextStream(byteTokenizer(true), 0x61), [257]).join('')).toBe(' a');
    expect(pushAll(new TextStream(byteTokenizer(true)), [0x20, 257]).join('')).toBe(' a');
    expect(pushAll(new TextStream(byteTokenizer(false)), [257]).join('')).toBe(' a');
  });
});
