import { expect, test } from 'vitest';
import { generator } from '../engine/testing/random.ts';
import { runAttack, type Attack, type FoundFault } from './attack.ts';

/** Refuses odd numbers, breaks on those of 700 and more. */
const attack: Attack<number> = {
  generate: (random) => Math.floor(random() * 1000),
  attempt: async (input) => {
    if (input >= 700) throw new Error(`broken by ${input}`);
    return input % 2 === 1 ? 'refused' : 'accepted';
  },
  *shrink(input) {
    for (const smaller of [Math.floor(input / 2), Math.floor(input * 0.9), input - 1])
      if (smaller < input) yield smaller;
  },
  reproduce: (input) => ({ extension: 'txt', content: String(input) }),
  close: async () => {},
};

const LIMITS = { milliseconds: 10_000, inputs: 50, faults: 3 };

test('every input is counted once, and a fault is made as small as it gets', async () => {
  const found: FoundFault[] = [];
  const counts = await runAttack(attack, generator(1), LIMITS, (fault) => found.push(fault));
  expect(counts.refused + counts.accepted + counts.faults).toBe(counts.tried);
  expect(counts.faults).toBe(3);
  expect(found.map(({ reproduction }) => reproduction.content)).toEqual(['700', '700', '700']);
  expect(found[0]?.message).toContain('broken by 700');
});

test('the same seed tries the same inputs', async () => {
  const tried = async (seed: number): Promise<number[]> => {
    const inputs: number[] = [];
    const listening: Attack<number> = {
      ...attack,
      attempt: async (input) => {
        inputs.push(input);
        return 'accepted';
      },
    };
    await runAttack(listening, generator(seed), LIMITS, () => {});
    return inputs;
  };
  expect(await tried(5)).toEqual(await tried(5));
  expect(await tried(5)).not.toEqual(await tried(6));
  expect(await tried(5)).toHaveLength(LIMITS.inputs);
});
