import { describe, expect, test } from 'vitest';
import type { PastAnswer } from '../../state/chat-state.ts';
import type { RoutingRecord } from '../routing-record.ts';
import { parseNames } from './expert-names.ts';
import { expertPaint, timesChosen } from './expert-paint.ts';
import { favouriteWords } from './favourites.ts';
import { gatherAll, gatherConversation } from './gather.ts';
import { sampleFor, shippedOf } from './shipped-sample.ts';
import { WordCorpus } from './word-corpus.ts';
import { LINE_BREAK, wordsOfTokens } from './words.ts';

const SHAPE = { layers: [1, 2], experts: 8, used: 2 } as const;

/** @param expertsOf of each token, for both layers */
function record(
  texts: readonly string[],
  expertsOf: (text: string, token: number) => readonly number[],
): RoutingRecord {
  const chosen = Uint16Array.from(texts.flatMap((text, token) => expertsOf(text, token)));
  const weights = Float32Array.from(chosen, (_, at) => (at % 2 === 0 ? 0.75 : 0.25));
  return { ...SHAPE, texts, count: texts.length, chosen, weights, file: 'model-a' };
}

/** A stream of numbers that looks random and is not. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('words of tokens', () => {
  test('pieces of a word are the word; signs, numbers and line breaks are words of their own', () => {
    const texts = [
      'The',
      ' cap',
      'ital',
      ' of',
      ' Fran',
      'ce',
      ',',
      ' don',
      '’t',
      ' 12',
      '7',
      '\n',
      ' ',
      '',
      '!',
      '?!',
    ];
    expect(wordsOfTokens(texts)).toEqual(
      ['the', 'capital', 'capital', 'of', 'france', 'france', ',', 'don’t', 'don’t', '127', '127', LINE_BREAK, null, null]
        .concat(['!', '?']), // prettier-ignore
    );
  });

  test('scripts without spaces are told apart by tokens; what is endless is cut', () => {
    expect(wordsOfTokens(['東京', 'は', '日本'])).toEqual(['東京', 'は', '日本']);
    expect(wordsOfTokens(['a'.repeat(500)])[0]).toHaveLength(40);
    expect(wordsOfTokens([])).toEqual([]);
    expect(wordsOfTokens(['👩‍👩', '‍👧 ok'])).toHaveLength(2);
  });
});

describe('favourite words', () => {
  /** Expert 5 of the second layer works on months and on a fifth of all else; expert 6 on a quarter of everything. */
  function sample(tokens: number): WordCorpus {
    const random = noise(7);
    const months = [' january', ' may', ' june'];
    const others = [' a', ' b', ' c', ' d', ' e', ' f', ' g', ' h', ' i', ' j'];
    const texts = Array.from({ length: tokens }, (_, at) =>
      at % 10 === 0 ? (months[Math.floor(random() * 3)] ?? '') : (others[Math.floor(random() * 10)] ?? ''),
    );
    const corpus = new WordCorpus();
    corpus.add(
      record(texts, (text) => {
        const isFive = months.includes(text) ? random() < 0.9 : random() < 0.2;
        const isSix = random() < 0.25;
        return [0, 1, isFive ? 5 : 3, isSix ? 6 : 4];
      }),
    );
    return corpus;
  }

  test('are those that an expert was made for, with their lift', () => {
    const favourites = favouriteWords(sample(3000).sample(1, 5), 10);
    expect(favourites.map(({ word }) => word).sort()).toEqual(['january', 'june', 'may']);
    // P(5) = 0.1 × 0.9 + 0.9 × 0.2 = 0.27, so the lift is 0.9 / 0.27 = 3.33, a little less after shrinkage.
    for (const { lift, of, chosen } of favourites) {
      expect(lift).toBeGreaterThan(2.8);
      expect(lift).toBeLessThan(3.6);
      expect(chosen / of).toBeCloseTo(0.9, 0);
    }
  });

  test('an expert that prefers nothing has none, nor one of a sample that is too small', () => {
    expect(favouriteWords(sample(3000).sample(1, 6), 10)).toEqual([]);
    expect(favouriteWords(sample(3000).sample(0, 0), 10)).toEqual([]); // it is chosen always
    expect(favouriteWords(sample(3000).sample(0, 7), 10)).toEqual([]); // and it never
    expect(favouriteWords(sample(30).sample(1, 5), 10)).toEqual([]);
    expect(favouriteWords({ tokens: 0, chosen: 0, words: [] }, 10)).toEqual([]);
  });

  test('chance seldom makes one: by how it is tested, in one of twenty samples', () => {
    const random = noise(99);
    let alarms = 0;
    for (let round = 0; round < 100; round++) {
      const texts = Array.from({ length: 400 }, () => ` w${Math.floor(random() ** 2 * 60)}`);
      const corpus = new WordCorpus();
      corpus.add(record(texts, () => [0, 1, random() < 0.25 ? 5 : 3, 4]));
      if (favouriteWords(corpus.sample(1, 5), 10).length > 0) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });
});

describe('answers are gathered', () => {
  const texts = [' may', ' june'];
  const answer = (changes: Partial<PastAnswer> & { routing: RoutingRecord | null }): PastAnswer => ({
    ...{ messageId: 'm', question: '', createdAt: 0, model: 'M', host: null, content: '', reasoning: null },
    ...changes,
  });
  const routing = record(texts, () => [0, 1, 5, 4]);
  const chat = {
    heads: ['one', 'two', 'broken'].map((id) => ({ id }) as never),
    pastAnswers: async (id: string) => {
      if (id === 'broken') throw new Error('cannot be read');
      return [
        answer({ routing }),
        answer({ routing: null }),
        answer({ routing, isSteered: true }),
        answer({ routing: { ...routing, file: 'model-b' } }),
        answer({ routing: { ...routing, experts: 16 } }),
      ];
    },
  };

  test('of one conversation and of all, those of the same model whose experts were not steered', async () => {
    const here = await gatherConversation(chat, 'one', routing, 'M');
    expect(here.corpus.tokens).toBe(2);
    const all = await gatherAll(chat, 'temporary', routing, 'M', new AbortController().signal);
    expect(all).toMatchObject({ conversations: 3, isCut: false });
    expect(all.corpus.answers).toBe(3);
    expect(all.corpus.sample(1, 5)).toMatchObject({ tokens: 6, chosen: 6 });
    const stopped = await gatherAll(chat, null, routing, 'M', AbortSignal.abort());
    expect(stopped).toMatchObject({ conversations: 0, isCut: true });
  });

  test('records that do not name their file are known by name and size', async () => {
    const { file: _, ...old } = routing;
    expect((await gatherConversation(chat, 'one', old, 'M')).corpus.answers).toBe(2); // model-b has its size, too
    expect((await gatherConversation(chat, 'one', old, 'N')).corpus.answers).toBe(0);
  });
});

test('the words that an expert worked on are marked, by its share, and said', () => {
  const words = record([' a', ' b', ' c'], (_, token) => (token === 1 ? [0, 1, 5, 4] : [0, 1, 3, 5]));
  const paint = expertPaint(words, 1, 5, (share) => `${share}`);
  expect([0, 1, 2, 3].map((token) => paint.markOf(token)?.line)).toEqual(['solid', 'double', 'solid', undefined]);
  expect(paint.markOf(1)?.says).toBe('0.75');
  expect(expertPaint(words, 1, 7, String).markOf(0)).toBeNull();
  expect(timesChosen(words, 1, 5)).toBe(3);
  expect(timesChosen(words, 0, 5)).toBe(0);
});

describe('the shipped sample', () => {
  const sample = {
    ...{ sha256: 'ab'.repeat(32), prompts: 2000, tokens: 1000, looked: 50, layers: [1], experts: 2 },
    ...{ words: ['may', 'june'], of: [20, 10], preferred: [[100, 0, 15, 1, 9], [0]] },
  };

  test('belongs to one file, and to no newer one', () => {
    expect(sampleFor(sample, 'ab'.repeat(32))).not.toBeNull();
    expect(sampleFor(sample, 'cd'.repeat(32))).toBeNull();
    expect(sampleFor(sample, undefined)).toBeNull();
    expect(sampleFor({}, undefined)).toBeNull();
    expect(sampleFor({ ...sample, preferred: [[1]] }, sample.sha256)).toBeNull();
    expect(sampleFor({ ...sample, words: [1, 2] }, sample.sha256)).toBeNull();
  });

  test('tells of each expert what it prefers', () => {
    const parsed = sampleFor(sample, sample.sha256);
    if (parsed === null) throw new Error('not parsed');
    const { looked, ...one } = shippedOf(parsed, 0, 0);
    expect(looked).toBe(50);
    expect(one).toEqual({
      ...{ tokens: 1000, chosen: 100 },
      words: [
        { word: 'may', of: 20, chosen: 15 },
        { word: 'june', of: 10, chosen: 9 },
      ],
    });
    expect(favouriteWords(shippedOf(parsed, 0, 0), 5).map(({ word }) => word)).toEqual(['may', 'june']);
    expect(shippedOf(parsed, 0, 1).words).toEqual([]);
  });
});

test('names that are kept are parsed, and bounded', () => {
  const faults: string[] = [];
  const names = parseNames(
    { models: { a: { '1:2': ' Months ', '1:x': 'no', '1:3': '', '1:4': 7, '2:1': 'x'.repeat(41) }, b: 'none', c: {} } },
    (place) => void faults.push(place),
  );
  expect([...names]).toEqual([['a', new Map([['1:2', 'Months']])]]);
  expect(faults.length).toBeGreaterThanOrEqual(5);
  expect(parseNames(null, () => undefined).size).toBe(0);
});
