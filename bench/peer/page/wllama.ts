import { LoggerWithoutDebug, Wllama } from '@wllama/wllama/esm/index.js';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { type Contender, CONTEXT_TOKENS, SEED } from './contender.ts';

/**
 * The answers of a random model are no UTF-8, and wllama crashes when it puts such text into JSON. So it is to choose among
 * the characters of ASCII; how long a token takes does not depend on which it is.
 */
const ASCII_BIAS = 1000;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;
const ASCII_ONLY = Array.from({ length: LAST_PRINTABLE - FIRST_PRINTABLE + 1 }, (_, i) => [
  String.fromCharCode(FIRST_PRINTABLE + i),
  ASCII_BIAS,
]);

/** wllama on one thread of the processor, in its worker. */
export function createWllama(): Contender {
  const wllama = new Wllama({ default: wasmUrl }, { logger: LoggerWithoutDebug });
  return {
    load: (modelUrl) =>
      wllama.loadModelFromUrl(modelUrl, {
        useCache: false, // a model of another day may have had the same address
        n_ctx: CONTEXT_TOKENS,
        n_threads: 1,
        n_gpu_layers: 0,
        n_parallel: 1,
      }),

    measure: async ({ prompt, maxTokens, temperature }) => {
      const { timings } = await wllama.createCompletion({
        prompt,
        max_tokens: maxTokens,
        temperature,
        seed: SEED,
        ignore_eos: true,
        // wllama's types ask for two forms of this at once. llama.cpp's server, which gets it, takes either, or this third.
        logit_bias: ASCII_ONLY as never,
        ...{ cache_prompt: false }, // known to the server only
      });
      if (timings === undefined) throw new Error('wllama did not say how long it took');
      if (timings.cache_n > 0) throw new Error(`wllama took ${timings.cache_n} tokens of the prompt from its cache`);
      return {
        promptTokens: timings.prompt_n,
        prefillMs: timings.prompt_ms,
        outputTokens: timings.predicted_n,
        decodeMs: timings.predicted_ms,
      };
    },
  };
}
