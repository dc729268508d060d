// Small random models in every architecture, form and weight type, against log-probabilities that llama.cpp computed.
// A test file for each shape of kernels, so that two cores share the compiling.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { topLogprobs } from '../engine/generate/logprobs.ts';
import { Session } from '../engine/generate/session.ts';
import type { Gpu } from '../engine/gpu/device.ts';
import { openTestGpu, type TestTarget } from '../engine/testing/gpu.ts';
import { recordDifference } from './golden-differences.ts';
import type { GoldenModel } from './golden-model.ts';
import { loadGolden } from './load-golden.ts';
import { goldenModels } from './models.ts';

/** Largest difference of any log-probability from llama.cpp's, at any position. */
const TOLERANCE = 1e-3;

/** Small, so that the goldens' few tokens take several chunks. */
const CHUNK_TOKENS = 16;

/** @param elsewhere the driver, where it is not the usual one: then its differences are not those of docs/models.md */
export function describeGoldens(
  target: TestTarget,
  models: readonly GoldenModel[] = modelsFor(target),
  elsewhere?: string,
): void {
  describe(`against llama.cpp, kernels for ${target.profile}, subgroups ${target.subgroups}`, () => {
    // One device for all models: most of the time goes into compiling, and they share most kernels.
    let gpu: Gpu;
    beforeAll(async () => {
      gpu = await openTestGpu(target);
    });
    afterAll(() => gpu.device.destroy());

    test.each(models)('$name', async (golden) => {
      const { tokens, vocabularySize, logprobs } = loadGolden(golden.name);
      const gguf = await readGguf([new MemorySource(golden.build())]);
      const session = await Session.load(gpu, gguf, { kvCache: 'f32', chunkTokens: CHUNK_TOKENS });
      session.configure({}, 0, { trace: false, logits: true });

      const largest = { prefill: 0, decode: 0 };
      const compare = (name: 'prefill' | 'decode' | 'taken back', position: number, logits: Float32Array): void => {
        const expected = logprobs.subarray(position * vocabularySize, (position + 1) * vocabularySize);
        const found = new Float32Array(vocabularySize);
        for (const { id, logprob } of topLogprobs(logits, vocabularySize)) found[id] = logprob;
        let worst = 0;
        found.forEach((value, id) => (worst = Math.max(worst, Math.abs(value - (expected[id] ?? NaN)))));
        expect(worst, `${name}, position ${position}`).toBeLessThan(TOLERANCE);
        if (name !== 'taken back') largest[name] = Math.max(largest[name], worst);
        expect(best(found), `${name}, position ${position}`).toBe(best(expected));
      };

      for (let at = 0; at < tokens.length; at += session.logitsTokens) {
        const chunk = tokens.slice(at, at + session.logitsTokens);
        const logits = await session.prefillLogits(chunk, at);
        chunk.forEach((_, i) =>
          compare('prefill', at + i, logits.subarray(i * vocabularySize, (i + 1) * vocabularySize)),
        );
      }
      session.memory.rollback(0);
      for (const [position, token] of tokens.entries()) {
        const { logits } = await session.prefill([token], position, true)();
        compare('decode', position, logits ?? new Float32Array());
      }
      // Another continuation, and back to where the prompt ended: in pieces that are no multiple of anything.
      session.memory.rollback(0);
      session.prefill(tokens.slice(0, 7), 0, false);
      session.prefill(tokens.slice(7, 11), 7, false);
      session.memory.markTurn();
      const others = tokens.slice(11, 26).map((token) => (token + 1) % vocabularySize);
      session.prefill(others, 11, false);
      for (let position = 26; position < 30; position++) session.prefill([1], position, false);
      expect(session.memory.keep(tokens)).toBe(11);
      session.prefill(tokens.slice(11, 24), 11, false);
      const { logits } = await session.prefill(tokens.slice(24), 24, true)();
      compare('taken back', tokens.length - 1, logits ?? new Float32Array());
      session.destroy();
      if (elsewhere === undefined) recordDifference(target, golden.name, largest);
    });
  });
}

/**
 * All of them for one profile; where lanes share a row without the lookups of embeddings, which are the same there. Subgroups change only how
 * lanes add up, which each kernel's own tests have too: one model of each family shows that it fits together.
 */
function modelsFor({ profile, subgroups }: TestTarget): readonly GoldenModel[] {
  if (profile === 'rows') return goldenModels;
  const models = goldenModels.filter(({ exact }) => !exact);
  if (!subgroups) return models;
  const familyOf = ({ name }: GoldenModel): string => name.replace(/-.*/, '');
  return models.filter((model, i) => models.findIndex((other) => familyOf(other) === familyOf(model)) === i);
}

function best(logprobs: Float32Array): number {
  return logprobs.reduce((winner, value, id) => (value > (logprobs[winner] ?? -Infinity) ? id : winner), 0);
}
