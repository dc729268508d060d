import type { SpeedProbe } from '../api.ts';
import { BufferArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { type Dispatch, encodeDispatches, prepareDispatch } from '../gpu/plan.ts';
import { matvec } from '../kernels/matvec.ts';
import { packedVecs, rowUnits, VEC_BYTES } from '../kernels/packed-matrix.ts';
import { productUniform } from '../kernels/product.ts';
import { addCosts, bytesOf, launchOf, stepCosts } from './step-cost.ts';

/** Products as models have them, in the type that most files have; together more than the largest caches of GPUs hold. */
const PRODUCT = { type: 'Q4_K', rows: 4096, columns: 2048 } as const;
const PRODUCTS = { lanes: 24, rows: 6 } as const;

/** Long enough for clocks that browsers make coarse, short enough that nobody waits. */
const ENOUGH_MS = 40;
const MOST_REPEATS = 256;
const ROUNDS = 4;

/**
 * Multiplies matrices that are in no cache with a vector, as decoding does: how long it takes this device, and what it costs. It takes
 * some tenths of a second and 120 MB of GPU memory, which is given back. Whatever else runs meanwhile makes it slower.
 * @returns null where there is no room for it
 */
export async function probeSpeed(gpu: Gpu): Promise<SpeedProbe | null> {
  const { device, profile } = gpu;
  const arena = new BufferArena(device);
  device.pushErrorScope('out-of-memory');
  let dispatches: readonly Dispatch[] = [];
  let hasRoom = false;
  try {
    dispatches = await products(gpu, arena);
    hasRoom = true;
  } catch {
    // The device's limits are too low.
  } finally {
    hasRoom = (await device.popErrorScope()) === null && hasRoom;
  }
  try {
    if (!hasRoom) return null;
    const time = async (repeats: number): Promise<number> => {
      const started = performance.now();
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let i = 0; i < repeats; i++) encodeDispatches(pass, dispatches, 1);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - started;
    };
    await time(1); // clears the memory, too
    const submit = await time(0);
    let repeats = 1;
    while (repeats < MOST_REPEATS && (await time(repeats)) < ENOUGH_MS) repeats *= 2;
    let best = Infinity;
    for (let round = 0; round < (profile === 'rows' ? 2 : ROUNDS); round++) best = Math.min(best, await time(repeats));
    const total = addCosts(stepCosts(dispatches.map(launchOf), { tokens: 1, position: 0 }));
    return {
      cost: { bytes: bytesOf(total), operations: total.operations, launches: dispatches.length },
      ms: Math.max(best - submit, best / 2) / repeats,
    };
  } finally {
    arena.destroy();
  }
}

async function products(gpu: Gpu, arena: BufferArena): Promise<readonly Dispatch[]> {
  const { type, rows, columns } = PRODUCT;
  const units = rowUnits(columns);
  const { kernel, groups } = matvec(gpu, type, { rows, units });
  const compiled = await gpu.kernels.compile(kernel);
  const data = productUniform({
    ...{ rows, rowUnits: units, wRows: rows, xToken: columns, yToken: rows, epilogue: 'store', scale: 1 },
  });
  const product = { ...arena.uniform('probe', data.byteLength), data };
  gpu.device.queue.writeBuffer(product.buffer, 0, data);
  const x = arena.storage('probe', columns * 4);
  const y = arena.storage('probe', rows * 4);
  return Array.from({ length: PRODUCTS[gpu.profile] }, () => {
    const weights = arena.storage('probe', packedVecs(type, rows * units) * VEC_BYTES);
    return prepareDispatch(gpu.device, 'probe', compiled, { x, y, product, weights }, [groups, 1, 1]);
  });
}
