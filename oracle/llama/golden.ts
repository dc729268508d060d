// Runs llama.cpp on every model of models.ts and writes golden/NAME.json and golden/NAME.bin.
//   npm run golden [-- NAME…]
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Llama } from 'node-llama-cpp';
import { readGguf } from '../../engine/formats/gguf.ts';
import { MemorySource } from '../../engine/formats/memory-source.ts';
import { GOLDEN_FOLDER, type GoldenRecord } from '../load-golden.ts';
import { type GoldenModel, goldenTokens } from '../golden-model.ts';
import { goldenModels } from '../models.ts';
import { Random, seedOf } from '../random.ts';
import { llamaOnCpu, logitsAt, logSoftmax } from './logits.ts';

/** Noise of the size of the rounding that engines differ in, and what it may change: far more means a router near a tie. */
const NOISE = 1e-6;
const MAX_CHANGE = 5e-4;

const wanted = process.argv.slice(2);
const llama = await llamaOnCpu();
const folder = mkdtempSync(join(tmpdir(), 'mixtab-oracle-'));
mkdirSync(GOLDEN_FOLDER, { recursive: true });
try {
  for (const model of goldenModels) {
    if (wanted.length === 0 || wanted.includes(model.name)) await writeGolden(llama, model);
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function writeGolden(llama: Llama, golden: GoldenModel): Promise<void> {
  const file = golden.exact ? golden.build() : golden.buildF32();
  const path = join(folder, `${golden.name}.gguf`);
  writeFileSync(path, file);
  const tokens = goldenTokens(golden.name);
  const logits = await logitsAt(llama, path, tokens);
  const logprobs = logits.map(logSoftmax);
  await checkStability(llama, golden, file, logprobs);
  if (golden.exact) await checkDequantization(llama, golden, logprobs);
  const vocabularySize = logprobs[0]?.length ?? 0;
  const flat = new Float32Array(logprobs.flatMap((row) => [...row]));
  const sha256 = createHash('sha256').update(file).digest('hex');
  const record: GoldenRecord = { tokens, vocabularySize, sha256 };
  writeFileSync(new URL(`${golden.name}.json`, GOLDEN_FOLDER), `${JSON.stringify(record)}\n`);
  writeFileSync(new URL(`${golden.name}.bin`, GOLDEN_FOLDER), new Uint8Array(flat.buffer));
  console.log(`${golden.name.padEnd(34)} ${(file.length / 1e6).toFixed(1).padStart(5)} MB  ${describe(logits)}`);
}

/** A golden is worth something only if rounding does not decide which experts are chosen. */
async function checkStability(
  llama: Llama,
  golden: GoldenModel,
  file: Uint8Array<ArrayBuffer>,
  logprobs: readonly Float64Array[],
): Promise<void> {
  const random = new Random(seedOf(`${golden.name}/noise`));
  const noisy = file.slice();
  const { tensors } = await readGguf([new MemorySource(noisy)]);
  for (const { type, offset, byteLength } of tensors.values()) {
    if (type.name !== 'F32') continue;
    const weights = new Float32Array(noisy.buffer, offset, byteLength / 4);
    weights.forEach((weight, i) => (weights[i] = weight * (1 + NOISE * random.bell())));
  }
  const change = await differenceTo(llama, golden, noisy, logprobs);
  if (!(change < MAX_CHANGE)) throw new Error(`${golden.name} is unstable: noise changes it by ${change}; rename it`);
}

/** Where llama.cpp only looks quantized weights up, our dequantized ones have to give the very same. */
async function checkDequantization(
  llama: Llama,
  golden: GoldenModel,
  logprobs: readonly Float64Array[],
): Promise<void> {
  const change = await differenceTo(llama, golden, golden.buildF32(), logprobs);
  if (change !== 0) throw new Error(`${golden.name}: our dequantization differs from llama.cpp's by ${change}`);
}

/** Largest difference to the golden when llama.cpp runs `file` instead. */
async function differenceTo(
  llama: Llama,
  golden: GoldenModel,
  file: Uint8Array<ArrayBuffer>,
  logprobs: readonly Float64Array[],
): Promise<number> {
  const path = join(folder, `${golden.name}-other.gguf`);
  writeFileSync(path, file);
  const others = (await logitsAt(llama, path, goldenTokens(golden.name))).map(logSoftmax);
  const differences = others.flatMap((row, i) =>
    [...row].map((other, id) => Math.abs(other - (logprobs[i]?.[id] ?? NaN))),
  );
  return differences.reduce((a, b) => Math.max(a, b));
}

/** Whether the golden is worth comparing with: logits spread out, and different tokens on top. */
function describe(logits: readonly Float64Array[]): string {
  const stds = logits.map((row) => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    return Math.sqrt(row.reduce((sum, logit) => sum + (logit - mean) ** 2, 0) / row.length);
  });
  const tops = new Set(logits.map((row) => row.indexOf(row.reduce((a, b) => Math.max(a, b)))));
  return `std of logits ${Math.min(...stds).toFixed(2)}–${Math.max(...stds).toFixed(2)}, ${tops.size} different top tokens`;
}
