import { readBuffer, USAGE } from '../engine/gpu/buffers.ts';
import type { Gpu } from '../engine/gpu/device.ts';
import { type Dispatch, encodeDispatch } from '../engine/gpu/plan.ts';

const MAX_QUERIES = 4096;

/** Each launch counts with its fastest time: on a shared machine the others measure the neighbours. */
const ROUNDS = 8;

/**
 * GPU time of each launch of a list, in milliseconds. Each has a compute pass of its own here, so the sum is a little more than the step
 * takes. Empty where the device has no timestamps.
 */
export async function timeEach(gpu: Gpu, dispatches: readonly Dispatch[], tokens: number): Promise<readonly number[]> {
  if (!gpu.timestamps || dispatches.length * 2 > MAX_QUERIES) return [];
  const { device } = gpu;
  const count = dispatches.length * 2;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const buffer = device.createBuffer({ size: count * 8, usage: USAGE.queryResolve | USAGE.copySrc });
  const best = dispatches.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    const encoder = device.createCommandEncoder();
    dispatches.forEach((dispatch, i) => {
      const pass = encoder.beginComputePass({
        timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
      });
      encodeDispatch(pass, dispatch, tokens);
      pass.end();
    });
    encoder.resolveQuerySet(querySet, 0, count, buffer, 0);
    device.queue.submit([encoder.finish()]);
    const times = new BigInt64Array(await readBuffer(device, { buffer, offset: 0, size: count * 8 }));
    dispatches.forEach((_, i) => {
      const ms = Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n)) / 1e6;
      best[i] = Math.min(best[i] ?? ms, ms);
    });
  }
  querySet.destroy();
  buffer.destroy();
  return best;
}

/** What a launch does in the model, whichever layer it is in, and by which kernel. */
export function kernelName({ name, kernel }: Dispatch): string {
  return `${name.replace(/^blk\.\d+ /, '')} (${kernel.label.split(/[ +]/)[0]})`;
}
