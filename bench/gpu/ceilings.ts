// What a device can do at best: streamed reads, multiplications, launches, submits.
import type { Gpu } from '../../engine/gpu/device.ts';
import { readBuffer, USAGE } from '../../engine/gpu/buffers.ts';

type Ceilings = Record<string, number>;

export const READ = (vecs: number, perThread: number): string => `
@group(0) @binding(0) var<storage, read> data: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  var sum = vec4<u32>();
  let start = (group.x + group.y * 32768u) * ${256 * perThread}u + thread;
  for (var i = 0u; i < ${perThread}u; i++) {
    sum ^= data[(start + i * 256u) % ${vecs}u];
  }
  if ((sum.x ^ sum.y ^ sum.z ^ sum.w) == 0x12345679u) { result[0] = 1u; }
}`;

/** The same where each thread reads a run of its own, eight vec4s at a time: what software adapters like best. */
export const READ_RUNS = (perThread: number): string => `
@group(0) @binding(0) var<storage, read> data: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  var sum = vec4<u32>();
  let start = ((group.x + group.y * 32768u) * 4u + thread) * ${perThread}u;
  for (var i = 0u; i < ${perThread}u; i += 8u) {
    ${Array.from({ length: 8 }, (_, i) => `sum ^= data[start + i + ${i}u];`).join('\n')}
  }
  if ((sum.x ^ sum.y ^ sum.z ^ sum.w) == 0x12345679u) { result[0] = 1u; }
}`;

export const FMA = (scalar: string): string => `${scalar === 'f16' ? 'enable f16;' : ''}
@group(0) @binding(0) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let m = vec4<${scalar}>(${scalar}(f32(id.x & 7u) * 0.01 + 0.9));
  ${Array.from({ length: 8 }, (_, i) => `var a${i} = vec4<${scalar}>(${scalar}(${i}.5));`).join('\n')}
  for (var i = 0u; i < 256u; i++) {
    ${Array.from({ length: 8 }, (_, i) => `a${i} = fma(a${i}, m, m);`).join('\n')}
  }
  let s = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7;
  if (s.x + s.y + s.z + s.w == ${scalar}(1.2345)) { result[0] = 1u; }
}`;

/** Operations of a thread of {@link FMA}. */
export const FMA_OPERATIONS = 256 * 8 * 4 * 2;

const DOT4 = `
@group(0) @binding(0) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  ${Array.from({ length: 8 }, (_, i) => `var a${i} = i32(id.x) + ${i};`).join('\n')}
  for (var i = 0u; i < 1024u; i++) {
    ${Array.from({ length: 8 }, (_, i) => `a${i} += dot4I8Packed(u32(a${i}), 0x01020304u + i);`).join('\n')}
  }
  if ((a0 ^ a1 ^ a2 ^ a3 ^ a4 ^ a5 ^ a6 ^ a7) == 0x12345679) { result[0] = 1u; }
}`;

const NOTHING = `@compute @workgroup_size(32) fn main() {}`;
export const TOUCH = `@group(0) @binding(0) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(32) fn main(@builtin(local_invocation_index) i: u32) { result[i] += 1u; }`;

/** Milliseconds of GPU time of `record`, the best of some. */
export async function gpuTime(gpu: Gpu, record: (pass: GPUComputePassEncoder) => void, rounds = 5): Promise<number> {
  const { device } = gpu;
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 });
  const buffer = device.createBuffer({ size: 16, usage: USAGE.queryResolve | USAGE.copySrc });
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass({
      timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
    record(pass);
    pass.end();
    encoder.resolveQuerySet(querySet, 0, 2, buffer, 0);
    device.queue.submit([encoder.finish()]);
    const [from = 0n, to = 0n] = new BigInt64Array(await readBuffer(device, { buffer, offset: 0, size: 16 }));
    best = Math.min(best, Number(to - from) / 1e6);
  }
  querySet.destroy();
  buffer.destroy();
  return best;
}

export async function measureCeilings(gpu: Gpu, isTrial: boolean): Promise<Ceilings> {
  const { device } = gpu;
  const found: Ceilings = {};
  const result = device.createBuffer({ size: 256, usage: USAGE.storage | USAGE.copySrc });
  const pipelineOf = async (code: string): Promise<GPUComputePipeline> =>
    device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
  const bound = (pipeline: GPUComputePipeline, ...buffers: GPUBuffer[]): GPUBindGroup =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  const attempt = async (name: string, measure: () => Promise<number>): Promise<void> => {
    try {
      found[name] = await measure();
    } catch (error) {
      console.error(name, String(error));
      found[name] = NaN;
    }
  };

  for (const [name, bytes, rounds] of [
    ['readLargeGBps', isTrial ? 2 ** 24 : 2 ** 30, 1],
    ['read32MBGBps', isTrial ? 2 ** 24 : 2 ** 25, isTrial ? 1 : 32],
    ['read4MBGBps', 2 ** 22, isTrial ? 1 : 256],
  ] as const)
    for (const perThread of [4, 16])
      await attempt(`${name} ${perThread}`, async () => {
        const vecs = bytes / 16;
        const pipeline = await pipelineOf(READ(vecs, perThread));
        const data = device.createBuffer({ size: bytes, usage: USAGE.storage });
        const group = bound(pipeline, data, result);
        const groups = vecs / 256 / perThread;
        const ms = await gpuTime(gpu, (pass) => {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          for (let i = 0; i < rounds; i++) pass.dispatchWorkgroups(Math.min(groups, 32768), Math.ceil(groups / 32768));
        });
        data.destroy();
        return (bytes * rounds) / ms / 1e6;
      });

  const groups = isTrial ? 64 : 132 * 64;
  for (const [name, code, operations] of [
    ['fmaF32Tflops', FMA('f32'), FMA_OPERATIONS],
    ...(gpu.f16 ? ([['fmaF16Tflops', FMA('f16'), FMA_OPERATIONS]] as const) : []),
    ['dot4Tops', DOT4, 1024 * 8 * 4 * 2],
  ] as const)
    await attempt(name, async () => {
      const pipeline = await pipelineOf(code);
      const group = bound(pipeline, result);
      const ms = await gpuTime(gpu, (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(groups);
      });
      return (operations * groups * 256) / ms / 1e9;
    });

  const count = isTrial ? 50 : 2000;
  const wall = async (record: (pass: GPUComputePassEncoder) => void): Promise<number> => {
    let best = Infinity;
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      best = Math.min(best, performance.now() - started);
    }
    return best;
  };
  const nothing = await pipelineOf(NOTHING);
  const touch = await pipelineOf(TOUCH);
  const touched = bound(touch, result);
  const empty = (pass: GPUComputePassEncoder): void => {
    pass.setPipeline(nothing);
    for (let i = 0; i < count; i++) pass.dispatchWorkgroups(1);
  };
  const dependent = (pass: GPUComputePassEncoder): void => {
    pass.setPipeline(touch);
    pass.setBindGroup(0, touched);
    for (let i = 0; i < count; i++) pass.dispatchWorkgroups(1);
  };
  const rebound = (pass: GPUComputePassEncoder): void => {
    for (let i = 0; i < count; i++) {
      pass.setPipeline(i % 2 ? touch : nothing);
      pass.setBindGroup(0, touched);
      pass.dispatchWorkgroups(1);
    }
  };
  await attempt('emptyDispatchUs', async () => ((await gpuTime(gpu, empty)) / count) * 1000);
  await attempt('dependentDispatchUs', async () => ((await gpuTime(gpu, dependent)) / count) * 1000);
  await attempt('emptyDispatchWallUs', async () => ((await wall(empty)) / count) * 1000);
  await attempt('dependentDispatchWallUs', async () => ((await wall(dependent)) / count) * 1000);
  await attempt('reboundDispatchWallUs', async () => ((await wall(rebound)) / count) * 1000);
  await attempt('encodeUs', async () => {
    const started = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    dependent(pass);
    pass.end();
    const commands = encoder.finish();
    const encoded = performance.now();
    device.queue.submit([commands]);
    found['submitOfManyMs'] = performance.now() - encoded;
    await device.queue.onSubmittedWorkDone();
    return ((encoded - started) / count) * 1000;
  });
  const submitEmpty = (): void => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(nothing);
    pass.dispatchWorkgroups(1);
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  await attempt('submitAndWaitUs', async () => {
    const started = performance.now();
    for (let i = 0; i < 50; i++) {
      submitEmpty();
      await device.queue.onSubmittedWorkDone();
    }
    return ((performance.now() - started) / 50) * 1000;
  });
  await attempt('submitAheadUs', async () => {
    const started = performance.now();
    for (let i = 0; i < 200; i++) submitEmpty();
    await device.queue.onSubmittedWorkDone();
    return ((performance.now() - started) / 200) * 1000;
  });
  await attempt('readBackUs', async () => {
    const started = performance.now();
    for (let i = 0; i < 50; i++) await readBuffer(device, { buffer: result, offset: 0, size: 16 });
    return ((performance.now() - started) / 50) * 1000;
  });
  await attempt('uploadGBps', async () => {
    const bytes = isTrial ? 2 ** 22 : 2 ** 28;
    const to = device.createBuffer({ size: bytes, usage: USAGE.storage | USAGE.copyDst });
    const data = new Uint8Array(2 ** 22);
    const started = performance.now();
    for (let at = 0; at < bytes; at += data.length) device.queue.writeBuffer(to, at, data);
    await device.queue.onSubmittedWorkDone();
    const ms = performance.now() - started;
    to.destroy();
    return bytes / ms / 1e6;
  });
  return found;
}
