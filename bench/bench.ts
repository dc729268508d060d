// `npm run bench -- [--model FILE] [--prefill N] [--decode N] [--profile rows|lanes] [--predict] [--tune]`: tokens per second of the
// engine in Node, GPU time of each kernel by timestamp queries beside the least that it could take on this device (engine/cost/, with ceilings
// measured in the same run), bytes of weights read a token, launches a layer, and with --predict what named devices should make of
// the catalogue's models. The last line is JSON.
import { create, globals } from 'webgpu';
import { parseArgs } from 'node:util';
import { openDiskModel } from '../cli/disk-source.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { loadTextModel } from '../engine/generate/load-model.ts';
import type { Session } from '../engine/generate/session.ts';
import { type KernelProfile, openGpu } from '../engine/gpu/device.ts';
import type { Dispatch } from '../engine/gpu/plan.ts';
import { tuneKernels } from '../cli/tune-kernels.ts';
import { launchOf, stepCosts } from '../engine/cost/step-cost.ts';
import { type Ceilings, stepTime } from '../engine/cost/roofline.ts';
import { catalogueCosts } from './catalogue-costs.ts';
import { type KernelFigures, kernelFigures } from './kernel-costs.ts';
import { foretellAll } from './predict.ts';
import { benchModelPath } from './random-model.ts';
import { measureRoof } from './roof.ts';

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
// Browsers round timestamps to 100 µs; here they need not be.
const dawn = create(['disable-dawn-features=timestamp_quantization']);

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    prefill: { type: 'string', default: '128' },
    decode: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '3' },
    profile: { type: 'string' },
    predict: { type: 'boolean', default: false },
    tune: { type: 'boolean', default: false },
  },
});
const prefillTokens = Number(values.prefill);
const decodeTokens = Number(values.decode);
const profile =
  values.profile === 'rows' || values.profile === 'lanes' ? (values.profile satisfies KernelProfile) : null;

const path = values.model ?? benchModelPath();
const gguf = await readGguf(await openDiskModel(path));
const gpu = await openGpu(dawn, profile === null ? {} : { profile });
const loadStarted = performance.now();
const { text, facts } = await loadTextModel(gpu, gguf, { contextLength: prefillTokens + decodeTokens + 1 });
const loadMs = performance.now() - loadStarted;
const { session } = text;
await session.prepared();
const tuning = values.tune ? await tuneKernels(gpu, session) : undefined;

const prompt = Array.from({ length: prefillTokens }, (_, i) => (i * 7919) % facts.vocabularySize);
const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) rounds.push(await measure(session));
const best = {
  prefill: Math.max(...rounds.map(({ prefill }) => prefill)),
  decode: Math.max(...rounds.map(({ decode }) => decode)),
};

const ceilings = await measureRoof(gpu);
const decodeAt = { tokens: 1, position: prefillTokens + decodeTokens - 1 };
const decodeKernels = await kernelFigures(gpu, session.decodeDispatches, decodeAt, ceilings);
// The step uniform must say how many tokens there are: the experts' tiles are cut by the GPU.
const chunk = Math.min(session.chunkTokens, prefillTokens);
session.memory.rollback(0);
session.prefill(prompt.slice(0, chunk), 0, false);
const prefillAt = { tokens: chunk, position: 0 };
const prefillKernels = await kernelFigures(gpu, session.prefillDispatches, prefillAt, ceilings);
console.log(
  `ceilings: ${(ceilings.bandwidth / 1e9).toFixed(1)} GB/s streamed, ${(ceilings.rate / 1e9).toFixed(1)} GFLOP/s, ` +
    `${(ceilings.launch * 1e6).toFixed(1)} µs a launch, ${(ceilings.submit * 1e6).toFixed(0)} µs a submit with read-back`,
);
print(`decode, one token at ${decodeAt.position}`, decodeKernels);
print(`prefill, ${chunk} tokens`, prefillKernels);
const decodeFloor = stepTime(
  stepCosts(session.decodeDispatches.map(launchOf), decodeAt),
  { ...ceilings, submit: 0 }, // steps run ahead
);
console.log(
  `\ndecode: ${(decodeFloor * 1000).toFixed(2)} ms at the ceilings, ${(1000 / best.decode).toFixed(2)} ms measured: ` +
    `${(decodeFloor * best.decode * 100).toFixed(0)} %`,
);
console.log(
  `prefill ${best.prefill.toFixed(1)} tokens/s, decode ${best.decode.toFixed(1)} tokens/s, best of ${rounds.length}`,
);
if (values.predict) for (const line of foretellAll(await catalogueCosts())) console.log(line);
console.log(
  JSON.stringify({
    model: { name: facts.name, architecture: facts.architecture, parameters: facts.parameters },
    device: `${gpu.report.vendor} ${gpu.report.architecture} ${gpu.report.description}`.trim(),
    profile: gpu.profile,
    f16: gpu.f16,
    subgroups: gpu.subgroups,
    loadMs: Math.round(loadMs),
    prefill: { tokens: prefillTokens, tokensPerSecond: best.prefill },
    decode: { tokens: decodeTokens, tokensPerSecond: best.decode },
    bytesPerToken: facts.bytesPerToken,
    decodeGigabytesPerSecond: (facts.bytesPerToken * best.decode) / 1e9,
    decodeLaunchesPerLayer: launchesPerLayer(session.decodeDispatches),
    ceilings,
    decodeFloorMs: decodeFloor * 1000,
    decodeKernelMs: decodeKernels,
    ...(tuning && { tuning }),
    prefillKernelMs: prefillKernels,
  }),
);
process.stdout.write('', () => process.exit());

/** Of each layer, by their names `blk.N …`, in the order of the layers. */
function launchesPerLayer(dispatches: readonly Dispatch[]): number[] {
  const counts: number[] = [];
  for (const { name } of dispatches) {
    const layer = /^blk\.(\d+) /.exec(name)?.[1];
    if (layer !== undefined) counts[Number(layer)] = (counts[Number(layer)] ?? 0) + 1;
  }
  return counts;
}

/** Tokens per second of one prefill and of the decoding that follows. */
async function measure(measured: Session): Promise<{ prefill: number; decode: number }> {
  measured.configure({}, 0, { trace: false, logits: false });
  const started = performance.now();
  let first: (() => Promise<unknown>) | undefined;
  for (let at = 0; at < prompt.length; at += measured.chunkTokens) {
    const chunk = prompt.slice(at, at + measured.chunkTokens);
    if (at + chunk.length < prompt.length) measured.prefill(chunk, at, false);
    else first = measured.prefill(chunk, at, true);
  }
  await first?.();
  const prefilled = performance.now();
  let pending: Promise<unknown> = Promise.resolve();
  for (let i = 0; i < decodeTokens; i++) {
    const step = measured.decode(prompt.length + i)();
    await pending; // one step is always under way
    pending = step;
  }
  await pending;
  const ended = performance.now();
  return {
    prefill: (prefillTokens / (prefilled - started)) * 1000,
    decode: (decodeTokens / (ended - prefilled)) * 1000,
  };
}

/** Which ceiling a kernel meets first. */
function boundOf({ launches, bytes, operations }: KernelFigures): string {
  const { bandwidth, rate, launch } = ceilings satisfies Ceilings;
  const parts = { launch: launches * launch, bytes: bytes / bandwidth, FLOP: operations / rate };
  return Object.entries(parts).sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function print(title: string, kernels: Readonly<Record<string, KernelFigures>>): void {
  const all = Object.values(kernels);
  const total = all.reduce((sum, { ms }) => sum + ms, 0);
  const floor = all.reduce((sum, { floorMs = 0 }) => sum + floorMs, 0);
  console.log(
    `\n${title}: ${total.toFixed(2)} ms of GPU time, ${floor.toFixed(2)} at the ceilings\n` +
      '       ms   %   of its ceiling     MB  MFLOP   GB/s  GFLOP/s  launches',
  );
  for (const [name, figures] of Object.entries(kernels)) {
    const { ms, launches, bytes, operations, floorMs = 0 } = figures;
    console.log(
      [
        ms.toFixed(3).padStart(9),
        ((ms / total) * 100).toFixed(0).padStart(3),
        `${((floorMs / ms) * 100).toFixed(0)} % of ${boundOf(figures)}`.padStart(16),
        (bytes / 1e6).toFixed(2).padStart(6),
        (operations / 1e6).toFixed(1).padStart(6),
        (bytes / ms / 1e6).toFixed(1).padStart(6),
        (operations / ms / 1e6).toFixed(1).padStart(8),
        `${String(launches).padStart(4)} × ${name}`,
      ].join(' '),
    );
  }
}
