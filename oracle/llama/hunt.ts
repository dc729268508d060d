// Looks for models that we compute otherwise than llama.cpp: variants of every architecture that chance draws.
//   npm run hunt -- [--minutes N] [--seed S] [--only NAME,…] [--at INDEX] [--profile rows|lanes] [--keep FOLDER]
// The same seed and index give the same variant; --keep leaves its files, as they are and as F32, for `npm run diff`.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Llama } from 'node-llama-cpp';
import { TENSOR_TYPES } from '../../engine/formats/tensor-types.ts';
import { readGguf } from '../../engine/formats/gguf.ts';
import { MemorySource } from '../../engine/formats/memory-source.ts';
import { topLogprobs } from '../../engine/generate/logprobs.ts';
import { Session } from '../../engine/generate/session.ts';
import { openTestGpu } from '../../engine/testing/gpu.ts';
import { seedOf } from '../random.ts';
import { Draw, VARIANTS } from '../variants.ts';
import { VOCABULARY } from '../vocabulary.ts';
import { llamaOnCpu, logitsAt, logSoftmax } from './logits.ts';

const TOLERANCE = 1e-3;
/** What rounding in another order may change, and how much more than that a difference must be to tell of a mistake. */
const NOISE = 3e-6;
const BEYOND_NOISE = 20;

/** Positions that both compute at most. */
const CONTEXT = 64;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    at: { type: 'string' },
    from: { type: 'string', default: '0' },
    profile: { type: 'string', default: 'rows' },
    keep: { type: 'string' },
    child: { type: 'boolean', default: false },
  },
});

const names = options.only?.split(',') ?? [...VARIANTS.keys()];
const until = Date.now() + Number(options.minutes) * 60_000;
if (options.child) await hunt();
else await watch();

/** llama.cpp ends the process where something is not as it expects; the next variant is tried in another. */
async function watch(): Promise<void> {
  let index = Number(options.at ?? options.from);
  const tally = new Map<string, number>();
  do {
    const rest = process.argv.slice(2);
    const minutes = String((until - Date.now()) / 60_000);
    const args = ['../tools/run-ts.mjs', 'llama/hunt.ts', ...rest, '--child', '--from', String(index)];
    const child = spawn(process.execPath, [...args, '--minutes', minutes], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on(
      'data',
      (text: Buffer) => (complaint = /.*(?:ASSERT|Error).*/.exec(String(text))?.[0] ?? complaint),
    );
    let current = '';
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('> ')) {
        current = line.slice(2);
        index = Number(/^\d+/.exec(current)?.[0]) + 1;
        continue;
      }
      const [verdict = ''] = line.split(' ');
      tally.set(verdict, (tally.get(verdict) ?? 0) + 1);
      current = '';
      console.log(line);
    }
    if (current !== '') console.log(`crash      ${current}: ${complaint}`);
  } while (options.at === undefined && Date.now() < until);
  console.log([...tally].map(([verdict, count]) => `${count} ${verdict}`).join(', '));
}

async function hunt(): Promise<void> {
  const gpu = await openTestGpu({ profile: options.profile === 'lanes' ? 'lanes' : 'rows', subgroups: true });
  const llama = await llamaOnCpu();
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'mixtab-hunt-'));
  for (let index = Number(options.at ?? options.from); Date.now() < until; index++) {
    const name = names[index % names.length] ?? '';
    console.log(`> ${index} ${name}`);
    const draw = new Draw(seedOf(`${options.seed}/${index}/${name}`));
    const model = VARIANTS.get(name)?.(draw, `hunt-${options.seed}-${index}`);
    if (model === undefined) throw new Error(`no architecture ${name}`);
    const [file, wide] = [model.build(), model.buildF32()];
    const path = join(folder, `${name}-${index}.gguf`);
    if (options.keep !== undefined) writeFileSync(path, file);
    const tokens = draw.list(draw.whole(26, 44), () => draw.below(VOCABULARY.length));
    const chunkTokens = draw.one([2, 5, 7, 16, 32, 64]);
    const theirs = await attempt(() => runLlama(llama, folder, wide, tokens));
    const ours = await attempt(() => runOurs(gpu, file, tokens, chunkTokens, draw, theirs.value));
    const what = `${String(index).padEnd(4)} ${name.padEnd(13)} chunks of ${chunkTokens}`;
    if (ours.error !== undefined && theirs.error !== undefined) console.log(`neither    ${what}: ${ours.error}`);
    else if (ours.error !== undefined) console.log(`refused    ${what}: ${ours.error}`);
    else if (theirs.value === undefined) console.log(`only-ours  ${what}: ${theirs.error}`);
    else {
      const worst = ours.value?.worst ?? NaN;
      const where = `${worst.toExponential(1)} in ${ours.value?.place}`;
      if (worst < TOLERANCE) console.log(`agree      ${what}: ${where}`);
      else {
        const noise = await noiseOf(llama, folder, wide, tokens, theirs.value, draw);
        const isNoise = worst < BEYOND_NOISE * noise;
        console.log(
          `${isNoise ? 'noise     ' : 'DIFFER    '} ${what}: ${where}; noise changes ${noise.toExponential(1)}`,
        );
      }
    }
    if (options.at !== undefined) break;
  }
  if (options.keep === undefined) rmSync(folder, { recursive: true });
  // Dawn keeps the process alive as long as a device does.
  process.stdout.write('', () => process.exit());
}

async function attempt<Value>(run: () => Promise<Value>): Promise<{ value?: Value; error?: string }> {
  try {
    return { value: await run() };
  } catch (error) {
    const { message, detail } = error as { message: string; detail?: string };
    return { error: `${message}${detail === undefined ? '' : ` (${detail})`}`.replaceAll('\n', ' ') };
  }
}

async function runLlama(llama: Llama, folder: string, file: Uint8Array, tokens: number[]): Promise<Float64Array[]> {
  const path = join(folder, 'f32.gguf');
  writeFileSync(path, file);
  return (await logitsAt(llama, path, tokens)).map(logSoftmax);
}

/** How far a last bit here and there changes llama.cpp's own numbers. */
async function noiseOf(
  llama: Llama,
  folder: string,
  file: Uint8Array<ArrayBuffer>,
  tokens: number[],
  expected: readonly Float64Array[],
  draw: Draw,
): Promise<number> {
  let most = 0;
  for (let i = 0; i < 3; i++) {
    const noisy = file.slice();
    const { tensors } = await readGguf([new MemorySource(noisy)]);
    for (const { type, offset, byteLength } of tensors.values()) {
      if (type.name !== TENSOR_TYPES.F32.name) continue;
      const weights = new Float32Array(noisy.buffer, offset, byteLength / 4);
      weights.forEach((weight, at) => (weights[at] = weight * (1 + NOISE * draw.bell())));
    }
    const others = await runLlama(llama, folder, noisy, tokens);
    others.forEach((row, at) => (most = Math.max(most, apart(row, expected[at] ?? []))));
  }
  return most;
}

function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN));
    if (Number.isNaN(difference)) return Infinity;
    worst = Math.max(worst, difference);
  }
  return worst;
}

type Gpu = Awaited<ReturnType<typeof openTestGpu>>;

/** Prefill in pieces, decode, and once more after another continuation was taken back. */
async function runOurs(
  gpu: Gpu,
  file: Uint8Array<ArrayBuffer>,
  tokens: readonly number[],
  chunkTokens: number,
  draw: Draw,
  expected: readonly Float64Array[] | undefined,
): Promise<{ worst: number; place: string }> {
  const gguf = await readGguf([new MemorySource(file)]);
  const session = await Session.load(gpu, gguf, { kvCache: 'f32', contextLength: CONTEXT, chunkTokens });
  try {
    session.configure({}, 0, { trace: false, logits: true });
    const found = { worst: 0, place: 'nothing' };
    const size = session.model.shape.vocabularySize;
    const compare = (phase: string, position: number, logits: Float32Array): void => {
      const row = expected?.[position];
      if (row === undefined) return;
      const ours = new Float32Array(size).fill(NaN);
      for (const { id, logprob } of topLogprobs(logits, size)) ours[id] = logprob;
      const difference = apart(ours, row);
      if (options.at !== undefined && !(difference < TOLERANCE)) console.log(`${phase} at ${position}: ${difference}`);
      if (difference > found.worst) Object.assign(found, { worst: difference, place: `${phase} at ${position}` });
    };
    for (let at = 0; at < tokens.length;) {
      const chunk = tokens.slice(at, at + draw.whole(1, session.logitsTokens));
      const logits = await session.prefillLogits(chunk, at);
      chunk.forEach((_, i) => compare('prefill', at + i, logits.subarray(i * size, (i + 1) * size)));
      at += chunk.length;
    }
    session.memory.rollback(0);
    for (const [position, token] of tokens.entries()) {
      const { logits } = await session.prefill([token], position, true)();
      compare('decode', position, logits ?? new Float32Array());
    }
    session.memory.rollback(0);
    const feed = (some: readonly number[], at: number): void => {
      for (let from = 0; from < some.length; from += chunkTokens)
        session.prefill(some.slice(from, from + chunkTokens), at + from, false);
    };
    const turn = draw.whole(2, 20);
    feed(tokens.slice(0, turn), 0);
    session.memory.markTurn();
    const others = tokens.slice(turn, -5).map((token) => (token + 1) % size);
    feed(others, turn);
    const kept = session.memory.keep(tokens);
    feed(tokens.slice(kept, -1), kept);
    const last = tokens.length - 1;
    const { logits } = await session.prefill(tokens.slice(last), last, true)();
    compare(`taken back to ${kept} of ${turn},`, last, logits ?? new Float32Array());
    return found;
  } finally {
    session.destroy();
  }
}
