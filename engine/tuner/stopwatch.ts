import { readBuffer, USAGE } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { type Dispatch, encodeDispatches } from '../gpu/plan.ts';

/** Times launches on a device. */
export interface Stopwatch {
  /** Batches of at least so many milliseconds are told apart by a few per cent. */
  readonly batchMs: number;
  /** Milliseconds that the launches take, one after the other, so many times. */
  time(dispatches: readonly Dispatch[], tokens: number, repeats: number): Promise<number>;
  destroy(): void;
}

/** By timestamps where there are any, which browsers round to 0.1 ms; else from submitting to the end, with what waiting costs. */
export function createStopwatch(gpu: Gpu): Stopwatch {
  return gpu.timestamps ? timestampWatch(gpu) : wallWatch(gpu);
}

function encoded(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
  tokens: number,
  repeats: number,
  timestampWrites?: GPUComputePassTimestampWrites,
): GPUCommandEncoder {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass(timestampWrites === undefined ? {} : { timestampWrites });
  for (let i = 0; i < repeats; i++) encodeDispatches(pass, dispatches, tokens);
  pass.end();
  return encoder;
}

function timestampWatch({ device }: Gpu): Stopwatch {
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 });
  const buffer = device.createBuffer({ size: 16, usage: USAGE.queryResolve | USAGE.copySrc });
  return {
    batchMs: 4,
    async time(dispatches, tokens, repeats) {
      const writes = { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
      const encoder = encoded(device, dispatches, tokens, repeats, writes);
      encoder.resolveQuerySet(querySet, 0, 2, buffer, 0);
      device.queue.submit([encoder.finish()]);
      const [begin = 0n, end = 0n] = new BigUint64Array(await readBuffer(device, { buffer, offset: 0, size: 16 }));
      return end > begin ? Number(end - begin) / 1e6 : NaN; // some drivers set the clock back between passes
    },
    destroy: () => {
      querySet.destroy();
      buffer.destroy();
    },
  };
}

function wallWatch({ device }: Gpu): Stopwatch {
  return {
    batchMs: 12,
    async time(dispatches, tokens, repeats) {
      const commands = encoded(device, dispatches, tokens, repeats).finish();
      const started = performance.now();
      device.queue.submit([commands]);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - started;
    },
    destroy: () => undefined,
  };
}
