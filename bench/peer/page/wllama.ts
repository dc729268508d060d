import { LoggerWithoutDebug, Wllama } from '@wllama/wllama/esm/index.js';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { type Contender, CONTEXT_TOKENS } from './contender.ts';

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

    measure: async (prompt, maxTokens) => {
      const { timings } = await wllama.createCompletion({
        prompt,
        max_tokens: maxTokens,
        temperature: 0,
        ignore_eos: true,
        // Known to llama.cpp's server, which the request is handed to, but not to wllama's types.
        ...{ cache_prompt: false },
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
