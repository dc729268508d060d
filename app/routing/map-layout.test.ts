import { expect, test } from 'vitest';
import { RoutingFollower } from './answer-routing.ts';
import { loadMap } from './expert-grid.ts';
import { expertAt, laidOut, likenessOrder, mapLayout } from './map-layout.ts';
import type { RoutingRecord } from './routing-record.ts';

const MODEL = {
  parameters: 9,
  activeParameters: 3,
  expertParameters: 8,
  expertBytes: 8,
  fileBytes: 9,
  bytesPerToken: 3,
};

/** Layers 1 and 3 of 5 have six experts, of which a token uses one: even tokens those below 3, odd ones the others. */
function recordOf(count: number): RoutingRecord {
  const chosen = new Uint16Array(count * 2);
  for (let token = 0; token < count; token++) {
    const one = (token % 2) * 3 + (Math.floor(token / 2) % 2); // 0 or 1, or 3 or 4: 2 and 5 never work
    chosen.set([one, 5 - one], token * 2);
  }
  return {
    ...{ layers: [1, 3], experts: 6, used: 1, count, chosen },
    texts: Array.from({ length: count }, (_, token) => `t${token}`),
    weights: new Float32Array(count * 2).fill(1),
    model: { ...MODEL, layers: 5, sharedExperts: 2 },
  };
}

test('dense layers have rows, and every expert stands in the row of its layer', () => {
  const record = recordOf(8);
  const routing = new RoutingFollower().update(record, true);
  const layout = mapLayout(record, null);
  const plain = loadMap(routing.load);
  const data = laidOut(plain, layout);
  expect(data.layers).toEqual([0, 1, 2, 3, 4]);
  expect(data.dense).toEqual([true, false, true, false, true]);
  expect(data.shared).toBe(2);
  expect(data.evenness?.map((share) => share === null)).toEqual([true, false, true, false, true]);
  expect([...data.values.subarray(6, 12)]).toEqual([...plain.values.subarray(0, 6)]);
  expect([...data.values.subarray(18, 24)]).toEqual([...plain.values.subarray(6, 12)]);
  expect(expertAt(layout, { row: 3, expert: 4 })).toEqual({ row: 1, layer: 3, expert: 4 });
  expect(expertAt(layout, { row: 2, expert: 4 })).toBeNull();
});

test('of a record that does not say how many layers there are, those it names', () => {
  const { model: _, ...record } = recordOf(4);
  expect(mapLayout(record, null).layers).toEqual([1, 3]);
  // A record that was made by hand may say anything.
  expect(mapLayout({ ...record, model: { layers: 2 } }, null).layers).toEqual([0, 1, 3]);
  expect(mapLayout({ ...record, model: { layers: 1e9 } }, null).layers.length).toBeLessThan(2000);
  expect(mapLayout({ layers: [0], experts: 65_535, model: { layers: 1e9 } }, null).layers).toEqual([0]);
});

test('sorted by likeness, experts of like words stand together, each once, and those that never worked last', () => {
  const record = recordOf(40);
  const routing = new RoutingFollower().update(record, true);
  const order = likenessOrder(routing);
  if (order === null) throw new Error('not sorted');
  for (const row of [0, 1]) {
    const experts = [...order.subarray(row * 6, row * 6 + 6)];
    expect(experts.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    const never = row === 0 ? [2, 5] : [0, 3];
    expect(experts.slice(4)).toEqual(never);
    const group = (expert: number | undefined): number => Math.floor((expert ?? 0) / 3);
    expect(group(experts[0])).toBe(group(experts[1]));
    expect(group(experts[2])).toBe(group(experts[3]));
  }
  const layout = mapLayout(record, order);
  const [plain, data] = [loadMap(routing.load), laidOut(loadMap(routing.load), layout)];
  for (let column = 0; column < 6; column++) {
    const found = expertAt(layout, { row: 1, expert: column });
    expect(data.values[6 + column]).toBe(plain.values[found?.expert ?? -1]);
  }
});

test('too few words say nothing of likeness', () => {
  expect(likenessOrder(new RoutingFollower().update(recordOf(3), true))).toBeNull();
});
