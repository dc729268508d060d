import { describe, expect, test } from 'vitest';
import { type Replay, ReplayError } from '../../embed/replay.ts';
import { LONGEST_LINK, MOST_UNPACKED, readAnswerLink, writeAnswerLink } from './answer-link.ts';
import { fromBase64Url, toBase64Url } from './base64-url.ts';
import { deflate, inflate, TooMuchError } from './bounded-deflate.ts';
import { PackedBytes } from './packed-bytes.ts';

/** Numbers below 1, the same in each run. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Shape {
  readonly tokens: number;
  readonly layers: number;
  readonly experts: number;
  readonly used: number;
}

function replay({ tokens, layers, experts, used }: Shape, seed = 1, text = 'wörd '): Replay {
  const random = randoms(seed);
  const texts = Array.from({ length: tokens }, (_, token) => `${text}${token}`);
  const length = tokens * layers * used;
  const chosen = Uint16Array.from({ length }, () => Math.floor(random() * experts));
  const weights = Float32Array.from({ length }, () => random() * 3);
  return {
    ...{ model: 'Mixtab 20M', question: 'Why is the sky blue? 🦊 لماذا', answer: texts.join(''), reasoning: '' },
    ...{ tokenMs: 31.5, promptTokens: 9, outputTokens: tokens },
    routing: {
      ...{ layers: Array.from({ length: layers }, (_, row) => row * 2 + 1), experts, used, texts, count: tokens },
      ...{ chosen, weights },
      model: {
        ...{ parameters: 2.1e10, activeParameters: 3e9, expertParameters: 1e10, expertBytes: 9e9, fileBytes: 1.1e10 },
        bytesPerToken: 1e9,
        ...(tokens % 2 === 0 && { layers: layers + 1, sharedExperts: 2 }),
      },
    },
  };
}

/** The share of its layer that each chosen expert had. */
function shares({ routing }: Replay): number[] {
  const { weights, used } = routing ?? { weights: new Float32Array(), used: 1 };
  return [...weights].map((weight, at) => {
    const row = at - (at % used);
    return weight / weights.subarray(row, row + used).reduce((sum, one) => sum + one, 0);
  });
}

describe('a link', () => {
  test('brings the words and the experts back exactly, and the shares closely', async () => {
    for (const [tokens, layers, experts, used] of [
      ...[
        [60, 5, 32, 4],
        [3, 1, 1, 1],
        [9, 3, 300, 2],
        [12, 8, 128, 8],
      ],
    ] as const) {
      const given = replay({ tokens, layers, experts, used });
      const link = await writeAnswerLink(given);
      const { routing, ...rest } = await readAnswerLink(link ?? '');
      const { routing: before, ...facts } = given;
      expect(rest).toEqual(facts);
      expect(routing).toMatchObject({ layers: before?.layers, experts, used, count: tokens, texts: before?.texts });
      expect(routing?.chosen).toEqual(before?.chosen);
      expect(routing?.model).toEqual(before?.model);
      const [now, then] = [shares({ ...given, routing }), shares(given)];
      expect(Math.max(...now.map((share, at) => Math.abs(share - (then[at] ?? 0))))).toBeLessThan(0.12);
    }
  });

  test('of the bundled model’s answers of 250 tokens is short enough; of one that is too long there is none', async () => {
    const fits = await writeAnswerLink(replay({ tokens: 250, layers: 5, experts: 32, used: 4 }));
    expect(fits?.length).toBeLessThanOrEqual(LONGEST_LINK);
    expect(await writeAnswerLink(replay({ tokens: 400, layers: 48, experts: 128, used: 8 }))).toBeNull();
    const long = { ...replay({ tokens: 1, layers: 1, experts: 2, used: 1 }), routing: null };
    const random = randoms(3);
    const noise = Array.from({ length: 20_000 }, () => String.fromCharCode(33 + random() * 90)).join('');
    expect(await writeAnswerLink({ ...long, answer: noise })).toBeNull();
    expect(await writeAnswerLink({ ...long, answer: 'again '.repeat(60_000) })).toBeNull(); // nobody could read it back
  });

  test('works without routing, with ids alone, and where the tokens are not the text', async () => {
    const given = replay({ tokens: 4, layers: 2, experts: 16, used: 2 });
    const bare = { ...given, routing: null };
    expect(await readAnswerLink((await writeAnswerLink(bare)) ?? '')).toEqual(bare);
    if (given.routing === null) return;
    const edited = { ...given, answer: 'Something else.', routing: { ...given.routing, isIdsOnly: true as const } };
    const read = await readAnswerLink((await writeAnswerLink(edited)) ?? '');
    expect(read.routing?.texts).toEqual(given.routing.texts);
    expect(read.routing?.isIdsOnly).toBe(true);
    expect([...new Set(read.routing?.weights)]).toEqual([0.5]);
  });

  test('holds nothing that an address would have to encode', async () => {
    expect(await writeAnswerLink(replay({ tokens: 30, layers: 5, experts: 32, used: 4 }))).toMatch(/^[\w-]+$/);
  });
});

describe('a hostile link', () => {
  test('that is no link at all is refused in words', async () => {
    for (const link of ['', 'x', '!!!!', 'AAAA', '%3Cscript%3E', '<img src=x>', '-'.repeat(31), 'A'.repeat(40_000)])
      await expect(readAnswerLink(link)).rejects.toThrow(ReplayError);
  });

  test('that unpacks to more than an answer stops at the bound', async () => {
    const bomb = await deflate(new Uint8Array(20 * MOST_UNPACKED));
    expect(bomb.length).toBeLessThan(8_000);
    await expect(inflate(bomb, MOST_UNPACKED)).rejects.toThrow(TooMuchError);
    await expect(readAnswerLink(toBase64Url(bomb))).rejects.toThrow('far more than an answer');
  });

  test('that counts more than there is reserves nothing of that size', async () => {
    for (const [layers, experts, used, tokens, bits] of [
      [1024, 65_535, 65_535, 20_000, 8],
      [1, 1, 1, 20_000, 0],
      [1e9, 2, 1, 1, 0],
      [1, 2, 1, 2 ** 48, 0],
      [1, 2, 3, 1, 0],
      [1, 0, 0, 0, 0],
      [1, 2, 1, 1, 40],
    ] as const) {
      const bytes = new PackedBytes();
      for (const number of [1, 1]) bytes.whole(number);
      for (const text of ['m', 'q', '', 'a']) bytes.text(text);
      for (const number of [0, 0, 0, layers]) bytes.whole(number);
      for (let row = 0; row < Math.min(layers, 1024); row++) bytes.whole(1);
      for (const number of [experts, used, tokens, bits]) bytes.whole(number);
      for (let token = 0; token < Math.min(tokens, 20_000); token++) bytes.whole(0);
      bytes.bits([[0, 8]]);
      await expect(readAnswerLink(toBase64Url(await deflate(bytes.bytes())))).rejects.toThrow(ReplayError);
    }
  });

  test('that was changed anywhere is an answer within its bounds, or is refused in words', async () => {
    const random = randoms(7);
    const given = replay({ tokens: 12, layers: 3, experts: 20, used: 3 });
    const link = (await writeAnswerLink(given)) ?? '';
    const plain = await inflate(fromBase64Url(link) ?? new Uint8Array(), MOST_UNPACKED);
    let refused = 0;
    for (let turn = 0; turn < 1500; turn++) {
      // Half of them within what is packed, so that the reader behind the unpacking is reached.
      const bytes = turn % 2 === 0 ? (fromBase64Url(link) ?? new Uint8Array(0)) : plain.slice();
      for (let change = 0; change <= turn % 3; change++) bytes[Math.floor(random() * bytes.length)] = random() * 256;
      const cut = turn % 7 === 0 ? bytes.slice(0, random() * bytes.length) : bytes;
      const changed = toBase64Url(turn % 2 === 0 ? cut : await deflate(cut));
      try {
        const { routing, model, answer } = await readAnswerLink(changed);
        expect(model.length).toBeLessThanOrEqual(200);
        expect(answer.length).toBeLessThanOrEqual(MOST_UNPACKED);
        if (routing === null) continue;
        expect(routing.chosen.length).toBe(routing.count * routing.layers.length * routing.used);
        expect(routing.chosen.every((expert) => expert < routing.experts)).toBe(true);
        expect(routing.weights.every(Number.isFinite)).toBe(true);
      } catch (error) {
        refused++;
        if (!(error instanceof ReplayError)) throw error;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
