import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { dequantize, hasTwin, TWIN_TYPES } from '../engine/reference/dequantize.ts';
import { loadGolden } from './load-golden.ts';
import { goldenTokens } from './golden-model.ts';
import { goldenModels } from './models.ts';

describe('golden models', () => {
  it.each(goldenModels)('$name is the one that llama.cpp ran', ({ name, build, buildF32, exact }) => {
    const { sha256, tokens, logprobs, vocabularySize } = loadGolden(name);
    const file = exact ? build() : buildF32();
    expect(createHash('sha256').update(file).digest('hex'), 'run `npm run golden` in oracle/').toBe(sha256);
    expect(tokens).toEqual(goldenTokens(name));
    for (let i = 0; i < tokens.length; i++) {
      const row = logprobs.subarray(i * vocabularySize, (i + 1) * vocabularySize);
      expect(row.reduce((sum, logprob) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 5);
    }
  });

  it('use every weight type in a whole model, and the commonest in two architectures', async () => {
    const architectures = new Map<string, Set<string>>();
    for (const model of goldenModels.filter(({ exact }) => !exact)) {
      const { metadata, tensors } = await readGguf([new MemorySource(model.build())]);
      for (const { type, shape } of tensors.values()) {
        if (shape.length < 2 || type.name === 'F32') continue; // routers are F32 everywhere
        const seen = architectures.get(type.name) ?? new Set();
        architectures.set(type.name, seen.add(metadata.string('general.architecture')));
      }
    }
    expect([...architectures.keys()].toSorted()).toEqual(TWIN_TYPES.filter((type) => type !== 'F32').toSorted());
    for (const type of ['BF16', 'F16', 'Q4_0', 'Q4_K', 'Q6_K', 'Q8_0']) {
      expect([type, (architectures.get(type)?.size ?? 0) >= 2]).toEqual([type, true]);
    }
  });

  it('have centred weights of the size that was asked for', async () => {
    for (const { build } of goldenModels.filter(({ exact }) => exact)) {
      const file = build();
      const tensor = (await readGguf([new MemorySource(file)])).tensors.get('token_embd.weight');
      if (tensor === undefined || !hasTwin(tensor.type)) throw new Error('token_embd');
      const count = tensor.shape.reduce((a, b) => a * b);
      const weights = dequantize(tensor.type, file.subarray(tensor.offset), count);
      const mean = weights.reduce((a, b) => a + b) / count;
      const std = Math.sqrt(weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / count);
      expect(Math.abs(mean)).toBeLessThan(0.1);
      expect(std).toBeGreaterThan(0.8);
      expect(std).toBeLessThan(1.25);
    }
  });
});
