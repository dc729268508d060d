/**
 * Answers of servers in the form that each of them documents: what a fake one sends, in tests of the client and of the built page. The
 * texts are ours.
 */

export const REASONING = 'France has one.';
export const ANSWER = 'The capital of France is Paris: café, 東京, 👩‍🚀.';
/** As a tokenizer would cut it; the last is the end of the turn, which has no text. */
export const TOKENS = [
  'France',
  ' has',
  ' one',
  '.',
  'The',
  ' capital',
  ' of France',
  ' is Paris: café, 東京, 👩‍🚀.',
  '',
];
export const PROMPT_TOKENS = 12;

type Json = Record<string, unknown>;

const event = (value: Json, newline = '\n'): string => `data: ${JSON.stringify(value)}${newline}${newline}`;

const chunk = (delta: Json, rest: Json = {}, choice: Json = {}): Json => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_764_300_000,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
  ...rest,
});

const USAGE = {
  prompt_tokens: PROMPT_TOKENS,
  completion_tokens: TOKENS.length,
  total_tokens: PROMPT_TOKENS + TOKENS.length,
};

const halves = (text: string): readonly [string, string] => [text.slice(0, 9), text.slice(9)];

/** `reasoning` since 0.12, usage in a chunk of its own without choices, `[DONE]`. */
export function vllmStream(): string {
  return [
    event(chunk({ role: 'assistant', content: '' })),
    ...halves(REASONING).map((reasoning) => event(chunk({ reasoning }))),
    ...halves(ANSWER).map((content) => event(chunk({ content }))),
    event(chunk({}, {}, { finish_reason: 'stop', stop_reason: null })),
    event({ ...chunk({}), choices: [], usage: USAGE }),
    'data: [DONE]\n\n',
  ].join('');
}

/** `reasoning_content`, nulls in what a chunk lacks, `matched_stop`; the experts in a chunk of their own before the usage. */
export function sglangStream(routedExperts?: string): string {
  const nothing = { role: null, content: null, reasoning_content: null, tool_calls: null };
  const logprobs = (tokens: readonly string[]): Json =>
    routedExperts === undefined
      ? {}
      : { logprobs: { content: tokens.map((token) => ({ token, bytes: [], logprob: -0.1, top_logprobs: [] })) } };
  return [
    event(chunk({ ...nothing, role: 'assistant', content: '' })),
    event(chunk({ ...nothing, reasoning_content: REASONING }, {}, logprobs(TOKENS.slice(0, 4)))),
    event(chunk({ ...nothing, content: ANSWER }, {}, logprobs(TOKENS.slice(4)))),
    event(chunk({ ...nothing }, {}, { finish_reason: 'stop', matched_stop: 151_645 })),
    ...(routedExperts === undefined
      ? []
      : [event({ ...chunk({}), choices: [], sglext: { routed_experts: routedExperts, cached_tokens_details: null } })]),
    event({ ...chunk({}), choices: [], usage: { ...USAGE, prompt_tokens_details: null } }),
    'data: [DONE]\n\n',
  ].join('');
}

/** `reasoning_content`; usage and its own timings beside the finish reason. */
export function llamaServerStream(): string {
  return [
    event(chunk({ role: 'assistant', content: null })),
    ...halves(REASONING).map((reasoning_content) => event(chunk({ reasoning_content }))),
    ...halves(ANSWER).map((content) => event(chunk({ content }))),
    event(
      chunk(
        {},
        {
          usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 8 } },
          timings: { cache_n: 8, prompt_n: 4, prompt_ms: 30.5, predicted_n: 9, predicted_ms: 200.25 },
        },
        { finish_reason: 'stop' },
      ),
    ),
    'data: [DONE]\n\n',
  ].join('');
}

/** The role with each chunk, empty contents while it reasons, `reasoning`. */
export function ollamaStream(): string {
  const part = (delta: Json, choice: Json = {}): string =>
    event({ ...chunk({ role: 'assistant', content: '', ...delta }, {}, choice), system_fingerprint: 'fp_ollama' });
  return [
    ...halves(REASONING).map((reasoning) => part({ reasoning })),
    ...halves(ANSWER).map((content) => part({ content })),
    part({}, { finish_reason: 'stop' }),
    event({ ...chunk({}), choices: [], usage: USAGE }),
    'data: [DONE]\n\n',
  ].join('');
}

/** A whole answer, as vLLM gives it where experts are to be told. */
export function vllmAnswer(routedExperts: string): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_764_300_000,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: ANSWER, refusal: null, reasoning: REASONING },
        logprobs: { content: TOKENS.map((token) => ({ token, logprob: -0.1, bytes: null, top_logprobs: [] })) },
        finish_reason: 'stop',
        stop_reason: null,
        token_ids: null,
        routed_experts: routedExperts,
      },
    ],
    usage: { ...USAGE, prompt_tokens_details: null },
  });
}

export const STREAMS = {
  vllm: vllmStream,
  sglang: sglangStream,
  'llama-server': llamaServerStream,
  ollama: ollamaStream,
} as const;

/** What each lists under `/models`. */
export const MODEL_LISTS = {
  vllm: {
    object: 'list',
    data: [{ id: 'Qwen/Qwen3-30B-A3B', object: 'model', created: 1, owned_by: 'vllm', max_model_len: 40_960 }],
  },
  sglang: {
    object: 'list',
    data: [{ id: 'deepseek-ai/V2-Lite', object: 'model', created: 1, owned_by: 'sglang', max_model_len: 32_768 }],
  },
  'llama-server': {
    models: [{ name: 'olmoe.gguf', model: 'olmoe.gguf' }],
    object: 'list',
    data: [
      { id: 'olmoe.gguf', object: 'model', created: 1, owned_by: 'llamacpp', meta: { n_ctx: 8192, n_ctx_train: 4096 } },
    ],
  },
  ollama: {
    object: 'list',
    data: [
      { id: 'gpt-oss:20b', object: 'model', created: 1, owned_by: 'library' },
      { id: 'qwen3:30b', object: 'model', created: 1, owned_by: 'library' },
    ],
  },
} as const;

/** Row-major [prompt + written − 1, layers, used], different within a layer; the first layer has no experts. */
export function routedIds(layers: number, used: number, experts: number): readonly number[] {
  const positions = PROMPT_TOKENS + TOKENS.length - 1;
  return Array.from({ length: positions * layers * used }, (_, at) => {
    const layer = Math.floor(at / used) % layers;
    const position = Math.floor(at / (layers * used));
    return layer === 0 ? 0 : (position * 3 + layer * 7 + (at % used) * 5 + 1) % experts;
  });
}
