import { describe, expect, test } from 'vitest';
import { beyondChance, LEVEL } from './beyond-chance.ts';

const LAYERS = [1, 2, 3, 4, 5];
const [EXPERTS, USED] = [32, 4];

function randoms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Truth {
  readonly tokens: number;
  /** How likely a token goes where the one before it went. */
  readonly persistence?: number;
  /** Rows in which one expert of four comes from the first eight alone. */
  readonly moved?: readonly number[];
}

/** Routing whose truth is known: experts are skewed, and the same in law for every answer but for `moved`. */
function routed(random: () => number, { tokens, persistence = 0, moved = [] }: Truth) {
  const chosen = new Uint16Array(tokens * LAYERS.length * USED);
  for (let token = 0; token < tokens; token++) {
    const isKept = token > 0 && random() < persistence;
    for (let row = 0; row < LAYERS.length; row++) {
      const at = (token * LAYERS.length + row) * USED;
      if (isKept) {
        chosen.copyWithin(at, at - LAYERS.length * USED, at - LAYERS.length * USED + USED);
        continue;
      }
      const drawn = new Set<number>();
      while (drawn.size < USED) {
        const isMoved = moved.includes(row) && drawn.size === 0;
        drawn.add(isMoved ? Math.floor(random() * 8) : Math.floor(EXPERTS * random() ** 1.5));
      }
      chosen.set([...drawn], at);
    }
  }
  return { layers: LAYERS, experts: EXPERTS, used: USED, count: tokens, chosen };
}

const never = new AbortController().signal;

/** Shares of comparisons in which something was called more than chance: in any layer, and over all. */
async function alarms(turns: number, truth: Truth, other: Truth = truth): Promise<{ any: number; overall: number }> {
  const random = randoms(turns * 31 + truth.tokens);
  let [any, overall] = [0, 0];
  for (let turn = 0; turn < turns; turn++) {
    const told = await beyondChance(routed(random, truth), routed(random, other), never);
    if (told.kind !== 'told') throw new Error('It was too short.');
    if (told.layers.some((p) => p < LEVEL)) any++;
    if (told.overall < LEVEL) overall++;
  }
  return { any: any / turns, overall: overall / turns };
}

describe('where nothing differs', () => {
  // Of 200 at 5 %, more than 20 (10 %) come up once in a thousand.
  test('a false alarm comes up in one of twenty, over all layers together', async () => {
    const { any, overall } = await alarms(200, { tokens: 90 });
    expect(any).toBeLessThan(0.1);
    expect(overall).toBeLessThan(0.1);
  });

  test('nor more where neighbours go the same way, and lengths differ', async () => {
    const { any } = await alarms(200, { tokens: 90, persistence: 0.6 }, { tokens: 150, persistence: 0.6 });
    expect(any).toBeLessThan(0.12);
  });
});

describe('where something differs', () => {
  test('it is found, and in its layer', async () => {
    const random = randoms(5);
    const told = await beyondChance(
      routed(random, { tokens: 300 }),
      routed(random, { tokens: 300, moved: [2] }),
      never,
    );
    if (told.kind !== 'told') throw new Error('It was too short.');
    expect(told.layers[2]).toBeLessThan(LEVEL);
    expect(told.layers.filter((p) => p < LEVEL)).toHaveLength(1);
  });

  test('in nearly all comparisons of 160 tokens', async () => {
    const { overall } = await alarms(30, { tokens: 160 }, { tokens: 160, moved: [0, 1, 2, 3, 4] });
    expect(overall).toBeGreaterThan(0.9);
  });
});

test('twenty tokens are too few, and it says how many it takes', async () => {
  const random = randoms(9);
  const told = await beyondChance(routed(random, { tokens: 20 }), routed(random, { tokens: 400 }), never);
  expect(told).toEqual({ kind: 'too-short', tokens: 20, needed: 60 });
  const enough = await beyondChance(routed(random, { tokens: 60 }), routed(random, { tokens: 60 }), never);
  expect(enough.kind).toBe('told');
  // Beside a very long answer the stretches are longer, and so must be the short one.
  const beside = await beyondChance(routed(random, { tokens: 60 }), routed(random, { tokens: 2_000 }), never);
  expect(beside).toMatchObject({ kind: 'too-short', needed: 85 });
});

test('the same two answers are told the same, and equal ones are no different', async () => {
  const random = randoms(3);
  const [a, b] = [routed(random, { tokens: 90 }), routed(random, { tokens: 70 })];
  expect(await beyondChance(a, b, never)).toEqual(await beyondChance(a, b, never));
  const same = await beyondChance(a, a, never);
  expect(same).toMatchObject({ kind: 'told' });
  if (same.kind === 'told') expect(Math.min(...same.layers, same.overall)).toBeGreaterThan(0.5);
});

test('it ends when nobody waits for it any more', async () => {
  const random = randoms(4);
  const controller = new AbortController();
  const asked = beyondChance(routed(random, { tokens: 900 }), routed(random, { tokens: 900 }), controller.signal);
  controller.abort();
  await expect(asked).rejects.toThrow(/abort/i);
});
