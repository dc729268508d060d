/** Models, verdicts and failures to look at on the fake engine. */
import type { EngineErrorData, FitVerdict, StoredModel } from '../../engine/api.ts';

export const WRONG_CONTENT: EngineErrorData = {
  code: 'wrong-content',
  message: 'The SHA-256 of the file differs from the published one.',
};

export const VERDICTS: Readonly<Record<string, FitVerdict>> = {
  shorter: { kind: 'shorter-context', contextLength: 2048 },
  gpu: { kind: 'too-large', what: 'gpu', message: 'It needs 18 GB, and buffers of this GPU hold 8 GB in all.' },
  storage: { kind: 'too-large', what: 'storage', message: 'It needs 4 GB, and the browser grants 1.2 GB more.' },
  unsupported: {
    kind: 'unsupported',
    error: {
      code: 'unsupported-tensor-type',
      message: 'The weights of this model are in Q5_0, which Mixtab cannot run.',
    },
  },
};

const HOUR_MS = 3_600_000;
export const STORED_MODELS: readonly StoredModel[] = [
  {
    id: 'https://huggingface.co/allenai/OLMoE-1B-7B-0125-Instruct-GGUF/resolve/main/OLMoE-1B-7B-0125-Instruct-Q4_K_M.gguf',
    name: 'OLMoE 1B-7B 0125 Instruct',
    totalBytes: 4_213_512_192,
    storedBytes: 4_213_512_192,
    complete: true,
    lastUsed: Date.now() - 3 * HOUR_MS,
    url: 'https://huggingface.co/allenai/OLMoE-1B-7B-0125-Instruct-GGUF/resolve/main/OLMoE-1B-7B-0125-Instruct-Q4_K_M.gguf',
    verified: true,
  },
  {
    id: 'file:granite',
    name: 'granite-3.1-3b-a800m-instruct',
    totalBytes: 2_016_888_384,
    storedBytes: 1_700_000_000,
    complete: false,
    lastUsed: Date.now() - 200 * HOUR_MS,
    url: null,
    verified: false,
    lostBytes: 316_888_384,
  },
  {
    id: 'https://example.org/half.gguf',
    name: 'Qwen3 30B-A3B Instruct 2507',
    totalBytes: 11_258_610_080,
    storedBytes: 4_700_000_000,
    complete: false,
    lastUsed: 0,
    url: 'https://example.org/half.gguf',
    verified: false,
  },
];
