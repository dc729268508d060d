// What only a real GPU can show, in parts that are run one by one: see run.sh. Each appends lines of JSON to a file as it goes.
//   gpu.mjs PART OUTPUT [ARGUMENT…]; MIXTAB_TRIAL=1 makes everything small, for machines without a GPU.
import { create, globals } from 'webgpu';
import { appendFileSync } from 'node:fs';
import { openDiskModel } from '../../cli/disk-source.ts';
import { type Gguf, readGguf } from '../../engine/formats/gguf.ts';
import { EngineError } from '../../engine/errors.ts';
import { Session, type StepResult } from '../../engine/generate/session.ts';
import { type Gpu, openGpu } from '../../engine/gpu/device.ts';
import { goldenModels } from '../../oracle/models.ts';
import { kernelFigures } from '../kernel-costs.ts';
import { measureCeilings } from './ceilings.ts';
import { type GoldenMode, runGolden } from './goldens.ts';
import { sweep } from './sweep.ts';
import { publishedModels } from './synthetic-model.ts';

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives. Browsers round timestamps to 100 µs; here they need not be.
const isF16 = process.env['MIXTAB_F16'] === '1'; // Dawn does not offer it on NVIDIA's Vulkan driver by itself
const dawn = create([
  'disable-dawn-features=timestamp_quantization',
  ...(isF16 ? ['enable-dawn-features=vulkan_enable_f16_on_nvidia'] : []),
]);

const [, , part = '', output = '/dev/stdout', ...rest] = process.argv;
const isTrial = process.env['MIXTAB_TRIAL'] === '1';

function record(entry: object): void {
  appendFileSync(output, `${JSON.stringify({ part, ...entry })}\n`);
}

async function open(): Promise<Gpu> {
  return openGpu(dawn, { profile: 'lanes' });
}

async function information(): Promise<void> {
  const adapter = await dawn.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('no adapter');
  const { info } = adapter;
  const limits: Record<string, number> = {};
  for (const name of Object.keys(Object.getPrototypeOf(adapter.limits) as object)) limits[name] = 0;
  for (const name in adapter.limits) {
    const value = (adapter.limits as unknown as Record<string, unknown>)[name];
    if (typeof value === 'number') limits[name] = value;
  }
  record({
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    subgroupMinSize: info.subgroupMinSize,
    subgroupMaxSize: info.subgroupMaxSize,
    features: [...adapter.features].sort(),
    languageFeatures: [...dawn.wgslLanguageFeatures].sort(),
    limits,
  });
}

async function load(gpu: Gpu, gguf: Gguf, options: { contextLength: number; chunkTokens?: number }) {
  const started = performance.now();
  let weights = 0;
  const watch = { weights: () => void (weights = performance.now() - started) };
  const session = await Session.load(gpu, gguf, options, undefined, watch);
  return { session, loadMs: Math.round(performance.now() - started), weightsMs: Math.round(weights) };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

async function prefill(session: Session, tokens: readonly number[]): Promise<void> {
  session.memory.rollback(0);
  let first: (() => Promise<StepResult>) | undefined;
  for (let at = 0; at < tokens.length; at += session.chunkTokens) {
    const chunk = tokens.slice(at, at + session.chunkTokens);
    if (at + chunk.length < tokens.length) session.prefill(chunk, at, false);
    else first = session.prefill(chunk, at, true);
  }
  await first?.();
}

async function decode(session: Session, from: number, count: number): Promise<void> {
  const pending: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    pending.push(session.decode(from + i)());
    if (pending.length > 2) await pending.shift(); // steps run ahead, as in the engine
  }
  await Promise.all(pending);
}

async function benchModel(gpu: Gpu, name: string, gguf: Gguf, facts: object, chunkTokens?: number): Promise<void> {
  const [short, long, far] = isTrial ? [16, 32, 48] : name === 'bundled' ? [64, 128, 180] : [512, 2048, 4000];
  const options = { contextLength: far + 96, ...(chunkTokens !== undefined && { chunkTokens }) };
  const { session, loadMs, weightsMs } = await load(gpu, gguf, options);
  const bytes = session.memoryReport();
  record({ name, ...facts, loadMs, weightsMs, chunkTokens: session.chunkTokens, bytes });
  session.configure({}, 0, { trace: false, logits: false });
  const prompt = Array.from({ length: long }, (_, i) => (i * 7919) % session.model.shape.vocabularySize);
  const steps = isTrial ? 4 : 48;

  await prefill(session, prompt.slice(0, Math.min(128, long)));
  const start = Math.min(128, long);
  await decode(session, start, 8);
  const near = await timed(() => decode(session, start + 8, steps));
  record({ name, chunkTokens, decodeAt: 128, tokensPerSecond: (steps / near) * 1000 });
  const nearKernels = await kernelFigures(gpu, session.decodeDispatches, {
    tokens: 1,
    position: start + 8 + steps - 1,
  });
  record({ name, chunkTokens, decodeAt: 128, launches: session.decodeDispatches.length, kernels: nearKernels });

  for (const length of [short, long]) {
    await prefill(session, prompt.slice(0, length));
    const ms = await timed(() => prefill(session, prompt.slice(0, length)));
    record({ name, chunkTokens, prefill: length, tokensPerSecond: (length / ms) * 1000 });
  }
  // The last chunk of the long prompt is what the step uniform says now.
  const chunk = Math.min(session.chunkTokens, long);
  const manyKernels = await kernelFigures(gpu, session.prefillDispatches, { tokens: chunk, position: long - chunk });
  record({ name, chunkTokens, prefillChunk: chunk, at: long - chunk, kernels: manyKernels });

  // What lies between is whatever the cache holds: only the time counts.
  await prefill(session, prompt);
  for (let at = long; at < far; at += chunk) session.prefill(prompt.slice(0, Math.min(chunk, far - at)), at, false);
  await decode(session, far, 4);
  const away = await timed(() => decode(session, far + 4, steps));
  record({ name, chunkTokens, decodeAt: far, tokensPerSecond: (steps / away) * 1000 });
  const farKernels = await kernelFigures(gpu, session.decodeDispatches, { tokens: 1, position: far + 4 + steps - 1 });
  record({ name, chunkTokens, decodeAt: far, kernels: farKernels });
  session.destroy();
}

async function main(): Promise<void> {
  switch (part) {
    case 'info':
      return information();
    case 'ceilings':
      return record(await measureCeilings(await open(), isTrial));
    case 'sweep': {
      const gpu = await open();
      const seconds = Number(rest[0] ?? 30);
      return sweep(gpu, isTrial, record, performance.now() + seconds * 1000);
    }
    case 'goldens': {
      const [index = '0', count = '1', modes = 'f32'] = rest;
      const gpu = await open();
      const mine = goldenModels.filter(({ exact }) => !exact).filter((_, i) => i % Number(count) === Number(index));
      for (const mode of modes.split(',') as GoldenMode[])
        for (const golden of mine) record(await runGolden(gpu, golden, mode));
      return;
    }
    case 'model': {
      const [which = '0', chunkTokens] = rest;
      const model = publishedModels(isTrial ? 'trial' : 'run')[Number(which)];
      if (!model) throw new Error(`no model ${which}`);
      const gpu = await open();
      const facts = { layers: model.layers, ran: model.ran };
      return benchModel(gpu, model.name, await model.gguf(), facts, chunkTokens ? Number(chunkTokens) : undefined);
    }
    case 'bundled': {
      const gguf = await readGguf(await openDiskModel(rest[0] ?? ''));
      return benchModel(await open(), 'bundled', gguf, {});
    }
    default:
      throw new Error(`no part ${part}`);
  }
}

try {
  await main();
} catch (error) {
  const detail = error instanceof EngineError ? error.detail?.slice(0, 2000) : undefined;
  record({ error: String(error), detail });
  console.error(part, rest.join(' '), error);
}
process.stdout.write('', () => process.exit());
