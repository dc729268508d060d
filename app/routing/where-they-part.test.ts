import { describe, expect, test } from 'vitest';
import type { RoutingRecord } from './routing-record.ts';
import { alignRecords, isSame, whereExpertsPart, whereTheyPart } from './where-they-part.ts';

const said = (content: string, reasoning: string | null = null, routing: RoutingRecord | null = null) => ({
  content,
  reasoning,
  routing,
});

/** Two layers, two of eight experts; `chosen` of each token. */
function record(texts: readonly string[], chosen: readonly number[], rest: Partial<RoutingRecord> = {}): RoutingRecord {
  return {
    ...{ layers: [1, 2], experts: 8, used: 2, texts, count: texts.length },
    chosen: Uint16Array.from(chosen),
    weights: new Float32Array(chosen.length).fill(0.5),
    ...rest,
  };
}

describe('two answers', () => {
  test('part at a word, at the end of one, at once, or nowhere', () => {
    expect(whereTheyPart(said('It is Paris.'), said('It is Lyon.'))).toMatchObject({
      ...{ within: 'answer', common: 'It is ', restA: 'Paris.', restB: 'Lyon.' },
    });
    expect(whereTheyPart(said('Yes'), said('Yes, sir'))).toMatchObject({ common: 'Yes', restA: '', restB: ', sir' });
    expect(whereTheyPart(said('Yes'), said('No'))).toMatchObject({ common: '', restA: 'Yes', restB: 'No' });
    expect(isSame(whereTheyPart(said('Yes'), said('Yes')))).toBe(true);
    expect(isSame(whereTheyPart(said(''), said('Yes')))).toBe(false);
  });

  test('are not cut within a character', () => {
    expect(whereTheyPart(said('Hi 👩‍🚀'), said('Hi 👩‍🔬'))).toMatchObject({ common: 'Hi ', restA: '👩‍🚀', restB: '👩‍🔬' });
    expect(whereTheyPart(said('cafe\u0301'), said('cafe'))).toMatchObject({ common: 'caf' });
    expect(whereTheyPart(said('😀'), said('😁'))).toMatchObject({ common: '' });
  });

  test('part in their reasoning where both have one', () => {
    expect(whereTheyPart(said('Yes', 'Hm. A'), said('Yes', 'Hm. B'))).toMatchObject({
      ...{ within: 'reasoning', common: 'Hm. ', onlyReasoned: null },
    });
    expect(whereTheyPart(said('Yes', 'Hm'), said('No', 'Hm'))).toMatchObject({ within: 'answer', restA: 'Yes' });
    expect(whereTheyPart(said('Yes', 'Hm'), said('Yes'))).toMatchObject({ within: 'answer', onlyReasoned: 'a' });
  });

  test('part at a token, where the tokens of both are known', () => {
    const a = record(['It', ' is', ' Paris'], Array(12).fill(0));
    const b = record(['It', ' is', ' Lyon'], Array(12).fill(0));
    expect(whereTheyPart(said('It is Paris', null, a), said('It is Lyon', null, b)).token).toBe(2);
    expect(whereTheyPart(said('It is Paris', null, a), said('It is Lyon')).token).toBeNull();
    expect(whereTheyPart(said('a', null, a), said('a', null, a)).token).toBeNull();
  });
});

describe('their experts', () => {
  const SAME = [1, 2, 3, 4];

  test('part where the first different one was chosen, in whatever order', () => {
    const a = record(['It', ' is', ' A'], [...SAME, ...SAME, 1, 2, 5, 6]);
    const b = record(['It', ' is', ' B'], [2, 1, 4, 3, ...SAME, 1, 2, 6, 7]);
    expect(whereExpertsPart(a, b)).toEqual({
      tokens: 3,
      agree: 11 / 12,
      first: { token: 2, layer: 2, a: [5, 6], b: [6, 7] },
    });
  });

  test('are not compared beyond the first token that differs', () => {
    const a = record(['It', ' A', '!'], [...SAME, ...SAME, 5, 6, 5, 6]);
    const b = record(['It', ' B', '!'], [...SAME, ...SAME, 1, 2, 1, 2]);
    expect(whereExpertsPart(a, b)).toEqual({ tokens: 2, agree: 1, first: null });
  });

  test('of a server are as many as those of the tab', () => {
    const tab = record(['a'], SAME, { experts: 64 });
    const server = record(['a'], SAME, { experts: 5, isIdsOnly: true });
    expect(alignRecords(tab, server).map(({ experts }) => experts)).toEqual([64, 64]);
    expect(alignRecords(tab, record(['a'], SAME, { experts: 5 })).map(({ experts }) => experts)).toEqual([64, 5]);
    const other = record(['a'], [1, 2], { layers: [1], experts: 5, isIdsOnly: true });
    expect(alignRecords(tab, other)[1].experts).toBe(5);
  });
});
