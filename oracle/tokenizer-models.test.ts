import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadTokenizerGoldens } from './load-golden.ts';
import { tokenizerModels } from './tokenizer-models.ts';
import { TOKENIZER_TEXTS } from './tokenizer-texts.ts';

describe('tokenizer goldens', () => {
  const goldens = loadTokenizerGoldens();

  it.each(tokenizerModels)('$name is the vocabulary that llama.cpp read', ({ name, build }) => {
    const golden = goldens.get(name);
    expect(createHash('sha256').update(build()).digest('hex'), 'run `npm run tokenize` in oracle/').toBe(
      golden?.sha256,
    );
    expect(golden?.plain).toHaveLength(TOKENIZER_TEXTS.length);
    expect(golden?.special).toHaveLength(TOKENIZER_TEXTS.length);
  });

  it('tell the pre-tokenizers apart', () => {
    const distinct = new Set([...goldens.values()].map(({ plain }) => JSON.stringify(plain)));
    expect(distinct.size).toBeGreaterThanOrEqual(16);
  });
});
