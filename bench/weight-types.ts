// `npm run bench:types -- [--size N] [--tokens N] [--profile rows|lanes] [TYPE …]`: how many weights per second a product reads in each
// weight type: for one token as in decode, and for many as in prefill. Random blocks. The last line is JSON.
import { create, globals } from 'webgpu';
import { parseArgs } from 'node:util';
import { openGpu } from '../engine/gpu/device.ts';
import type { Kernel } from '../engine/gpu/kernel.ts';
import { encodeDispatch, type Operands, prepareDispatch, type Workgroups } from '../engine/gpu/plan.ts';
import { matmul } from '../engine/kernels/matmul.ts';
import { matvec } from '../engine/kernels/matvec.ts';
import { rowUnits, UNIT } from '../engine/kernels/packed-matrix.ts';
import { productUniform } from '../engine/kernels/product.ts';
import { WEIGHT_TYPE_NAMES, type WeightTypeName } from '../engine/kernels/weight-types.ts';
import { KernelRunner } from '../engine/testing/kernel-runner.ts';
import { gaussian, generator } from '../engine/testing/random.ts';
import { randomMatrix } from '../engine/testing/random-weights.ts';

Object.assign(globalThis, globals);
const dawn = create([]); // Dawn crashes when this object is collected while a device lives

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '1024' },
    tokens: { type: 'string', default: '64' },
    profile: { type: 'string' },
  },
});
const size = Number(values.size);
const tokens = Number(values.tokens);
/** The best of so many: other programs only ever make it slower. */
const ROUNDS = 5;

const { profile } = values;
const gpu = await openGpu(dawn, profile === 'rows' || profile === 'lanes' ? { profile } : {});
const runner = new KernelRunner(gpu);
const random = generator(1);
const types = WEIGHT_TYPE_NAMES.filter((type) => positionals.length === 0 || positionals.includes(type));

/** Milliseconds of one launch, its submit and the wait for it included: the best of some. */
async function time(kernel: Kernel, operands: Operands, workgroups: Workgroups): Promise<number> {
  const dispatch = prepareDispatch(gpu.device, 'bench', await gpu.kernels.compile(kernel), operands, workgroups);
  const run = async (): Promise<number> => {
    const started = performance.now();
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encodeDispatch(pass, dispatch, tokens);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    await gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - started;
  };
  await run(); // compiles on first use
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await run());
  return best;
}

async function measure(type: WeightTypeName): Promise<{ readonly decode: number; readonly prefill: number }> {
  const { bytes } = randomMatrix(random, type, size, size);
  const weights = await runner.matrix(type, bytes, size, size);
  const x = runner.buffer(gaussian(random, tokens * size + UNIT));
  const y = runner.empty(tokens * size);
  const shape = { rows: size, rowUnits: rowUnits(size), wRows: size, xToken: size, yToken: size, scale: 1 };
  const operands = { x, y, weights, product: runner.uniform(productUniform({ ...shape, epilogue: 'store' })) };
  const one = matvec(gpu, type, { rows: size, units: rowUnits(size) });
  const many = matmul(gpu, type, size);
  const grid = [many.groups, Math.ceil(tokens / many.tileTokens), 1] as const;
  return {
    decode: (size * size) / (await time(one.kernel, operands, [one.groups, 1, 1])),
    prefill: (size * size * tokens) / (await time(many.kernel, { step: runner.step(tokens), ...operands }, grid)),
  };
}

const measured: Record<string, { readonly decode: number; readonly prefill: number }> = {};
for (const type of types) {
  const { decode, prefill } = await measure(type);
  measured[type] = { decode: decode / 1e6, prefill: prefill / 1e6 };
  console.log(
    `${type.padEnd(8)} ${(decode / 1e6).toFixed(2)} G weights/s in decode, ${(prefill / 1e6).toFixed(2)} in prefill`,
  );
}
console.log(
  JSON.stringify({
    device: `${gpu.report.vendor} ${gpu.report.architecture} ${gpu.report.description}`.trim(),
    ...{ profile: gpu.profile, size, tokens, gigaWeightsPerSecond: measured },
  }),
);
process.stdout.write('', () => process.exit());
