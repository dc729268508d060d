// Where something of ours first differs.
//   npm run diff -- --golden NAME | --model FILE [--against llama|lanes|rows|decode] [--tokens 1,2,3 | --count N]
//                   [--reference FILE] [--as-is] [--profile rows|lanes] [--tolerance T] [--all]
//
// Against llama.cpp (`oracle/`, where `npm install` must have been run): both run ever more of the model, sublayer by sublayer, and
// their log-probabilities are compared. llama.cpp runs the weights dequantized to F32, unless `--as-is`; or another file of the
// same form (`--reference`).
// Against our other kernels, or decode against prefill: activation by activation, as shares of the largest number in each.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { create, globals } from 'webgpu';
import { readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { dump } from '../engine/generate/dump.ts';
import { topLogprobs } from '../engine/generate/logprobs.ts';
import { Session } from '../engine/generate/session.ts';
import { type Gpu, type KernelProfile, openGpu } from '../engine/gpu/device.ts';
import { cuttableModel } from '../oracle/cut-model.ts';
import {
  type Compared,
  compareActivations,
  compareCuts,
  firstBeyond,
  type Logprobs,
} from '../oracle/first-difference.ts';
import { goldenTokens } from '../oracle/golden-model.ts';
import { goldenModels } from '../oracle/models.ts';
import { Random, seedOf } from '../oracle/random.ts';

/** As the goldens hold log-probabilities to; activations are told in shares. */
const TOLERANCES = { llama: 1e-3, lanes: 1e-4, rows: 1e-4, decode: 1e-4 } as const;
type Against = keyof typeof TOLERANCES;

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    golden: { type: 'string' },
    against: { type: 'string', default: 'llama' },
    tokens: { type: 'string' },
    count: { type: 'string', default: '16' },
    reference: { type: 'string' },
    'as-is': { type: 'boolean', default: false },
    profile: { type: 'string' },
    tolerance: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
});

const against = options.against as Against;
if (!Object.hasOwn(TOLERANCES, against)) throw new Error(`--against is one of ${Object.keys(TOLERANCES).join(', ')}`);
const tolerance = Number(options.tolerance ?? TOLERANCES[against]);
const file = readFile();
const tokens = await chooseTokens();
const rows = against === 'llama' ? againstLlama() : againstOurselves(against);

const compared: Compared[] = [];
console.log(`${'largest difference'.padStart(19)}  place`);
for await (const row of rows) {
  compared.push(row);
  const shown = row.difference === null ? 'not run' : row.difference.toExponential(1);
  console.log(`${shown.padStart(19)}  ${row.place}${row.why === undefined ? '' : `: ${row.why.split('\n')[0]}`}`);
  if (firstBeyond([row], tolerance) !== undefined && !options.all) break;
}
console.log(verdict());
// Dawn keeps the process alive as long as a device does.
process.stdout.write('', () => process.exit());

function verdict(): string {
  const first = firstBeyond(compared, tolerance);
  if (first === undefined) return `Nothing differs by more than ${tolerance}.`;
  const before = compared.slice(0, compared.indexOf(first)).findLast(({ difference }) => difference !== null);
  const agreed = before === undefined ? 'nothing before it was compared' : `${before.place} agrees`;
  return `First beyond ${tolerance}: ${first.place} (${agreed}).`;
}

function readFile(): Uint8Array<ArrayBuffer> {
  if (options.model !== undefined) return new Uint8Array(readFileSync(options.model));
  const golden = goldenModels.find(({ name }) => name === options.golden);
  if (golden === undefined)
    throw new Error('--model FILE or --golden NAME is missing, or there is no golden of that name');
  return golden.build();
}

async function chooseTokens(): Promise<readonly number[]> {
  if (options.tokens !== undefined) return options.tokens.split(',').map(Number);
  if (options.golden !== undefined) return goldenTokens(options.golden);
  const { metadata } = await readGguf([new MemorySource(file)]);
  const size = metadata.strings('tokenizer.ggml.tokens').length;
  const random = new Random(seedOf('diff'));
  return Array.from({ length: Number(options.count) }, () => random.below(size));
}

async function* againstLlama(): AsyncGenerator<Compared> {
  const theirFile = options.reference === undefined ? file : new Uint8Array(readFileSync(options.reference));
  const gpu = await openOurs(chosenProfile());
  const folder = mkdtempSync(join(tmpdir(), 'mixtab-diff-'));
  const theirs = async (cut: Uint8Array): Promise<Logprobs> => llamaLogprobs(folder, cut);
  try {
    const model = await cuttableModel(file, false);
    yield* compareCuts(
      model,
      (cut) => ourLogprobs(gpu, cut),
      theirs,
      await cuttableModel(theirFile, !options['as-is']),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In a process of its own: what llama.cpp does not like, it aborts. */
function llamaLogprobs(folder: string, cut: Uint8Array): Logprobs {
  const [model, out] = [join(folder, 'cut.gguf'), join(folder, 'logprobs')];
  writeFileSync(model, cut);
  const script = ['tools/run-ts.mjs', 'oracle/llama/write-logprobs.ts', model, tokens.join(','), out];
  const { status, stderr } = spawnSync(process.execPath, script, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(stderr.split('\n').find((line) => /error|assert/i.test(line)) ?? 'llama.cpp failed');
  const all = new Float64Array(new Uint8Array(readFileSync(out)).buffer);
  const size = all.length / tokens.length;
  return tokens.map((_, row) => all.subarray(row * size, (row + 1) * size));
}

async function ourLogprobs(gpu: Gpu, cut: Uint8Array<ArrayBuffer>): Promise<Logprobs> {
  const session = await openSession(gpu, cut);
  try {
    const size = session.model.shape.vocabularySize;
    const found: Float32Array[] = [];
    for (let at = 0; at < tokens.length; at += session.logitsTokens) {
      const logits = await session.prefillLogits(tokens.slice(at, at + session.logitsTokens), at);
      for (let row = 0; row < logits.length; row += size) {
        const logprobs = new Float32Array(size);
        for (const { id, logprob } of topLogprobs(logits.subarray(row, row + size), size)) logprobs[id] = logprob;
        found.push(logprobs);
      }
    }
    return found;
  } finally {
    session.destroy();
  }
}

async function* againstOurselves(other: Exclude<Against, 'llama'>): AsyncGenerator<Compared> {
  const profile = chosenProfile() ?? (other === 'lanes' ? 'rows' : other === 'rows' ? 'lanes' : undefined);
  const session = await openSession(await openOurs(profile), file);
  const prefill = dump(session, tokens, 0);
  if (other === 'decode') {
    const decoding = await openSession(session.gpu, file);
    yield* compareActivations(
      prefill,
      tokens.map((token, position) => dump(decoding, [token], position)),
    );
  } else {
    yield* compareActivations(prefill, [dump(await openSession(await openOurs(other), file), tokens, 0)]);
  }
}

function chosenProfile(): KernelProfile | undefined {
  const { profile } = options;
  if (profile === undefined || profile === 'rows' || profile === 'lanes') return profile;
  throw new Error('--profile is rows or lanes');
}

/** Without f16, whose rounding would hide what is looked for. */
async function openOurs(profile: KernelProfile | undefined): Promise<Gpu> {
  return { ...(await openGpu(dawn, profile === undefined ? {} : { profile })), f16: false };
}

async function openSession(gpu: Gpu, model: Uint8Array<ArrayBuffer>): Promise<Session> {
  const gguf = await readGguf([new MemorySource(model)]);
  const contextLength = tokens.length + 1;
  return Session.load(gpu, gguf, { kvCache: 'f32', contextLength, chunkTokens: Math.max(2, tokens.length) });
}
