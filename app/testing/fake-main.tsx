/**
 * Mounts the page on the fake engine. `?load=slow|error`, `?answer=error`, `?bundled=none`, `?stored=some`, `?download=error`,
 * `?fit=shorter|gpu|storage|unsupported` show the other states.
 */
import type { EngineErrorData, FitVerdict, StoredModel } from '../../engine/api.ts';
import { mount } from '../mount.tsx';
import { createFakeEngine } from './fake-engine.ts';

const query = new URLSearchParams(location.search);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const NETWORK: EngineErrorData = {
  code: 'network',
  message: 'The model could not be downloaded: the server did not answer. Check the connection and try again.',
  detail: 'GET models/mixtab-20m.gguf: 503',
};
const LOST: EngineErrorData = {
  code: 'device-lost',
  message: 'The GPU was reset while it answered. Reload the model to go on.',
  detail: 'GPUDeviceLostInfo: unknown',
};

const DRAGON = `<think>The person wants a story about a dragon. A short one will do, with a beginning, a middle and an end.</think>Once upon a time there was a small dragon named **Ember** who could not breathe fire. Every time she tried, only a puff of warm steam came out.

The other dragons laughed, but the people of the village did not:

1. The baker used her steam to raise the bread.
2. The weaver used it to press the cloth.
3. The children used it to warm their hands.

| Who | What they said |
| --- | --- |
| Baker | "Softest loaf I ever made" |
| Weaver | "Not a wrinkle left" |

> A little warmth, given every day, is worth more than a great fire.

\`\`\`js
const ember = { fire: false, steam: true };
console.log(ember.steam ? 'warm' : 'cold');
\`\`\`

And so Ember stayed, and the winters in that village were never cold again.`;

const WRONG: EngineErrorData = {
  code: 'wrong-content',
  message: 'The SHA-256 of the file differs from the published one.',
};

const VERDICTS: Readonly<Record<string, FitVerdict>> = {
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
const STORED: readonly StoredModel[] = [
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
    complete: true,
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

mount(
  createFakeEngine({
    stored: query.get('stored') === 'some' ? STORED : [],
    downloadPace: () => wait(1500),
    downloadErrors: query.get('download') === 'error' ? [WRONG] : [],
    preview: () => {
      const verdict = VERDICTS[query.get('fit') ?? ''];
      return verdict === undefined ? {} : { verdict };
    },
    loadPace: (step) => wait(query.get('load') === 'slow' ? (step > 4 ? 1e6 : 30) : 20),
    pace: () => wait(18),
    loadErrors: query.get('load') === 'error' ? [NETWORK] : [],
    generateErrors: query.get('answer') === 'error' ? [LOST] : [],
    isFallback: true,
    answer: (request) => {
      const last = request.prompt.kind === 'chat' ? (request.prompt.messages.at(-1)?.content ?? '') : '';
      return /dragon/i.test(last) ? DRAGON : 'The capital of France is Paris. It lies on the river Seine.';
    },
  }),
  query.get('bundled') === 'none'
    ? null
    : {
        url: `${location.origin}/models/mixtab-20m.gguf?v=1`,
        name: 'mixtab-20m',
        bytes: 21_400_000,
        suggestions: ['What is the capital of France?', 'What is 27 + 58?', 'Tell me a story about a dragon.'],
      },
);
