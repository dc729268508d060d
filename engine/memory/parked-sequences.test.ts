import { describe, expect, test } from 'vitest';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import { ParkedSequences, type ParkingDevice } from './parked-sequences.ts';
import { SequenceMemory } from './sequence-memory.ts';

const SHAPE = { contextLength: 1000, kvFormat: 'f16', maxTokens: 8, stepsAhead: 3 } as const;
const WIDTH = 16;
/** Of a token. */
const BYTES = WIDTH * 2;

interface Device extends ParkingDevice {
  copied: number;
  isFull: boolean;
}

function createDevice(): Device {
  const paper = paperDevice(NO_LIMITS);
  const device: Device = {
    ...paper,
    copied: 0,
    isFull: false,
    queue: { ...paper.queue, submit: () => undefined },
    createCommandEncoder: () => ({
      copyBufferToBuffer: (...args: unknown[]) => {
        device.copied += args[4] as number;
      },
      finish: () => ({}) as GPUCommandBuffer,
    }),
    pushErrorScope: () => undefined,
    popErrorScope: async () => (device.isFull ? { message: 'full' } : null),
  };
  return device;
}

function open(budget: number) {
  const device = createDevice();
  const memory = new SequenceMemory(device, SHAPE);
  memory.cache('keys', WIDTH);
  const parked = new ParkedSequences(device, memory, budget);
  /** A turn of a conversation: what is reused of its prompt. */
  const turn = async (prompt: readonly number[]): Promise<number> => {
    await parked.recall(prompt);
    const kept = memory.keep(prompt);
    memory.write(kept, prompt.slice(kept));
    return kept;
  };
  return { device, memory, parked, turn };
}

/** So many tokens of a conversation, which all others begin otherwise. */
const talk = (name: number, length: number): number[] => Array.from({ length }, (_, i) => name * 10_000 + i);

describe('taking turns', () => {
  test('one conversation that goes on copies nothing', async () => {
    const { device, parked, turn } = open(1e6);
    for (const length of [40, 90, 200]) await turn(talk(1, length));
    expect(await turn(talk(1, 200))).toBe(199);
    expect([device.copied, parked.bytes, parked.count]).toEqual([0, 0, 0]);
  });

  test('another one is parked, as much as it holds, and taken up where it was', async () => {
    const { device, memory, parked, turn } = open(1e6);
    await turn(talk(1, 100));
    expect(await turn(talk(2, 50))).toBe(0);
    expect([device.copied, parked.bytes]).toEqual([100 * BYTES, 100 * BYTES]);
    expect(await turn(talk(1, 120))).toBe(100);
    expect(memory.tokens).toEqual(talk(1, 120));
    expect([device.copied, parked.bytes]).toEqual([(100 + 50 + 100) * BYTES, 50 * BYTES]);
    expect(await turn(talk(2, 60))).toBe(50);
  });

  test('an edit near the end is no other conversation; one near the beginning leaves what was there to come back to', async () => {
    const { parked, turn } = open(1e6);
    await turn(talk(1, 100));
    expect(await turn([...talk(1, 80), ...talk(2, 40)])).toBe(80);
    expect(parked.count).toBe(0);
    expect(await turn([...talk(1, 20), ...talk(3, 40)])).toBe(20);
    expect(parked.count).toBe(1);
    expect(await turn([...talk(1, 80), ...talk(2, 45)])).toBe(120);
  });

  test('what is short is computed anew', async () => {
    const { parked, turn } = open(1e6);
    await turn(talk(1, 31));
    await turn(talk(2, 31));
    expect(parked.count).toBe(0);
  });

  test('a prompt that begins anew parks as well, and takes up none', async () => {
    const { memory, parked, turn } = open(1e6);
    await turn(talk(1, 100));
    expect(await parked.recall(null)).toBe(false);
    memory.rollback(0);
    memory.write(0, talk(1, 100));
    expect(await turn(talk(1, 101))).toBe(100);
    expect(parked.count).toBe(1);
  });
});

describe('the budget', () => {
  test('is kept: the one that nobody has used longest goes', async () => {
    const { parked, turn } = open(250 * BYTES);
    for (const name of [1, 2, 3]) await turn(talk(name, 100));
    expect(await turn(talk(1, 110))).toBe(100); // 2 and 3 are parked
    await turn(talk(4, 100)); // and now 1 in place of 2
    expect(parked.bytes).toBe(210 * BYTES);
    expect(await turn(talk(2, 100))).toBe(0);
    expect(parked.bytes).toBeLessThanOrEqual(250 * BYTES);
    expect(await turn(talk(1, 111))).toBe(110);
  });

  test('what is larger than all of it is not parked, and drops no other', async () => {
    const { parked, turn } = open(150 * BYTES);
    await turn(talk(1, 100));
    await turn(talk(2, 200));
    await turn(talk(3, 40));
    expect(parked.bytes).toBe(100 * BYTES);
    expect(await turn(talk(1, 101))).toBe(100);
  });

  test('a GPU without room for it loses it, and goes on', async () => {
    const { device, parked, turn } = open(1e6);
    await turn(talk(1, 100));
    device.isFull = true;
    expect(await turn(talk(2, 100))).toBe(0);
    expect([device.copied, parked.count]).toEqual([0, 0]);
    expect(await turn(talk(2, 120))).toBe(100);
  });

  test('nothing is left when all are forgotten', async () => {
    const { parked, turn } = open(1e6);
    await turn(talk(1, 100));
    await turn(talk(2, 100));
    parked.clear();
    expect(parked.bytes).toBe(0);
    expect(await turn(talk(1, 100))).toBe(0);
  });
});
