import type { GenerateEvent } from '../../../engine/api.ts';
import { createEngineClient } from '../../../engine/client.ts';
import { type Contender, CONTEXT_TOKENS, SEED, type Measurement } from './contender.ts';

export interface Mixtab extends Contender {
  /** How many tokens the model's tokenizer makes of a text. */
  countTokens(text: string): Promise<number>;
  /** What the browser says of the GPU. */
  describeDevice(): Promise<string>;
}

/** Mixtab as the page has it: the engine in its worker, the model through the store. */
export function createMixtab(): Mixtab {
  const engine = createEngineClient();
  return {
    load: async (modelUrl) => {
      await engine.unload(); // what it remembers goes, too
      await engine.load({ kind: 'url', url: modelUrl }, { contextLength: CONTEXT_TOKENS });
    },

    countTokens: async (text) => {
      // Nothing is run for no tokens.
      for await (const event of engine.generate({ prompt: { kind: 'text', text }, maxTokens: 0 }))
        if (event.type === 'prompt') return event.tokens.length;
      throw new Error('Mixtab did not say what the prompt is');
    },

    measure: async ({ prompt, maxTokens, temperature }) => {
      let done: (GenerateEvent & { type: 'done' }) | undefined;
      for await (const event of engine.generate({
        prompt: { kind: 'text', text: prompt },
        sampling: { temperature, seed: SEED },
        maxTokens,
      }))
        if (event.type === 'done') done = event;
      if (done === undefined) throw new Error('Mixtab did not end its answer');
      return measurementOf(done);
    },

    describeDevice: async () => {
      const { vendor, architecture, description } = await engine.device();
      return [vendor, architecture, description].filter(Boolean).join(' ');
    },
  };
}

function measurementOf({ timings }: GenerateEvent & { type: 'done' }): Measurement {
  const { promptTokens, reusedTokens, prefillMs, outputTokens, decodeMs } = timings;
  // A BOS token is the same in all prompts.
  if (reusedTokens > 1) throw new Error(`Mixtab took ${reusedTokens} tokens of the prompt from its cache`);
  return { promptTokens: promptTokens - reusedTokens, prefillMs, outputTokens, decodeMs };
}
