import { describe, expect, test } from 'vitest';
import { routingFromInt32, routingFromLists, routingFromNpy } from './routed-experts.ts';
import { base64, npy } from './testing/npy.ts';

const EXPERTS = 32;
const USED = 4;
/** Of a model whose first layer is dense. */
const LAYERS = 5;
const TEXTS = ['Par', 'is', '.', ''];
const PROMPT = 7;
const POSITIONS = PROMPT + TEXTS.length - 1;

/** Different experts, always the same; zeros in the dense layer. */
function choice(position: number, layer: number, rank: number): number {
  return layer === 0 ? 0 : (position * 5 + layer * 11 + rank * 9 + 1) % EXPERTS;
}

const IDS = Array.from({ length: POSITIONS * LAYERS * USED }, (_, at) =>
  choice(Math.floor(at / (LAYERS * USED)), Math.floor(at / USED) % LAYERS, at % USED),
);

const int32 = (ids: readonly number[]): string => base64(new Uint8Array(Int32Array.from(ids).buffer));

/** Row-major [tokens, layers with experts, used]: what wrote the token at `PROMPT` is what read the one before. */
const WRITTEN = TEXTS.flatMap((_, token) =>
  [1, 2, 3, 4].flatMap((layer) => [0, 1, 2, 3].map((rank) => choice(PROMPT - 1 + token, layer, rank))),
);

describe('experts as vLLM tells them', () => {
  test.each(['|u1', '<u2', '<i4'] as const)('in an .npy of %s', (type) => {
    const record = routingFromNpy(base64(npy([POSITIONS, LAYERS, USED], IDS, type)), TEXTS);
    expect(record).toMatchObject({ layers: [1, 2, 3, 4], used: USED, count: 4, texts: TEXTS, isIdsOnly: true });
    expect([...(record?.chosen ?? [])]).toEqual(WRITTEN);
    expect(new Set(record?.weights)).toEqual(new Set([0.25]));
    expect(record?.experts).toBe(Math.max(...WRITTEN) + 1);
  });

  test('as lists, with the prompt beside them or without it', () => {
    const rows = Array.from({ length: POSITIONS }, (_, position) =>
      Array.from({ length: LAYERS }, (_, layer) => [0, 1, 2, 3].map((rank) => choice(position, layer, rank))),
    );
    const [prompt, written] = [rows.slice(0, PROMPT), rows.slice(PROMPT)];
    expect([...(routingFromLists(written, prompt, TEXTS)?.chosen ?? [])]).toEqual(WRITTEN);
    const alone = routingFromLists(written, null, TEXTS);
    expect(alone?.texts).toEqual(['is', '.', '']);
    expect([...(alone?.chosen ?? [])]).toEqual(WRITTEN.slice(16));
  });

  test('positions that were not recorded are left out', () => {
    const ids = IDS.map((id, at) => (Math.floor(at / (LAYERS * USED)) === PROMPT ? -1 : id));
    const record = routingFromNpy(base64(npy([POSITIONS, LAYERS, USED], ids, '<i4')), TEXTS);
    expect(record?.texts).toEqual(['Par', '.', '']);
  });

  test('something else is refused', () => {
    expect(routingFromNpy('not base64!', TEXTS)).toBeNull();
    expect(routingFromNpy(base64(npy([4], [1, 2, 3, 4], '|u1')), TEXTS)).toBeNull();
    expect(routingFromNpy(base64(npy([1, 1, 4], [1, 2, 2, 4], '|u1')), TEXTS)).toBeNull();
    expect(routingFromNpy(base64(npy([0, 4, 2], [], '|u1')), TEXTS)).toBeNull();
    expect(routingFromNpy(base64(npy([1, 1, 200], [...Array(200).keys()], '|u1')), TEXTS)).toBeNull();
    expect(routingFromLists([[[1, 'two']]], null, ['a', 'b'])).toBeNull();
    expect(routingFromLists([[[1, 2]], [[1]]], null, ['a', 'b', 'c'])).toBeNull();
    expect(routingFromLists('[[[1, 2]]]', null, ['a'])).toBeNull();
  });
});

describe('experts as SGLang tells them', () => {
  test('without a shape: that is found from what choices look like', () => {
    const record = routingFromInt32(int32(IDS), POSITIONS, TEXTS);
    expect(record).toMatchObject({ layers: [1, 2, 3, 4], used: USED, count: 4, texts: TEXTS });
    expect([...(record?.chosen ?? [])]).toEqual(WRITTEN);
  });

  test('of a model with one expert per token', () => {
    const ids = Array.from({ length: POSITIONS * 3 }, (_, at) => (at % 3 === 0 ? 0 : at % 2));
    expect(routingFromInt32(int32(ids), POSITIONS, TEXTS)).toMatchObject({ used: 1 });
  });

  test('that do not fit the tokens, or are none, are refused', () => {
    expect(routingFromInt32(int32(IDS), POSITIONS + 1, TEXTS)).toBeNull();
    expect(routingFromInt32(int32(IDS), 0, TEXTS)).toBeNull();
    expect(routingFromInt32(base64(new Uint8Array(7)), 1, TEXTS)).toBeNull();
    expect(routingFromInt32(int32(IDS.map(() => 0)), POSITIONS, TEXTS)).toBeNull();
    expect(routingFromInt32(int32(IDS.map((id) => id + 1e6)), POSITIONS, TEXTS)).toBeNull();
  });
});
