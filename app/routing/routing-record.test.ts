import { describe, expect, test } from 'vitest';
import { percent } from '../layout/quantities.ts';
import { RoutingFollower } from './answer-routing.ts';
import { expertList, layerChoices, loadMap, tokenMap, visibleToken } from './expert-grid.ts';
import { compactRecord, RoutingRecorder, type RoutingRecord } from './routing-record.ts';

const SHAPE = { moeLayers: [1, 4], experts: 8, expertsUsed: 2 };

/** Token i: layer 1 chooses experts i and i+1, layer 4 chooses 7 and 0. */
function record(tokens: number): RoutingRecord | null {
  const recorder = new RoutingRecorder(SHAPE);
  for (let i = 0; i < tokens; i++) {
    recorder.add({
      id: i,
      text: `t${i}`,
      channel: 'answer' as const,
      logprob: 0,
      routing: { experts: Uint16Array.of(i % 7, (i % 7) + 1, 7, 0), weights: Float32Array.of(1.5, 0.5, 0.6, 0.4) },
    });
  }
  return recorder.snapshot();
}

describe('RoutingRecorder', () => {
  test('grows past its first capacity', () => {
    const long = record(200);
    expect(long?.count).toBe(200);
    expect([...(long?.chosen.slice(-4) ?? [])]).toEqual([199 % 7, (199 % 7) + 1, 7, 0]);
  });

  test('takes no trace of another shape, and none without a trace', () => {
    const recorder = new RoutingRecorder(SHAPE);
    recorder.add({ id: 0, channel: 'answer', text: 'a', logprob: 0 });
    recorder.add({
      id: 0,
      text: 'a',
      channel: 'answer' as const,
      logprob: 0,
      routing: { experts: Uint16Array.of(1), weights: Float32Array.of(1) },
    });
    expect(recorder.snapshot()).toBeNull();
  });

  test('goes on with an earlier record of the same shape, and leaves it as it was', () => {
    const earlier = record(70);
    const recorder = new RoutingRecorder(SHAPE, earlier);
    expect(recorder.snapshot()?.texts).toEqual(earlier?.texts);
    const routing = { experts: Uint16Array.of(3, 4, 5, 6), weights: Float32Array.of(1, 1, 1, 1) };
    for (let i = 0; i < 100; i++) recorder.add({ id: 0, channel: 'answer', text: 'more', logprob: 0, routing });
    const longer = recorder.snapshot();
    expect(longer?.count).toBe(170);
    expect([...(longer?.chosen.slice(0, 70 * 4) ?? [])]).toEqual([...(earlier?.chosen ?? [])]);
    expect(earlier?.texts).toHaveLength(70);
    expect(new RoutingRecorder({ ...SHAPE, experts: 16 }, earlier).snapshot()).toBeNull();
  });

  test('a compact record owns only its own bytes', () => {
    const short = record(3);
    expect(short).not.toBeNull();
    if (short === null) return;
    const compact = compactRecord(short);
    expect(compact.chosen.buffer.byteLength).toBe(3 * 4 * 2);
    expect(compact.weights.buffer.byteLength).toBe(3 * 4 * 4);
    expect(compact.texts).toEqual(['t0', 't1', 't2']);
  });
});

describe('maps', () => {
  const two = record(2);
  if (two === null) throw new Error('no record');
  const { vectors, load } = new RoutingFollower().update(two, true);

  test('of a token: shares of a layer, whatever the scale of the weights', () => {
    const choices = layerChoices(tokenMap(vectors, 0), 2);
    expect(choices.map((choice) => `${choice.layer}: ${expertList(choice)}`)).toEqual([
      '1: 0 (75 %), 1 (25 %)'.replaceAll(' %', percent(1).replace('100', '')),
      '4: 7 (60 %), 0 (40 %)'.replaceAll(' %', percent(1).replace('100', '')),
    ]);
  });

  test('of an answer: the share of tokens that chose an expert, and how even each layer is', () => {
    const map = loadMap(load);
    expect([...map.values.slice(0, 8)]).toEqual([0.5, 1, 0.5, 0, 0, 0, 0, 0]);
    // Four choices: 1, 2, 1 of three experts are 1.5 bits; in the other layer 2, 2 of two are 1 bit; of 3.
    expect(map.evenness?.map((share) => (share ?? 0) * 3)).toEqual([1.5, 1]);
  });
});

test('visibleToken shows what would not be seen', () => {
  expect([' Paris', '\n', '', 'a b'].map(visibleToken)).toEqual(['·Paris', '⏎', '∅', 'a b']);
});
