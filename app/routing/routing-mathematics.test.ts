import { describe, expect, test } from 'vitest';
import { RoutingFollower, loadOf } from './answer-routing.ts';
import { compareLoads, isComparable } from './compare-loads.ts';
import { neverMoved } from './expert-load.ts';
import { contrast, oklabToRgb, parseHex, type Rgb, rgbToOklab } from './oklab.ts';
import { compactRecord, type RoutedModel, RoutingRecorder, type RoutingRecord } from './routing-record.ts';
import { likenesses, nearestTokens } from './similarity.ts';
import { groundAt, type Theme } from './token-colors.ts';
import { TokenVectors } from './token-vectors.ts';

/** Choices of a token: for each layer its experts, best first. */
type Choices = readonly (readonly number[])[];

const MODEL: RoutedModel = {
  parameters: 1000,
  activeParameters: 400,
  expertParameters: 800,
  expertBytes: 900,
  fileBytes: 1200,
  bytesPerToken: 500,
};

function recorderFor(experts: number, layers: number, used: number, model: Partial<RoutedModel> = {}): RoutingRecorder {
  return new RoutingRecorder({
    moeLayers: Array.from({ length: layers }, (_, layer) => layer + 1),
    experts,
    expertsUsed: used,
    ...model,
  });
}

function add(recorder: RoutingRecorder, choices: Choices, weights?: readonly number[]): void {
  const experts = Uint16Array.from(choices.flat());
  const falling = choices.flatMap((layer) => layer.map((_, k) => 0.5 ** k));
  recorder.add({
    id: 0,
    text: 't',
    channel: 'answer' as const,
    logprob: 0,
    routing: { experts, weights: Float32Array.from(weights ?? falling) },
  });
}

function snapshot(recorder: RoutingRecorder): RoutingRecord {
  const record = recorder.snapshot();
  if (record === null) throw new Error('nothing was recorded');
  return record;
}

function recordOf(experts: number, tokens: readonly Choices[], model: Partial<RoutedModel> = {}): RoutingRecord {
  const first = tokens[0] ?? [];
  const recorder = recorderFor(experts, first.length, first[0]?.length ?? 0, model);
  for (const choices of tokens) add(recorder, choices);
  return snapshot(recorder);
}

/** Two kinds of tokens: the one chooses among the lower half of the experts, the other among the upper. */
function twoKinds(count: number, experts = 16, layers = 4): RoutingRecord {
  let seed = 7;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  const tokens = Array.from({ length: count }, (_, token) =>
    Array.from({ length: layers }, () => {
      const base = token % 3 === 0 ? 0 : experts / 2;
      const first = next(experts / 2);
      return [base + first, base + ((first + 1 + next(experts / 2 - 1)) % (experts / 2))];
    }),
  );
  return recordOf(experts, tokens);
}

function vectorsOf(record: RoutingRecord): TokenVectors {
  const vectors = new TokenVectors(record);
  vectors.update(record);
  return vectors;
}

describe('entropy of the load', () => {
  test('experts that are used equally often: log2(experts)', () => {
    const record = recordOf(8, [[[0, 1]], [[2, 3]], [[4, 5]], [[6, 7]]]);
    const load = loadOf(record);
    expect(load.layerEvenness(0).bits).toBeCloseTo(3, 10);
    expect(load.layerEvenness(0).maxBits).toBe(3);
    expect(load.evenness().asEvenAs).toBeCloseTo(8, 9);
    expect(load.neverUsed()).toBe(0);
  });

  test('one expert always: nothing', () => {
    const load = loadOf(recordOf(8, [[[5]], [[5]], [[5]]]));
    expect(load.evenness().bits).toBe(0);
    expect(load.evenness().asEvenAs).toBe(1);
  });

  test('is that of the definition, whatever the counts, and the mean of the layers', () => {
    const record = twoKinds(57);
    const load = loadOf(record);
    const byDefinition = record.layers.map((_, row) => {
      const counts = new Map<number, number>();
      for (let token = 0; token < record.count; token++)
        for (let k = 0; k < record.used; k++) {
          const expert = record.chosen[(token * record.layers.length + row) * record.used + k] ?? 0;
          counts.set(expert, (counts.get(expert) ?? 0) + 1);
        }
      const all = record.count * record.used;
      return [...counts.values()].reduce((sum, c) => sum - (c / all) * Math.log2(c / all), 0);
    });
    byDefinition.forEach((bits, row) => expect(load.layerEvenness(row).bits).toBeCloseTo(bits, 9));
    expect(load.evenness().bits).toBeCloseTo(byDefinition.reduce((a, b) => a + b, 0) / byDefinition.length, 9);
  });
});

describe('weights that never moved', () => {
  test('are those of the experts that no token chose', () => {
    const record = recordOf(
      4,
      [
        [[0], [1]],
        [[1], [1]],
      ],
      MODEL,
    );
    const { model } = record;
    expect(neverMoved(loadOf(record), model)).toEqual({
      experts: 5,
      ofExperts: 8,
      share: 5 / 8,
      size: { bytes: (5 / 8) * 900, ofBytes: 900, shareOfModel: ((5 / 8) * 800) / 1000 },
    });
  });

  test('fall or stay as an answer grows', () => {
    const record = twoKinds(40);
    const follower = new RoutingFollower();
    const shares = Array.from({ length: 40 }, (_, i) => {
      const part = { ...record, count: i + 1 };
      return neverMoved(follower.update(part, false).load, undefined).share;
    });
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[0]).toBe(1 - 2 / 16);
    expect(shares.at(-1)).toBeLessThan(0.2);
  });

  test('a record of before says nothing of bytes', () => {
    const record = recordOf(4, [[[0]]]);
    expect(neverMoved(loadOf(record), record.model)).toEqual({ experts: 3, ofExperts: 4, share: 0.75, size: null });
  });
});

describe('similarity', () => {
  test('is 1 with itself and symmetric', () => {
    const vectors = vectorsOf(twoKinds(30));
    const rows = Array.from({ length: 30 }, (_, token) => likenesses(vectors, token));
    rows.forEach((row, token) => {
      expect(row[token]?.cosine).toBeCloseTo(1, 6);
      expect(row[token]?.shared).toBe(1);
      row.forEach((likeness, other) => {
        expect(likeness.cosine).toBeCloseTo(rows[other]?.[token]?.cosine ?? NaN, 6);
        expect(likeness.shared).toBe(rows[other]?.[token]?.shared);
      });
    });
  });

  test('counts the experts in common, and weighs them for the cosine', () => {
    const recorder = recorderFor(4, 1, 2);
    add(recorder, [[0, 1]], [0.9, 0.1]);
    add(recorder, [[0, 2]], [0.9, 0.1]);
    add(recorder, [[1, 3]], [0.9, 0.1]);
    const [, second, third] = likenesses(vectorsOf(snapshot(recorder)), 0);
    expect([second?.shared, third?.shared]).toEqual([0.5, 0.5]);
    expect(second?.cosine).toBeCloseTo(0.81 / 0.82, 6);
    expect(third?.cosine).toBeCloseTo(0.09 / 0.82, 6);
  });

  test('does not depend on how a model scales its weights', () => {
    const one = recorderFor(4, 1, 2);
    add(one, [[0, 1]], [0.75, 0.25]);
    add(one, [[0, 1]], [7.5, 2.5]);
    expect(likenesses(vectorsOf(snapshot(one)), 0)[1]?.cosine).toBeCloseTo(1, 6);
  });

  test('the nearest are of the same kind', () => {
    const vectors = vectorsOf(twoKinds(60));
    const nearest = nearestTokens(vectors, likenesses(vectors, 3), 3, 8);
    expect(nearest).toHaveLength(8);
    expect(nearest.every(({ token }) => token % 3 === 0 && token !== 3)).toBe(true);
    const shared = nearest.map((likeness) => likeness.shared);
    expect(shared).toEqual([...shared].sort((a, b) => b - a));
    expect(shared.every((share) => share >= 1.25 * (2 / 16))).toBe(true);
  });
});

describe('colours', () => {
  const lab = (css: string | null): readonly number[] => rgbToOklab(parseHex(css ?? '#000'));
  const distance = (a: readonly number[], b: readonly number[]): number =>
    Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));

  test('tokens of one kind are nearer to each other than to the other kind', () => {
    const { colors } = new RoutingFollower().update(twoKinds(90), true);
    const all = Array.from({ length: 90 }, (_, token) => lab(colors.css(token, 'light')));
    let within = 0;
    let across = 0;
    for (let a = 0; a < 90; a++)
      for (let b = 0; b < a; b++)
        if ((a % 3 === 0) === (b % 3 === 0))
          within = Math.max(within, Math.abs((all[a]?.[1] ?? 0) - (all[b]?.[1] ?? 0)));
        else across += distance(all[a] ?? [], all[b] ?? []) / (30 * 60);
    expect(across).toBeGreaterThan(0.1);
    expect(within).toBeLessThan(across);
  });

  test('the first axis separates the kinds, and keeps its side while the answer grows', () => {
    const record = twoKinds(120);
    const follower = new RoutingFollower();
    const sides: number[] = [];
    for (let count = 8; count <= 120; count++) {
      const { colors } = follower.update({ ...record, count }, count === 120);
      if (count >= 24) sides.push(Math.sign(colors.place(0)[0] ?? 0), -Math.sign(colors.place(1)[0] ?? 0));
    }
    expect(new Set(sides)).toEqual(new Set([1]));
  });

  test('an answer has the same colours each time it is opened', () => {
    const record = twoKinds(50);
    const colorsOf = (): (string | null)[] => {
      const { colors } = new RoutingFollower().update(compactRecord(record), true);
      return Array.from({ length: 50 }, (_, token) => colors.css(token, 'dark'));
    };
    expect(colorsOf()).toEqual(colorsOf());
    expect(new Set(colorsOf()).size).toBeGreaterThan(10);
  });

  test('tokens that were all routed alike share one colour; very short answers have none', () => {
    const same: Choices = [[1, 2]];
    const { colors } = new RoutingFollower().update(
      recordOf(
        4,
        Array.from({ length: 9 }, () => same),
      ),
      true,
    );
    expect(new Set(Array.from({ length: 9 }, (_, token) => colors.css(token, 'light'))).size).toBe(1);
    expect(new RoutingFollower().update(recordOf(4, [same, same]), true).colors.css(0, 'light')).toBeNull();
  });

  test('the text keeps 4.5:1 on every ground, the muted one too', () => {
    const inks: Record<Theme, readonly Rgb[]> = {
      light: [parseHex('#1b1c24')],
      dark: [parseHex('#ececf1')],
    };
    for (const theme of ['light', 'dark'] as const)
      for (let x = -3; x <= 3; x += 0.5)
        for (let y = -3; y <= 3; y += 0.5)
          for (const z of [-3, 0, 3])
            for (const ink of inks[theme]) expect(contrast(ink, groundAt([x, y, z], theme))).toBeGreaterThan(4.5);
  });

  test('OKLab and back', () => {
    for (const hex of ['#e8950c', '#1f2350', '#ffffff', '#4b52c4'])
      oklabToRgb(rgbToOklab(parseHex(hex))).forEach((value, i) =>
        expect(value).toBeCloseTo(parseHex(hex)[i] ?? NaN, 3),
      );
    expect(contrast(parseHex('#fff'), parseHex('#000'))).toBeCloseTo(21, 5);
  });
});

describe('following an answer', () => {
  test('token by token gives the loads of the whole', () => {
    const record = twoKinds(70);
    const follower = new RoutingFollower();
    for (const count of [1, 2, 30, 70]) follower.update({ ...record, count }, false);
    const { load } = follower.update(record, true);
    expect([...load.counts]).toEqual([...loadOf(record).counts]);
    expect(load.tokens).toBe(70);
  });

  test('another answer is begun anew', () => {
    const follower = new RoutingFollower();
    follower.update(twoKinds(30), true);
    const other = recordOf(
      16,
      Array.from({ length: 5 }, () => [
        [0, 1],
        [2, 3],
        [4, 5],
        [6, 7],
      ]),
    );
    expect([...follower.update(other, true).load.counts]).toEqual([...loadOf(other).counts]);
  });
});

describe('two answers', () => {
  test('the same answer: nothing differs', () => {
    const load = loadOf(twoKinds(40));
    const same = compareLoads(load, load);
    expect(same.cosine).toBeCloseTo(1, 9);
    expect(same.inCommon).toBe(1);
    expect(same.layers.every(({ distance }) => distance === 0)).toBe(true);
    expect(same.differences.every((difference) => difference === 0)).toBe(true);
  });

  test('nothing in common', () => {
    const a = loadOf(
      recordOf(4, [
        [
          [0, 1],
          [0, 1],
        ],
      ]),
    );
    const b = loadOf(
      recordOf(4, [
        [
          [2, 3],
          [2, 3],
        ],
      ]),
    );
    const { cosine, inCommon, layers, differences } = compareLoads(a, b);
    expect([cosine, inCommon]).toEqual([0, 0]);
    expect(layers.map(({ distance }) => distance)).toEqual([1, 1]);
    expect([...differences]).toEqual([1, 1, -1, -1, 1, 1, -1, -1]);
  });

  test('names the layers that differ most, and is the same from the other side', () => {
    const a = loadOf(
      recordOf(4, [
        [[0], [1]],
        [[0], [1]],
      ]),
    );
    const b = loadOf(
      recordOf(4, [
        [[0], [1]],
        [[0], [2]],
      ]),
    );
    const there = compareLoads(a, b);
    const back = compareLoads(b, a);
    expect(there.layers).toEqual([
      { row: 1, distance: 0.5 },
      { row: 0, distance: 0 },
    ]);
    expect(back.cosine).toBeCloseTo(there.cosine, 12);
    expect([back.onlyA, back.onlyB, back.both]).toEqual([there.onlyB, there.onlyA, there.both]);
  });

  test('experts of different models are not compared', () => {
    expect(isComparable(loadOf(twoKinds(9)), loadOf(twoKinds(9, 8)))).toBe(false);
    expect(isComparable(loadOf(twoKinds(9)), loadOf(twoKinds(5)))).toBe(true);
  });
});
