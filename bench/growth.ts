// `npm run bench:growth -- [--seconds 220] [--fresh] [--out FILE]`: how speed changes with context, prompt, total and active weights, on this
// machine. Points are written as they are measured, so a run that ends early goes on where it was; `npm run bench:charts` draws them.
//
// Models are random (qwen3moe, width 512, 4 layers, experts of 256, Q8_0). A token far into the context attends over a cache that nobody has
// filled, which takes as long; a prompt's time is the sum of its chunks', measured at some positions and linear between them.
import { create, globals } from 'webgpu';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Ceilings } from '../engine/cost/roofline.ts';
import { stepTime } from '../engine/cost/roofline.ts';
import { launchOf, stepCosts } from '../engine/cost/step-cost.ts';
import { headerFacts } from '../engine/generate/model-facts.ts';
import { Session } from '../engine/generate/session.ts';
import { type Gpu, openGpu } from '../engine/gpu/device.ts';
import { qwen3moe } from '../oracle/architectures.ts';
import { synthetic } from './gpu/synthetic-model.ts';
import { measureRoof } from './roof.ts';

export type Series = 'decode by context' | 'prefill by length' | 'decode by total' | 'decode by active';

export interface GrowthPoint {
  readonly series: Series;
  /** Positions, tokens, or weights. */
  readonly x: number;
  readonly tokensPerSecond: number;
  /** Of this process, with a software adapter's threads: hardly depends on what else the machine does. */
  readonly processorMs: number;
  /** What the model of the cost says at this device's ceilings. */
  readonly atCeilings: number;
}

export interface Growth {
  readonly date: string;
  readonly device: string;
  readonly commit: string;
  readonly profile: string;
  /** Whether the adapter is software, and cores are what it runs on. */
  readonly isSoftware: boolean;
  readonly ceilings: Ceilings;
  readonly points: readonly GrowthPoint[];
}

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives. Browsers round timestamps to 100 µs; here they need not be.
const dawn = create(['disable-dawn-features=timestamp_quantization']);

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '220' },
    fresh: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const until = performance.now() + Number(values.seconds) * 1000;

const CONTEXTS = [16, 64, 256, 1024, 2048, 4096, 8192, 16_384, 32_000];
const LENGTHS = [64, 128, 256, 512, 1024, 2048, 4096];
const EXPERTS = [8, 16, 32, 64, 128, 256];
const USED = [1, 2, 4, 8, 16];
const ROUNDS = 4;
const STEPS = 12;

interface Made {
  readonly session: Session;
  readonly parameters: number;
  readonly activeParameters: number;
}

async function make(gpu: Gpu, experts: number, used: number, contextLength: number): Promise<Made> {
  const gguf = await synthetic(
    qwen3moe({
      ...{ name: 'growth', types: 'Q8_0', width: 512, layers: 4, heads: 8, keyHeads: 4, headWidth: 64 },
      ...{ experts, expertsUsed: used, expertWidth: 256 },
    }),
    4096,
    65_536,
  );
  const session = await Session.load(gpu, gguf, { contextLength });
  session.configure({}, 0, { trace: false, logits: false });
  const { parameters, activeParameters } = headerFacts(gguf);
  return { session, parameters, activeParameters };
}

/** Milliseconds on the clock, and of processor time. */
interface Taken {
  readonly ms: number;
  readonly processorMs: number;
}

async function taken(run: () => Promise<unknown>): Promise<Taken> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - started, processorMs: (user + system) / 1000 };
}

function least(a: Taken, b: Taken): Taken {
  return { ms: Math.min(a.ms, b.ms), processorMs: Math.min(a.processorMs, b.processorMs) };
}

const NONE: Taken = { ms: Infinity, processorMs: Infinity };

/** What a token takes at a position, the best of some rounds. */
async function decodeMs(session: Session, position: number): Promise<Taken> {
  session.memory.rollback(0);
  session.memory.write(
    0,
    Array.from({ length: position }, () => 1),
  );
  let best = NONE;
  for (let round = 0; round < ROUNDS; round++) {
    const { ms, processorMs } = await taken(async () => {
      const pending: Promise<unknown>[] = [];
      for (let i = 0; i < STEPS; i++) {
        pending.push(session.decode(position + i)());
        if (pending.length > 2) await pending.shift(); // steps run ahead, as in the engine
      }
      await Promise.all(pending);
    });
    best = least(best, { ms: ms / STEPS, processorMs: processorMs / STEPS });
    if (ms * ROUNDS > 8000) break;
  }
  return best;
}

/** What a chunk takes that begins at a position. */
async function chunkMs(session: Session, position: number): Promise<Taken> {
  session.memory.rollback(0);
  session.memory.write(
    0,
    Array.from({ length: position }, () => 1),
  );
  const chunk = Array.from({ length: session.chunkTokens }, (_, i) => (i * 7919) % 4096);
  let best = NONE;
  for (let round = 0; round < 3; round++) {
    session.memory.rollback(position);
    const one = await taken(async () => session.prefill(chunk, position, true)());
    best = least(best, one);
    if (one.ms > 4000) break;
  }
  return best;
}

const gpu = await openGpu(dawn);
const device = `${gpu.report.vendor} ${gpu.report.architecture}`.trim();
const out =
  values.out ?? `bench/results/growth-${gpu.report.architecture || gpu.report.vendor}-${cpus().length}-cores.json`;
const before = existsSync(out) && !values.fresh ? (JSON.parse(readFileSync(out, 'utf8')) as Growth) : null;
const ceilings = before?.ceilings ?? (await measureRoof(gpu));
const commit = before?.commit ?? execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const points: GrowthPoint[] = [...(before?.points ?? [])];

function has(series: Series, x: number): boolean {
  return points.some((point) => point.series === series && Math.abs(point.x - x) < 0.5);
}

function keep(point: GrowthPoint): void {
  points.push(point);
  const date = before?.date ?? new Date().toISOString().slice(0, 10);
  const growth: Growth = {
    date,
    device,
    commit,
    profile: gpu.profile,
    isSoftware: gpu.report.isFallback,
    ceilings,
    points,
  };
  writeFileSync(out, `${JSON.stringify(growth, null, 1)}\n`);
  const { series, x, tokensPerSecond, processorMs, atCeilings } = point;
  console.log(
    `${series.padEnd(18)} ${String(x).padStart(10)} ${tokensPerSecond.toFixed(1)} tokens/s, ${processorMs.toFixed(1)} ms of processor time a token, ${atCeilings.toFixed(1)} at the ceilings`,
  );
}

const isLate = (): boolean => performance.now() > until;

function decodeFloor(session: Session, position: number): number {
  const costs = stepCosts(session.decodeDispatches.map(launchOf), { tokens: 1, position });
  return stepTime(costs, { ...ceilings, submit: 0 });
}

function chunkFloor(session: Session, position: number): number {
  const costs = stepCosts(session.prefillDispatches.map(launchOf), { tokens: session.chunkTokens, position });
  return stepTime(costs, { ...ceilings, submit: 0 });
}

/** The time of a prompt from that of some of its chunks. */
function promptSeconds(chunks: ReadonlyMap<number, number>, length: number, chunk: number): number {
  const known = [...chunks].sort((a, b) => a[0] - b[0]);
  let seconds = 0;
  for (let at = 0; at < length; at += chunk) {
    const upper = Math.max(
      1,
      known.findIndex(([position]) => position >= at),
    );
    const [leftAt, leftSeconds] = known[upper - 1] ?? [0, 0];
    const [rightAt, rightSeconds] = known[upper] ?? [leftAt, leftSeconds];
    const share = rightAt === leftAt ? 0 : (at - leftAt) / (rightAt - leftAt);
    seconds += leftSeconds + (rightSeconds - leftSeconds) * share;
  }
  return seconds;
}

async function byContext(): Promise<void> {
  const contexts = CONTEXTS.filter((x) => !has('decode by context', x));
  const lengths = LENGTHS.filter((x) => !has('prefill by length', x));
  if (contexts.length + lengths.length === 0 || isLate()) return;
  const { session } = await make(gpu, 32, 4, 32_768);
  await decodeMs(session, 16); // warms up
  for (const x of contexts) {
    if (isLate()) break;
    const { ms, processorMs } = await decodeMs(session, x);
    keep({
      series: 'decode by context',
      x,
      tokensPerSecond: 1000 / ms,
      processorMs,
      atCeilings: 1 / decodeFloor(session, x),
    });
  }
  if (lengths.length > 0 && !isLate()) {
    const chunks = new Map<number, number>();
    const processor = new Map<number, number>();
    const floors = new Map<number, number>();
    const chunk = session.chunkTokens;
    for (const position of [0, chunk, ...LENGTHS.slice(2).map((length) => length - chunk)]) {
      if (isLate()) break;
      const { ms, processorMs } = await chunkMs(session, position);
      chunks.set(position, ms / 1000);
      processor.set(position, processorMs / 1000);
      floors.set(position, chunkFloor(session, position));
    }
    const reached = Math.max(...chunks.keys()) + chunk;
    for (const x of lengths.filter((length) => length <= reached && length >= chunk)) {
      const tokensPerSecond = x / promptSeconds(chunks, x, chunk);
      const processorMs = (1000 * promptSeconds(processor, x, chunk)) / x;
      keep({
        series: 'prefill by length',
        x,
        tokensPerSecond,
        processorMs,
        atCeilings: x / promptSeconds(floors, x, chunk),
      });
    }
  }
  session.destroy();
}

async function byWeights(
  series: 'decode by total' | 'decode by active',
  shapes: readonly (readonly [number, number])[],
) {
  // By their number: weights are known when the model is made.
  const done = points.filter((point) => point.series === series).length;
  for (const [experts, used] of shapes.slice(done)) {
    if (isLate()) return;
    const { session, parameters, activeParameters } = await make(gpu, experts, used, 512);
    await decodeMs(session, 64); // warms up
    const { ms, processorMs } = await decodeMs(session, 64);
    const x = series === 'decode by total' ? parameters : activeParameters;
    keep({ series, x, tokensPerSecond: 1000 / ms, processorMs, atCeilings: 1 / decodeFloor(session, 64) });
    session.destroy();
  }
}

await byWeights(
  'decode by active',
  USED.map((used) => [32, used] as const),
);
await byWeights(
  'decode by total',
  EXPERTS.map((experts) => [experts, 4] as const),
);
await byContext();
console.log(isLate() ? `ended for lack of time; again: ${out} goes on` : `all of it is in ${out}`);
process.stdout.write('', () => process.exit());
