// Rules against counts by hand, in the shapes of published models.
import { expect, test } from 'vitest';
import type { BufferRegion, Operands } from '../gpu/plan.ts';
import { SILU } from '../kernels/activations.ts';
import { attention, attentionTiled, type AttentionShape } from '../kernels/attention.ts';
import { deltaNet } from '../kernels/delta-net.ts';
import { expertMatmul, sortRoutes } from '../kernels/experts.ts';
import { matvec } from '../kernels/matvec.ts';
import { productUniform } from '../kernels/product.ts';
import { selectiveScan } from '../kernels/selective-scan.ts';
import type { KernelTarget } from '../kernels/target.ts';
import type { Kernel } from '../gpu/kernel.ts';
import type { Cost, Launch, StepPlace } from './launch-facts.ts';
import { launchTime, stepTime } from './roofline.ts';
import { addCosts, bytesOf, stepCosts } from './step-cost.ts';

const GPU: KernelTarget = { profile: 'lanes', f16: false, subgroups: true, subgroupSize: 32 };

function region(data?: ArrayBuffer): BufferRegion {
  return { buffer: {} as GPUBuffer, offset: 0, size: 16, ...(data && { data }) };
}

function launchOf(kernel: Kernel, operands: Operands, workgroups: Launch['workgroups'] = [1, 1, 1]): Launch {
  return { name: 'test', kernel, operands, workgroups };
}

function costOf(launch: Launch, place: StepPlace): Cost {
  return addCosts(stepCosts([launch], place));
}

/** Qwen3-30B-A3B's attention. */
const GROUPED: AttentionShape = {
  ...{ heads: 32, kvHeads: 4, keyDim: 128, valueDim: 128, keyRow: 512, valueRow: 512, scale: 0.09, splits: 1 },
};

test('attention of one token reads all rows of the cache once, and of a prefill each pair is computed', () => {
  const caches = { keys: region(), values: region() };
  const one = costOf(launchOf(attention(GPU, 'f16', GROUPED).kernel, caches), { tokens: 1, position: 999 });
  expect(one.read).toBe(1000 * (512 + 512) * 2 + 32 * 128 * 4);
  expect(one.written).toBe(32 * 128 * 4);
  expect(one.operations).toBe(1000 * 32 * (4 * 128 + 4));

  const tile = { threads: 256, queries: 32, keys: 32, columnThreads: 32, f16: false };
  const many = costOf(launchOf(attentionTiled('f32', GROUPED, tile).kernel, caches), { tokens: 3, position: 10 });
  expect(many.read).toBe(13 * 1024 * 4 + 3 * 32 * 128 * 4);
  expect(many.operations).toBe((11 + 12 + 13) * 32 * (4 * 128 + 4));
});

test('a window bounds what attention reads, splits write what is merged', () => {
  const caches = { keys: region(), values: region() };
  const windowed = attention(GPU, 'f32', { ...GROUPED, window: 128, ringRows: 384 }).kernel;
  const far = costOf(launchOf(windowed, caches), { tokens: 1, position: 5000 });
  expect(far.read).toBe(128 * 1024 * 4 + 32 * 128 * 4);
  expect(far.operations).toBe(128 * 32 * (4 * 128 + 4));
  const split = attention(GPU, 'f32', { ...GROUPED, splits: 8 }).kernel;
  expect(costOf(launchOf(split, caches), { tokens: 1, position: 0 }).written).toBe(32 * 8 * (128 + 2) * 4);
});

test("latent attention reads the latent once: its values are its keys' first part", () => {
  const shape: AttentionShape = {
    ...{ heads: 16, kvHeads: 1, keyDim: 576, valueDim: 512, keyRow: 576, valueRow: 576, scale: 0.07, splits: 1 },
  };
  const cache = region();
  const kernel = attention(GPU, 'f32', shape).kernel;
  const { read } = costOf(launchOf(kernel, { keys: cache, values: cache }), { tokens: 1, position: 99 });
  expect(read).toBe(100 * 576 * 4 + 16 * 576 * 4);
});

const matrix = { rows: 4096, rowUnits: 64, wRows: 4096, xToken: 2048, yToken: 4096, scale: 1 };

test('a product reads its matrix in the bytes of its type, and what it adds to', () => {
  const { kernel } = matvec(GPU, 'Q4_0', { rows: 4096, units: 64 });
  const of = (epilogue: 'store' | 'add'): Cost =>
    costOf(launchOf(kernel, { product: region(productUniform({ ...matrix, epilogue })) }), { tokens: 1, position: 0 });
  const bytes = (4096 * 2048 * 18) / 32; // 18 bytes for 32 weights, as in the file
  expect(of('store')).toEqual({ weights: bytes, read: 2048 * 4, written: 4096 * 4, operations: 2 * 4096 * 2048 });
  expect(of('add').read).toBe(2048 * 4 + 4096 * 4);
});

test('in a prefill only the experts that somebody chose are read', () => {
  const part = { type: 'Q8_0' as const, hasBias: false, hasFactor: false };
  const layout = { gate: part, up: part, down: part, width: 2048, hidden: 768 };
  const pool = { pools: 1 as const, slotsPerPool: 128, pageVecs: 1 };
  const { kernel, product } = expertMatmul(GPU, 'down', layout, pool, 8, SILU);
  const down: Launch = {
    ...launchOf(kernel, { product: region(productUniform(product)) }),
    workgroups: { indirect: {} as GPUBuffer, offset: 0 },
  };
  const sort = launchOf(sortRoutes(GPU, { experts: 128, used: 8, upGroups: 1, downGroups: 1 }), {});
  const weightsOf = (tokens: number): number => addCosts(stepCosts([sort, down], { tokens, position: 0 })).weights;
  const expert = (2048 * 768 * 34) / 32;
  expect(weightsOf(1)).toBeCloseTo(8 * expert, 0);
  // Two tokens share 8 · 8 / 128 of an expert on the average.
  expect(weightsOf(2)).toBeCloseTo((16 - 0.5) * expert, 0);
  expect(weightsOf(10_000)).toBeCloseTo(128 * expert, 0);
});

test('recurrences read and write their state once, whatever the tokens', () => {
  const delta = deltaNet(GPU, {
    ...{ heads: 32, keyHeads: 16, order: 'dealt' as const, keyDim: 128, valueDim: 128, xToken: 8192 },
    ...{ decay: { kind: 'head' as const }, beta: { token: 64, start: 0 }, gate: { token: 64, start: 32 } },
    ...{ epsilon: 1e-6, scale: 0.09 },
  });
  const state = 32 * 128 * 128;
  const row = 16 * 128 * 2 + 32 * 128 + 64;
  for (const tokens of [1, 5]) {
    const found = costOf(launchOf(delta.kernel, {}), { tokens, position: 7 });
    expect(found.read).toBe((state + tokens * row) * 4);
    expect(found.written).toBe((state + tokens * 32 * 128) * 4);
    expect(found.operations).toBe(7 * tokens * state);
  }
  const scan = selectiveScan(GPU, { heads: 48, groups: 1, headDim: 64, stateSize: 128 });
  const found = costOf(launchOf(scan.kernel, {}), { tokens: 1, position: 1 });
  expect(found.read).toBe((48 * 64 * 128 + 2 * 48 * 64 + 2 * 128 + 48) * 4);
});

test('time is the larger of reading and computing, and the launch besides', () => {
  const ceilings = { bandwidth: 100e9, rate: 1e12, launch: 2e-6, submit: 10e-6 };
  const reading: Cost = { weights: 90e3, read: 9e3, written: 1e3, operations: 1e3 };
  const computing: Cost = { ...reading, operations: 5e6 };
  expect(bytesOf(reading)).toBe(100e3);
  expect(launchTime(reading, ceilings)).toBeCloseTo(1e-6 + 2e-6, 12);
  expect(launchTime(computing, ceilings)).toBeCloseTo(5e-6 + 2e-6, 12);
  expect(stepTime([reading, computing], ceilings)).toBeCloseTo(20e-6, 12);
});
