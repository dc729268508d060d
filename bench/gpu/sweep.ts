// Times candidate shapes of the heaviest kernels, each on more weights than a cache holds.
import type { Gpu } from '../../engine/gpu/device.ts';
import type { Kernel } from '../../engine/gpu/kernel.ts';
import {
  type BufferRegion,
  type Dispatch,
  encodeDispatch,
  type Operands,
  prepareDispatch,
  type Workgroups,
} from '../../engine/gpu/plan.ts';
import { alignUp, USAGE } from '../../engine/gpu/buffers.ts';
import {
  attention,
  type AttentionKernel,
  attentionMerge,
  type AttentionShape,
  attentionTiled,
} from '../../engine/kernels/attention.ts';
import { expertDown, expertGateUp, pagePlaces } from '../../engine/kernels/experts.ts';
import { matmul } from '../../engine/kernels/matmul.ts';
import { matvec } from '../../engine/kernels/matvec.ts';
import { packedVecs, rowUnits, VEC_BYTES } from '../../engine/kernels/packed-matrix.ts';
import { productUniform } from '../../engine/kernels/product.ts';
import { ROUTE } from '../../engine/kernels/router.ts';
import { TUNING } from '../../engine/kernels/tuning.ts';
import type { WeightTypeName } from '../../engine/kernels/weight-types.ts';
import { SILU } from '../../engine/kernels/activations.ts';
import { KernelRunner } from '../../engine/testing/kernel-runner.ts';
import { gaussian, generator } from '../../engine/testing/random.ts';
import { gpuTime } from './ceilings.ts';
import { type RowTrial, tryRows, tryTiles, type TileTrial } from './trials.ts';

export interface SweepResult {
  readonly what: string;
  readonly variant: string;
  readonly us: number;
  readonly gigabytesPerSecond?: number;
  readonly tflops?: number;
  /** From the engine's own variant, as a share of the largest number. */
  readonly difference?: number;
}

/** Fills a buffer with numbers on the GPU: bytes that are valid weights of every type, f16 factors among them. */
async function fill(gpu: Gpu, buffer: GPUBuffer): Promise<void> {
  const { device } = gpu;
  const code = `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) n: vec3<u32>) {
  for (var i = id.x; i < arrayLength(&data); i += n.x * 256u) {
    var h = i * 747796405u + 2891336453u;
    h = ((h >> ((h >> 28u) + 4u)) ^ h) * 277803737u;
    data[i] = (h & 0x0fff0fffu) | 0x10001000u;
  }
}`;
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer } }],
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(4096);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

export async function sweep(
  gpu: Gpu,
  isTrial: boolean,
  report: (result: SweepResult) => void,
  until: number,
): Promise<void> {
  const { device } = gpu;
  const runner = new KernelRunner(gpu);
  const random = generator(1);
  const pool = device.createBuffer({
    size: isTrial ? 2 ** 25 : 2 ** 29,
    usage: USAGE.storage | USAGE.copySrc | USAGE.copyDst,
  });
  await fill(gpu, pool);
  const isLate = (): boolean => performance.now() > until;

  // First all is asked for, so that compilers work in parallel; then it is timed.
  let isWarming = true;
  const prepared = async (kernel: Kernel, operands: Operands, workgroups: Workgroups): Promise<Dispatch> => {
    const compiled = gpu.kernels.compile(kernel);
    if (isWarming) {
      compiled.catch(() => undefined);
      throw new Error('warming');
    }
    return prepareDispatch(device, 'sweep', await compiled, operands, workgroups);
  };
  const time = async (dispatches: readonly Dispatch[], tokens: number): Promise<number> => {
    const ms = await gpuTime(gpu, (pass) => dispatches.forEach((one) => encodeDispatch(pass, one, tokens)), 4);
    return (ms / dispatches.length) * 1000;
  };
  const first = new Map<string, Float32Array>();
  const differenceOf = async (what: string, dispatch: Dispatch, tokens: number, y: BufferRegion, count: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encodeDispatch(pass, dispatch, tokens);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const values = await runner.floats(y, count);
    const expected = first.get(what);
    if (!expected) {
      first.set(what, values);
      return 0;
    }
    let [worst, largest] = [0, 1e-30];
    expected.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - (values[i] ?? NaN)));
      largest = Math.max(largest, Math.abs(value));
    });
    return worst / largest;
  };
  const guarded = async (what: string, variant: string, run: () => Promise<Omit<SweepResult, 'what' | 'variant'>>) => {
    if (isLate()) return;
    try {
      report({ what, variant, ...(await run()) });
    } catch (error) {
      if (isWarming) return;
      report({ what, variant: `${variant} FAILED ${String(error).slice(0, 200)}`, us: NaN });
    }
  };

  const rowTrials: readonly (RowTrial | 'own')[] = [
    'own',
    { threads: 256, rows: 1 },
    { threads: 256, rows: 2 },
    { threads: 256, rows: 4 },
    { threads: 128, rows: 1 },
    { threads: 128, rows: 2 },
    { threads: 512, rows: 1 },
    { threads: 64, rows: 1, direct: true },
    { threads: 64, rows: 2, direct: true },
    { threads: 128, rows: 1, direct: true },
  ];
  const lanes = gpu.subgroupSize ?? TUNING.lanes.productLanes;
  const rowGroups = (rows: number, trial: RowTrial | 'own', own: number): number =>
    trial === 'own' ? own : Math.ceil(rows / trial.rows / (trial.threads / lanes));
  const nameOf = (trial: RowTrial | 'own'): string =>
    trial === 'own' ? 'own' : `wg${trial.threads} rows${trial.rows}${trial.direct === true ? ' direct' : ''}`;

  const launches = isTrial ? 2 : 24;
  const routesFor = (used: number, experts: number): readonly BufferRegion[] =>
    Array.from({ length: launches }, (_, i) => {
      const bytes = new Uint8Array(used * ROUTE.bytes);
      const view = new DataView(bytes.buffer);
      for (let j = 0; j < used; j++) {
        view.setUint32(j * ROUTE.bytes + 4, (i * used + j) % experts, true);
        view.setFloat32(j * ROUTE.bytes + 8, 1 / used, true);
      }
      return runner.buffer(new Uint32Array(bytes.buffer));
    });

  const matvecs = async (type: WeightTypeName, rows: number, columns: number, trials: typeof rowTrials) => {
    const vecs = packedVecs(type, rows * rowUnits(columns));
    const size = alignUp(vecs * VEC_BYTES, 256);
    const copies = Math.max(1, Math.min(launches, Math.floor(pool.size / size)));
    const x = runner.buffer(gaussian(random, columns));
    const y = runner.empty(rows);
    const shape = { rows, rowUnits: rowUnits(columns), wRows: rows, xToken: columns, yToken: rows, scale: 1 };
    const product = runner.uniform(productUniform({ ...shape, epilogue: 'store' }));
    for (const trial of trials) {
      const what = `matvec ${type} ${rows}x${columns}`;
      await guarded(what, nameOf(trial), async () => {
        const own = matvec(gpu, type, { rows, units: rowUnits(columns) });
        const kernel = trial === 'own' ? own.kernel : tryRows(own.kernel, trial);
        const groups = rowGroups(rows, trial, own.groups);
        const dispatches = await Promise.all(
          Array.from({ length: launches }, async (_, i) => {
            const weights = { buffer: pool, offset: (i % copies) * size, size: vecs * VEC_BYTES };
            return prepared(kernel, { x, y, product, weights }, [groups, 1, 1]);
          }),
        );
        const difference = await differenceOf(what, dispatches[0] as Dispatch, 1, y, rows);
        const us = await time(dispatches, 1);
        return { us, gigabytesPerSecond: (vecs * VEC_BYTES) / us / 1e3, difference };
      });
    }
  };

  const experts = async (
    type: WeightTypeName,
    { width, hidden, used }: { readonly width: number; readonly hidden: number; readonly used: number },
    trials: typeof rowTrials,
  ) => {
    const matrix = { type, hasBias: false, hasFactor: false };
    const layout = { gate: matrix, up: matrix, down: matrix, width, hidden };
    const pageVecs = pagePlaces(layout).end;
    const slots = Math.floor(pool.size / VEC_BYTES / pageVecs);
    const poolShape = { pools: 1 as const, slotsPerPool: slots, pageVecs };
    const pool0 = { buffer: pool, offset: 0, size: slots * pageVecs * VEC_BYTES };
    const routes = routesFor(used, slots);
    const x = runner.buffer(gaussian(random, width));
    const h = runner.empty(used * hidden);
    const hIn = runner.buffer(gaussian(random, used * hidden));
    const y = runner.empty(width);
    for (const trial of trials) {
      const gateWhat = `gate_up ${type} ${used}x${hidden}x${width}`;
      await guarded(gateWhat, nameOf(trial), async () => {
        const own = expertGateUp(gpu, 'both', layout, poolShape, SILU);
        const kernel = trial === 'own' ? own.kernel : tryRows(own.kernel, trial);
        const groups = rowGroups(hidden, trial, own.groups);
        const dispatches = await Promise.all(
          routes.map(async (one) => prepared(kernel, { x, h, routes: one, pool0 }, [groups, used, 1])),
        );
        const difference = await differenceOf(gateWhat, dispatches[0] as Dispatch, 1, h, used * hidden);
        const us = await time(dispatches, 1);
        const bytes = 2 * used * packedVecs(type, hidden * rowUnits(width)) * VEC_BYTES;
        return { us, gigabytesPerSecond: bytes / us / 1e3, difference };
      });
    }
    for (const trial of trials) {
      if (trial !== 'own' && trial.direct === true) continue; // it always is
      const downWhat = `down ${type} ${used}x${width}x${hidden}`;
      await guarded(downWhat, nameOf(trial), async () => {
        const own = expertDown(gpu, layout, poolShape, { used, scale: 1 });
        const kernel = trial === 'own' ? own.kernel : tryRows(own.kernel, trial);
        const groups = rowGroups(width, trial, own.groups);
        const dispatches = await Promise.all(
          routes.map(async (one) => prepared(kernel, { x: hIn, y, routes: one, pool0 }, [groups, 1, 1])),
        );
        const us = await time(dispatches, 1);
        const bytes = used * packedVecs(type, width * rowUnits(hidden)) * VEC_BYTES;
        return { us, gigabytesPerSecond: bytes / us / 1e3 };
      });
    }
  };

  const tiles = async (type: WeightTypeName, rows: number, columns: number, tokens: number) => {
    const trials: readonly (TileTrial | 'own')[] = [
      'own',
      { grid: 8, rows: 8, tokens: 8, units: 1 },
      { grid: 8, rows: 8, tokens: 4, units: 1 },
      { grid: 8, rows: 8, tokens: 4, units: 2 },
      { grid: 8, rows: 4, tokens: 4, units: 2 },
      { grid: 16, rows: 8, tokens: 4, units: 1 },
      { grid: 16, rows: 8, tokens: 8, units: 1 },
      { grid: 16, rows: 4, tokens: 2, units: 1 },
    ];
    const vecs = packedVecs(type, rows * rowUnits(columns));
    const x = runner.buffer(gaussian(random, columns * tokens));
    const y = runner.empty(rows * tokens);
    const step = runner.step(tokens);
    const shape = { rows, rowUnits: rowUnits(columns), wRows: rows, xToken: columns, yToken: rows, scale: 1 };
    const product = runner.uniform(productUniform({ ...shape, epilogue: 'store' }));
    for (const f16 of gpu.f16 ? [true, false] : [false])
      for (const trial of trials) {
        const what = `matmul ${type} ${rows}x${columns}x${tokens}`;
        const name = trial === 'own' ? 'own' : `blocked ${trial.grid} ${trial.rows}x${trial.tokens}x${trial.units}`;
        await guarded(what, `${name} ${f16 ? 'f16' : 'f32'}`, async () => {
          const own = matmul({ ...gpu, f16 }, type, rows);
          const kernel = trial === 'own' ? own.kernel : tryTiles(own.kernel, trial);
          const groups = trial === 'own' ? own.groups : Math.ceil(rows / trial.grid / trial.rows);
          const tileTokens = trial === 'own' ? own.tileTokens : trial.grid * trial.tokens;
          const weights = { buffer: pool, offset: 0, size: vecs * VEC_BYTES };
          const dispatch = await prepared(kernel, { x, y, product, weights, step }, [
            groups,
            Math.ceil(tokens / tileTokens),
            1,
          ]);
          const difference = await differenceOf(what, dispatch, tokens, y, rows * tokens);
          const us = await time(
            Array.from({ length: isTrial ? 1 : 4 }, () => dispatch),
            tokens,
          );
          return { us, tflops: (2 * rows * columns * tokens) / us / 1e6, difference };
        });
      }
  };

  const attentions = async (heads: number, kvHeads: number, dim: number, position: number, tokens: number) => {
    const q = runner.buffer(gaussian(random, tokens * heads * dim));
    const out = runner.empty(tokens * heads * dim);
    const step = runner.step(tokens, position);
    const rows = position + tokens;
    for (const format of isTrial ? (['f32', 'f16'] as const) : (['f16', 'f32'] as const)) {
      const size = rows * kvHeads * dim * (format === 'f16' ? 2 : 4);
      const isSane = isTrial && format === 'f32';
      const keys = isSane ? runner.buffer(gaussian(random, size / 4)) : { buffer: pool, offset: 0, size };
      const values = isSane
        ? runner.buffer(gaussian(random, size / 4))
        : { buffer: pool, offset: alignUp(size, 256), size };
      const what = `attention ${heads}/${kvHeads}x${dim} ${format} ${tokens} at ${position}`;
      const shapeOf = (splits: number): AttentionShape => ({
        ...{ heads, kvHeads, keyDim: dim, valueDim: dim, keyRow: kvHeads * dim, valueRow: kvHeads * dim },
        ...{ scale: 0.1, splits },
      });
      const timeOf = async ({ kernel, workgroups }: AttentionKernel, splits: number) => {
        const sums = splits === 1 ? out : runner.empty(heads * splits * dim);
        const partials = runner.empty(heads * splits * 2);
        const both = [await prepared(kernel, { step, q, keys, values, out: sums, partials }, workgroups(tokens))];
        if (splits > 1) {
          const merge = attentionMerge(gpu, shapeOf(splits));
          both.push(await prepared(merge.kernel, { sums, partials, out }, [merge.groups, tokens, 1]));
        }
        for (const one of both.slice(0, -1)) await differenceOf('', one, tokens, out, 4);
        const difference = await differenceOf(what, both.at(-1) as Dispatch, tokens, out, tokens * heads * dim);
        const repeats = tokens === 1 && !isTrial ? 16 : 1;
        const us = (await time(Array.from({ length: repeats }, () => both).flat(), tokens)) * both.length;
        return { us, tflops: (4 * heads * dim * tokens * (position + tokens / 2)) / us / 1e6, difference };
      };
      const own = TUNING.lanes;
      for (const threads of isTrial ? [32] : tokens === 1 ? [32, 64, 128] : [64])
        for (const splits of tokens === 1 ? (isTrial ? [1, 4] : new Set([1, own.decodeSplits, 64])) : [1]) {
          // Of f32 in decode only what the engine itself does.
          const isOwn = threads === own.attentionThreads && splits === own.decodeSplits;
          if (!isTrial && format === 'f32' && tokens === 1 && !isOwn) continue;
          await guarded(what, `wg${threads} splits${splits}`, async () => {
            const { attentionThreads } = own;
            Object.assign(own, { attentionThreads: threads });
            const kernel = attention(gpu, format, shapeOf(splits));
            Object.assign(own, { attentionThreads });
            const timed = await timeOf(kernel, splits);
            return { ...timed, gigabytesPerSecond: (2 * size) / timed.us / 1e3 };
          });
        }
      if (format === 'f32' && !isTrial) continue;
      for (const f16 of gpu.f16 ? [true, false] : [false])
        for (const [threads, queries, tileKeys, columnThreads, splits] of tokens === 1
          ? ([
              [64, 8, 16, 32, 32],
              [64, 8, 16, 32, 64],
              [64, 8, 32, 32, 32],
              [64, 8, 8, 32, 32],
              [128, 16, 16, 32, 32],
              [128, 16, 16, 32, 64],
              [32, 4, 16, 32, 32],
              [32, 4, 32, 16, 32],
              [64, 8, 16, 16, 32],
            ] as const)
          : ([
              [256, 32, 32, 32, 1],
              [256, 32, 32, 16, 1],
              [256, 32, 64, 32, 1],
              [256, 64, 32, 32, 1],
              [128, 32, 16, 32, 1],
              [64, 8, 16, 32, 1],
              [64, 8, 8, 32, 1],
            ] as const))
          await guarded(
            what,
            `tiled wg${threads} queries${queries} keys${tileKeys} columns${columnThreads} splits${splits} ${f16 ? 'f16' : 'f32'}`,
            () =>
              timeOf(
                attentionTiled(format, shapeOf(splits), { threads, queries, keys: tileKeys, columnThreads, f16 }),
                splits,
              ),
          );
    }
  };

  for (const warming of [true, false]) {
    isWarming = warming;
    await all();
  }

  async function all(): Promise<void> {
    if (isTrial) {
      await attentions(4, 2, 64, 100, 1);
      await attentions(4, 2, 64, 10, 24);
      await matvecs('Q4_0', 256, 512, rowTrials);
      await experts('Q4_0', { width: 512, hidden: 256, used: 2 }, rowTrials);
      await tiles('Q4_0', 192, 1056, 80);
      return;
    }
    await attentions(32, 4, 128, 4000, 1);
    await experts('Q4_K', { width: 2048, hidden: 768, used: 8 }, rowTrials);
    await matvecs('F32', 128, 2048, rowTrials);
    await matvecs('Q4_K', 5120, 2048, rowTrials.slice(0, 7));
    await tiles('Q4_K', 4096, 2048, 512);
    await attentions(32, 4, 128, 1792, 256);
    await attentions(32, 8, 64, 128, 1);
    await attentions(16, 1, 576, 4000, 1);
    await attentions(16, 1, 576, 1792, 256);
    await experts('Q4_0', { width: 2048, hidden: 1792, used: 4 }, rowTrials);
    await matvecs('Q4_0', 2048, 2048, rowTrials);
    await matvecs('Q6_K', 65_536, 2048, rowTrials.slice(0, 7));
    await tiles('Q8_0', 2048, 2048, 512);
    await matvecs('Q8_0', 2048, 7168, rowTrials);
    await experts('MXFP4', { width: 2880, hidden: 2880, used: 4 }, rowTrials.slice(0, 7));
    await tiles('Q4_0', 1792, 2048, 32);
  }
}
