// `npm run bench:trace -- [--model FILE] [--pairs N] [--tokens N]`: what it costs to report the experts of
// each token while decoding, which the live routing view asks for. Short pieces of one long decode take turns, with and
// without, in the order ABBA; each pair of neighbours gives a ratio, and the median of those counts. It is of processor time of
// the whole process (a software adapter's threads included), which depends less on what else the machine does than the
// clock. The last line is JSON.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { create, globals } from 'webgpu';
import { openDiskModel } from '../cli/disk-source.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { STEPS_AHEAD } from '../engine/generate/reserve.ts';
import { Session, type StepResult } from '../engine/generate/session.ts';
import { openGpu } from '../engine/gpu/device.ts';

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

const MODELS = 'public/models';
const PROMPT_TOKENS = 32;

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    pairs: { type: 'string', default: '30' },
    tokens: { type: 'string', default: '16' },
  },
});
const pairs = Number(values.pairs);
const tokens = Number(values.tokens);
const path = values.model ?? `${MODELS}/${readdirSync(MODELS).find((name) => name.endsWith('.gguf')) ?? ''}`;

/** Milliseconds a token. */
interface Cost {
  readonly clock: number;
  readonly processor: number;
}

const gpu = await openGpu(dawn);
const contextLength = PROMPT_TOKENS + 2 * tokens * (pairs + 2) + 1;
const session = await Session.load(gpu, await readGguf(await openDiskModel(path)), { contextLength });
let position = PROMPT_TOKENS;
const prompt = Array.from({ length: PROMPT_TOKENS }, (_, i) => (i * 7919) % session.model.shape.vocabularySize);
session.configure({}, 0, { trace: false, logits: false });
await session.prefill(prompt, 0, true)();

// Both warm up.
await measure(true);
await measure(false);
const plain: Cost[] = [];
const traced: Cost[] = [];
for (let pair = 0; pair < pairs; pair++) {
  for (const trace of pair % 2 === 0 ? [false, true] : [true, false])
    (trace ? traced : plain).push(await measure(trace));
}

const ratios = (of: (cost: Cost) => number): number[] => traced.map((cost, i) => of(cost) / of(plain[i] ?? cost));
const processor = ratios((cost) => cost.processor);
const [low, high] = medianInterval(processor);
const percent = (ratio: number): string => `${((ratio - 1) * 100).toFixed(1)} %`;
console.log(
  `with routing a token takes ${percent(median(processor))} more processor time (between ${percent(low)} and ${percent(high)})`,
);
console.log(
  JSON.stringify({
    model: path,
    device: `${gpu.report.vendor} ${gpu.report.architecture} ${gpu.report.description}`.trim(),
    pairs,
    tokens,
    processorMsPerToken: {
      plain: median(plain.map((cost) => cost.processor)),
      traced: median(traced.map((cost) => cost.processor)),
      ratio: median(processor),
      interval95: [low, high],
    },
    tokensPerSecond: {
      plain: 1000 / median(plain.map(({ clock }) => clock)),
      traced: 1000 / median(traced.map(({ clock }) => clock)),
      ratio: 1 / median(ratios(({ clock }) => clock)),
    },
  }),
);
process.stdout.write('', () => process.exit());

/** Decodes one piece, steps ahead as in a generation, and drains them. */
async function measure(trace: boolean): Promise<Cost> {
  session.configure({ temperature: 1 }, position, { trace, logits: false });
  const started = performance.now();
  const before = process.cpuUsage();
  const pending: Promise<StepResult>[] = [];
  for (let submitted = 0, done = 0; done < tokens; done++) {
    for (; submitted < tokens && pending.length < STEPS_AHEAD[gpu.profile]; submitted++)
      pending.push(session.decode(position++)());
    const result = await pending.shift();
    if (result === undefined || trace !== (result.routing !== undefined)) throw new Error('not what was asked for');
    structuredClone(result); // as it crosses to the page
  }
  const { user, system } = process.cpuUsage(before);
  return { clock: (performance.now() - started) / tokens, processor: (user + system) / 1000 / tokens };
}

/** Where the true median lies with 95 % probability: by ranks, whatever the distribution is. */
function medianInterval(numbers: readonly number[]): [low: number, high: number] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const reach = 0.98 * Math.sqrt(sorted.length);
  const at = (rank: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? NaN;
  return [at(middle - reach), at(middle + reach)];
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
