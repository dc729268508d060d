// `npm run bench -- [--model FILE] [--prefill N] [--decode N] [--profile rows|lanes]`: tokens per second of the engine in
// Node, GPU time of each kernel by timestamp queries, bytes of weights read a token, launches a layer. The last line is JSON.
import { create, globals } from 'webgpu';
import { parseArgs } from 'node:util';
import { openDiskModel } from '../cli/disk-source.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { loadTextModel } from '../engine/generate/load-model.ts';
import type { Session } from '../engine/generate/session.ts';
import { type KernelProfile, openGpu } from '../engine/gpu/device.ts';
import type { Dispatch } from '../engine/gpu/plan.ts';
import { timeDispatches } from './kernel-times.ts';
import { benchModelPath } from './random-model.ts';

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

const prompt = Array.from({ length: prefillTokens }, (_, i) => (i * 7919) % facts.vocabularySize);
const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) rounds.push(await measure(session));
const best = {
  prefill: Math.max(...rounds.map(({ prefill }) => prefill)),
  decode: Math.max(...rounds.map(({ decode }) => decode)),
};

const decodeKernels = await timeDispatches(gpu, session.decodeDispatches, 1);
// The step uniform must say how many tokens there are: the experts' tiles are cut by the GPU.
session.prefill(prompt.slice(0, session.chunkTokens), 0, false);
const prefillKernels = await timeDispatches(
  gpu,
  session.prefillDispatches,
  Math.min(session.chunkTokens, prefillTokens),
);
print('decode, one token', decodeKernels);
print(`prefill, ${Math.min(session.chunkTokens, prefillTokens)} tokens`, prefillKernels);
console.log(
  `prefill ${best.prefill.toFixed(1)} tokens/s, decode ${best.decode.toFixed(1)} tokens/s, best of ${rounds.length}`,
);
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
    decodeKernelMs: decodeKernels,
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

function print(title: string, kernels: Readonly<Record<string, { ms: number; launches: number }>>): void {
  const total = Object.values(kernels).reduce((sum, { ms }) => sum + ms, 0);
  console.log(`\n${title}: ${total.toFixed(2)} ms of GPU time`);
  for (const [name, { ms, launches }] of Object.entries(kernels))
    console.log(
      `${ms.toFixed(3).padStart(9)} ms ${((ms / total) * 100).toFixed(0).padStart(3)} % ${String(launches).padStart(4)} × ${name}`,
    );
}
