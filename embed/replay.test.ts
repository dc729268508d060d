import { describe, expect, test } from 'vitest';
import { parseReplay, ReplayError, type Replay, writeReplay } from './replay.ts';

const REPLAY: Replay = {
  ...{ model: 'mixtab-20m', question: 'Why?', answer: 'Because — 🦊.', reasoning: 'Hm.' },
  ...{ tokenMs: 31.5, promptTokens: 9, outputTokens: 3 },
  routing: {
    ...{ layers: [1, 3], experts: 300, used: 2, texts: ['Hm.', 'Because', ' — 🦊.'], count: 3 },
    chosen: Uint16Array.from([0, 299, 7, 8, 1, 2, 3, 4, 255, 256, 5, 6]),
    weights: Float32Array.from([0.75, 0.25, 2.5, 0, 1, 1, 0.5, 0.5, 0.1, 0.2, 0.3, 0.4]),
  },
};

type Raw = Record<string, unknown> & { routing: Record<string, unknown> };

/** A file that was tampered with. */
function changed(change: (raw: Raw) => void): string {
  const raw = JSON.parse(writeReplay(REPLAY)) as Raw;
  change(raw);
  return JSON.stringify(raw);
}

test('what is written is read again: texts and experts exactly, weights to 16 bits', () => {
  const { routing, ...rest } = parseReplay(writeReplay(REPLAY));
  const { routing: before, ...restBefore } = REPLAY;
  expect(rest).toEqual(restBefore);
  expect(routing?.chosen).toEqual(before?.chosen);
  expect(routing?.texts).toEqual(before?.texts);
  expect(routing?.count).toBe(3);
  routing?.weights.forEach((weight, at) => expect(weight).toBeCloseTo(before?.weights[at] ?? NaN, 4));
  expect(parseReplay(writeReplay({ ...REPLAY, routing: null })).routing).toBeNull();
});

describe('a file that is hostile, or no recording, is refused in words', () => {
  const files: readonly (readonly [string, string])[] = [
    ['no JSON', '<html>'],
    ['nested without end', '['.repeat(1_000_000)],
    ['longer than any', ' '.repeat(8_000_001)],
    ['of another kind', '{"format":"other"}'],
    ['of a later version', changed((raw) => (raw['version'] = 2))],
    ['without an answer', changed((raw) => delete raw['answer'])],
    ['an expert that there is not', changed((raw) => (raw.routing['experts'] = 299))],
    ['more used than there are', changed((raw) => (raw.routing['used'] = 400))],
    [
      'experts without number',
      changed((raw) => Object.assign(raw.routing, { experts: 65_535, layers: Array(1024).fill(1) })),
    ],
    ['numbers cut off', changed((raw) => (raw.routing['chosen'] = 'AAAA'))],
    ['no base64', changed((raw) => (raw.routing['weights'] = '%%%'))],
    ['a pace of years', changed((raw) => (raw['tokenMs'] = 1e12))],
    ['texts that are none', changed((raw) => (raw.routing['texts'] = [{}, {}, {}]))],
    ['no tokens', changed((raw) => (raw.routing['texts'] = []))],
  ];

  test.each(files)('%s', (_, source) => {
    expect(() => parseReplay(source)).toThrow(ReplayError);
  });
});
