import { describe, expect, test } from 'vitest';
import { FairQueue, type QueuedTask } from './fair-queue.ts';

interface Job extends QueuedTask {
  readonly name: string;
  readonly places: number[];
  end(): void;
}

/** A queue whose jobs end when the test says so, and the order in which they began. */
function createQueue() {
  const queue = new FairQueue();
  const begun: string[] = [];
  const add = (client: string, name: string, result: 'ends' | 'fails' = 'ends'): Job => {
    let end = (): void => {};
    const ended = new Promise<void>((resolve, reject) => {
      end = () => (result === 'ends' ? resolve() : reject(new Error(name)));
    });
    const places: number[] = [];
    const job: Job = {
      name,
      places,
      end: () => end(),
      run: () => {
        begun.push(name);
        return ended;
      },
      onPlace: (place) => places.push(place),
    };
    queue.add(client, job);
    return job;
  };
  return { queue, begun, add };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('clients take turns', () => {
  test('one that asks for much waits with its second until the others had their first', async () => {
    const { begun, add } = createQueue();
    const jobs = [add('a', 'a1'), add('a', 'a2'), add('a', 'a3'), add('b', 'b1'), add('b', 'b2'), add('c', 'c1')];
    for (const name of ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']) {
      expect(begun.at(-1)).toBe(name);
      jobs.find((job) => job.name === name)?.end();
      await turn();
    }
    expect(begun).toHaveLength(6);
  });

  test('a newcomer goes before the next one of who is being served', async () => {
    const { begun, add } = createQueue();
    const first = add('a', 'a1');
    add('a', 'a2');
    add('b', 'b1');
    first.end();
    await turn();
    expect(begun).toEqual(['a1', 'b1']);
  });

  test('what fails ends as well', async () => {
    const { begun, add } = createQueue();
    const first = add('a', 'a1', 'fails');
    add('b', 'b1');
    first.end();
    await turn();
    expect(begun).toEqual(['a1', 'b1']);
  });
});

describe('places', () => {
  test('tell how many run before, anew when that changes; what runs at once is told none', async () => {
    const { add } = createQueue();
    const [a1, a2, b1, c1] = [add('a', 'a1'), add('a', 'a2'), add('b', 'b1'), add('c', 'c1')];
    expect([a1, a2, b1, c1].map(({ places }) => places)).toEqual([[], [1, 2, 3], [1], [2]]);
    a1.end();
    await turn();
    expect([a2, b1, c1].map(({ places }) => places)).toEqual([[1, 2, 3, 2], [1], [2, 1]]);
  });

  test('whoever leaves the queue lets the others move up, and never runs', async () => {
    const { queue, begun, add } = createQueue();
    const [a1, b1, c1] = [add('a', 'a1'), add('b', 'b1'), add('c', 'c1')];
    expect([queue.isWaiting(b1), queue.isRunning(a1), queue.waitingOf('b')]).toEqual([true, true, 1]);
    expect(queue.remove(b1)).toBe(true);
    expect([queue.isWaiting(b1), queue.waitingOf('b')]).toEqual([false, 0]);
    expect(c1.places).toEqual([2, 1]);
    expect(queue.remove(b1)).toBe(false);
    expect(queue.remove(a1)).toBe(false); // it runs
    a1.end();
    await turn();
    expect(begun).toEqual(['a1', 'c1']);
  });
});
