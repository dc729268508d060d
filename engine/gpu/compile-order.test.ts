import { expect, test } from 'vitest';
import { compileInOrder, firstNeeds } from './compile-order.ts';
import { type CompiledKernel, type Kernel, type KernelCache, kernelLabel } from './kernel.ts';

const kernel = (name: string): Kernel => ({ fragments: [{ name, code: '' }], overrides: {} });

/** A compiler that ends what it is told to. */
function compiler() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const cache = {
    compile: (one: Kernel) => {
      begun.push(kernelLabel(one));
      return new Promise<CompiledKernel>((resolve, reject) => {
        ends.set(kernelLabel(one), (error) => (error ? reject(error) : resolve({} as CompiledKernel)));
      });
    },
  } as unknown as KernelCache;
  const end = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)?.(error);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { begun, cache, end };
}

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([promise.then(() => 'ready', String), new Promise((resolve) => setTimeout(() => resolve('waiting')))]);

test('a kernel of several stages belongs to the first', () => {
  const stages = firstNeeds([[kernel('a'), kernel('a')], [kernel('b'), kernel('a')], []]);
  expect(stages.map((stage) => stage.map(kernelLabel))).toEqual([['a'], ['b'], []]);
});

test('a few at a time, in order; a stage is ready with those before it', async () => {
  const { begun, cache, end } = compiler();
  const told: number[] = [];
  const stages = [[kernel('a'), kernel('b')], [], [kernel('c'), kernel('d')]];
  const ready = compileInOrder(cache, stages, {
    signal: new AbortController().signal,
    atATime: 2,
    onCompiled: (done) => told.push(done),
  });
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('c');
  await end('d');
  expect(await Promise.all(ready.map(outcome))).toEqual(['waiting', 'waiting', 'waiting']);
  await end('a');
  expect(await Promise.all(ready.map(outcome))).toEqual(['ready', 'ready', 'ready']);
  expect(told).toEqual([1, 2, 3, 4]);
});

test('what fails fails its stage and those behind it, and nothing more is begun', async () => {
  const { begun, cache, end } = compiler();
  const ready = compileInOrder(cache, [[kernel('a')], [kernel('b')], [kernel('c')]], {
    signal: new AbortController().signal,
    atATime: 1,
  });
  await end('a');
  await end('b', new Error('no such instruction'));
  expect(await Promise.all(ready.map(outcome))).toEqual([
    'ready',
    'Error: no such instruction',
    'Error: no such instruction',
  ]);
  expect(begun).toEqual(['a', 'b']);
});

test('what is stopped begins nothing more', async () => {
  const { begun, cache, end } = compiler();
  const controller = new AbortController();
  const [stage] = compileInOrder(cache, [[kernel('a'), kernel('b')]], { signal: controller.signal, atATime: 1 });
  controller.abort(new Error('stopped'));
  expect(await outcome(stage as Promise<void>)).toBe('Error: stopped');
  await end('a');
  expect(begun).toEqual(['a']);
});
