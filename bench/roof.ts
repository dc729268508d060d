import type { Ceilings } from '../engine/cost/roofline.ts';
import { readBuffer, USAGE } from '../engine/gpu/buffers.ts';
import type { Gpu } from '../engine/gpu/device.ts';
import { FMA, FMA_OPERATIONS, gpuTime, READ, READ_RUNS, TOUCH } from './gpu/ceilings.ts';

/** Long enough to be measured, short enough for a software adapter. */
const ENOUGH_MS = 15;
const READ_BYTES = { lanes: 2 ** 29, rows: 2 ** 26 } as const;

/** What this device can do at best, measured by kernels that do nothing else; in about a second. */
export async function measureRoof(gpu: Gpu): Promise<Ceilings> {
  const { device, profile } = gpu;
  const result = device.createBuffer({ size: 256, usage: USAGE.storage | USAGE.copySrc });
  const pipelineOf = async (code: string): Promise<GPUComputePipeline> =>
    device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
  const time = async (
    pipeline: GPUComputePipeline,
    buffers: GPUBuffer[],
    x: number,
    y: number,
    times: number,
    rounds = 8,
  ) => {
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const ms = await gpuTime(
      gpu,
      (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        for (let i = 0; i < times; i++) pass.dispatchWorkgroups(x, y);
      },
      rounds,
    );
    return ms / 1000;
  };

  const bytes = Math.min(READ_BYTES[profile], device.limits.maxStorageBufferBindingSize);
  const data = device.createBuffer({ size: bytes, usage: USAGE.storage });
  let bandwidth = 0;
  for (const { perThread, threads, code } of [
    ...[4, 16, 64].map((perThread) => ({ perThread, threads: 256, code: READ(bytes / 16, perThread) })),
    ...[64, 256].map((perThread) => ({ perThread, threads: 4, code: READ_RUNS(perThread) })),
  ]) {
    const groups = bytes / 16 / threads / perThread;
    const pipeline = await pipelineOf(code);
    const seconds = await time(pipeline, [data, result], Math.min(groups, 32_768), Math.ceil(groups / 32_768), 1);
    bandwidth = Math.max(bandwidth, bytes / seconds);
  }
  data.destroy();

  const fma = await pipelineOf(FMA('f32'));
  let rate = 0;
  for (let groups = 4; groups <= 2 ** 15; groups *= 4) {
    const seconds = await time(fma, [result], groups, 1, 1);
    rate = Math.max(rate, (groups * 256 * FMA_OPERATIONS) / seconds);
    if (seconds * 1000 > ENOUGH_MS) break;
  }

  // Many short rounds: on a shared machine only the luckiest says something.
  const dispatches = 50;
  const launch = (await time(await pipelineOf(TOUCH), [result], 1, 1, dispatches, 40)) / dispatches;
  const submits = 20;
  let started = performance.now();
  for (let i = 0; i < submits; i++) {
    await readBuffer(device, { buffer: result, offset: 0, size: 16 });
    if (i === 0) started = performance.now(); // the first one warms up
  }
  const submit = (performance.now() - started) / 1000 / (submits - 1);
  result.destroy();
  return { bandwidth, rate, launch, submit };
}
