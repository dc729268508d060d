// All goldens on the machine's own GPU: exact kernels, f16 tiles with the experts' flips counted, and a cache in f16.
import { readGguf } from '../../engine/formats/gguf.ts';
import { MemorySource } from '../../engine/formats/memory-source.ts';
import { dump } from '../../engine/generate/dump.ts';
import { logSumExp } from '../../engine/generate/logprobs.ts';
import { Session } from '../../engine/generate/session.ts';
import type { Gpu } from '../../engine/gpu/device.ts';
import type { GoldenModel } from '../../oracle/golden-model.ts';
import { loadGolden } from '../../oracle/load-golden.ts';

export type GoldenMode = 'f32' | 'f32-no-subgroups' | 'f16-tiles' | 'f16-cache';

export interface GoldenResult {
  readonly name: string;
  readonly mode: GoldenMode;
  readonly prefill?: number;
  readonly decode?: number;
  readonly worstAt?: string;
  /** Expert slots that were chosen differently from the exact kernels, by position. */
  readonly flips?: readonly number[];
  readonly byPosition?: readonly number[];
  readonly ms?: number;
  readonly error?: string;
}

const CHUNK_TOKENS = 16;

function worstOf(logits: Float32Array, expected: Float32Array): number {
  const normalizer = logSumExp(logits);
  let worst = 0;
  logits.forEach((logit, id) => {
    const difference = Math.abs(logit - normalizer - (expected[id] ?? NaN));
    if (!(difference <= worst)) worst = difference;
  });
  return worst;
}

/** The experts chosen at each position and layer, as numbers in a row. */
async function choices(session: Session, tokens: readonly number[]): Promise<number[][]> {
  const chosen: number[][] = tokens.map(() => []);
  for (let at = 0; at < tokens.length; at += session.chunkTokens) {
    const chunk = tokens.slice(at, at + session.chunkTokens);
    for await (const { activation, values, width } of dump(session, chunk, at)) {
      if (activation !== 'routes') continue;
      chunk.forEach((_, i) => {
        const ids = [...values.subarray(i * width, i * width + width / 2)].sort((a, b) => a - b);
        (chosen[at + i] as number[]).push(...ids);
      });
    }
  }
  return chosen;
}

const exactChoices = new Map<string, number[][]>();

export async function runGolden(gpu: Gpu, golden: GoldenModel, mode: GoldenMode): Promise<GoldenResult> {
  const started = performance.now();
  const { name } = golden;
  try {
    const { tokens, vocabularySize, logprobs } = loadGolden(name);
    const gguf = await readGguf([new MemorySource(golden.build())]);
    const target: Gpu = { ...gpu, f16: mode === 'f16-tiles', subgroups: gpu.subgroups && mode !== 'f32-no-subgroups' };
    const kvCache = mode === 'f16-cache' ? 'f16' : 'f32';
    const session = await Session.load(target, gguf, { kvCache, chunkTokens: CHUNK_TOKENS });
    session.configure({}, 0, { trace: false, logits: true });
    const largest = { prefill: 0, decode: 0 };
    let worstAt = '';
    const byPosition: number[] = [];
    const compare = (phase: 'prefill' | 'decode', position: number, logits: Float32Array): void => {
      const expected = logprobs.subarray(position * vocabularySize, (position + 1) * vocabularySize);
      const worst = worstOf(logits, expected);
      if (phase === 'prefill') byPosition.push(Number(worst.toPrecision(3)));
      if (!(worst <= Math.max(largest.prefill, largest.decode))) worstAt = `${phase} ${position}`;
      if (!(worst <= largest[phase])) largest[phase] = worst;
    };
    for (let at = 0; at < tokens.length; at += session.logitsTokens) {
      const chunk = tokens.slice(at, at + session.logitsTokens);
      const logits = await session.prefillLogits(chunk, at);
      chunk.forEach((_, i) =>
        compare('prefill', at + i, logits.subarray(i * vocabularySize, (i + 1) * vocabularySize)),
      );
    }
    if (mode !== 'f16-tiles') {
      session.memory.rollback(0);
      for (const [position, token] of tokens.entries()) {
        const { logits } = await session.prefill([token], position, true)();
        compare('decode', position, logits ?? new Float32Array(vocabularySize).fill(NaN));
      }
    }
    session.memory.rollback(0);
    const chosen = await choices(session, tokens);
    session.destroy();
    if (mode === 'f32') exactChoices.set(name, chosen);
    const exact = exactChoices.get(name);
    const flips = exact && chosen.map((ids, i) => ids.filter((id, j) => id !== exact[i]?.[j]).length);
    const hasFlips = flips?.some((count) => count > 0) === true;
    return {
      ...{ name, mode, prefill: largest.prefill, decode: largest.decode, worstAt },
      ...(hasFlips && { flips }),
      ...(mode === 'f16-tiles' && { byPosition }),
      ms: Math.round(performance.now() - started),
    };
  } catch (error) {
    return { name, mode, error: String((error as { detail?: unknown }).detail ?? error).slice(0, 600) };
  }
}
