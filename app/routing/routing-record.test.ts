import { describe, expect, test } from 'vitest';
import { describeChoice, expertGrid, layerChoices, visibleToken } from './expert-grid.ts';
import { compactRecord, RoutingRecorder, type RoutingRecord } from './routing-record.ts';

const SHAPE = { moeLayers: [1, 4], experts: 8, expertsUsed: 2 };

/** Token i: layer 1 chooses experts i and i+1, layer 4 chooses 7 and 0. */
function record(tokens: number): RoutingRecord | null {
  const recorder = new RoutingRecorder(SHAPE);
  for (let i = 0; i < tokens; i++) {
    recorder.add({
      id: i,
      text: `t${i}`,
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
    recorder.add({ id: 0, text: 'a', logprob: 0 });
    recorder.add({
      id: 0,
      text: 'a',
      logprob: 0,
      routing: { experts: Uint16Array.of(1), weights: Float32Array.of(1) },
    });
    expect(recorder.snapshot()).toBeNull();
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

describe('expertGrid', () => {
  test('gives shares of a layer, whatever the scale of the weights', () => {
    const two = record(2);
    if (two === null) throw new Error('no record');
    const choices = layerChoices(expertGrid(two, 0), 2);
    expect(choices.map(describeChoice)).toEqual([
      'Layer 1: expert 0 (75 %), expert 1 (25 %)',
      'Layer 4: expert 7 (60 %), expert 0 (40 %)',
    ]);
  });

  test('averages over the answer', () => {
    const two = record(2);
    if (two === null) throw new Error('no record');
    const grid = expertGrid(two, null);
    const shares = Array.from(grid.shares.slice(0, 8), (share) => Number(share.toFixed(3)));
    expect(shares).toEqual([0.375, 0.5, 0.125, 0, 0, 0, 0, 0]);
  });
});

test('visibleToken shows what would not be seen', () => {
  expect([' Paris', '\n', '', 'a b'].map(visibleToken)).toEqual(['·Paris', '⏎', '∅', 'a b']);
});
