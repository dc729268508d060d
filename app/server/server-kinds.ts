/** The servers that are known by name: how they are told apart, and what each of them can be asked for. */

export const SERVER_KINDS = ['vllm', 'sglang', 'llama-server', 'ollama'] as const;
export type NamedServer = (typeof SERVER_KINDS)[number];
/** `other`: anything else that speaks OpenAI's language. */
export type ServerKind = NamedServer | 'other';

/** How a server is to tell the experts of an answer. vLLM tells them with whole answers only. */
export type RoutingForm = 'vllm' | 'sglang';

/** Product names, which no language translates. */
export const SERVER_NAMES: Readonly<Record<NamedServer, string>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  'llama-server': 'llama-server',
  ollama: 'Ollama',
};

/** Where they listen unless told otherwise. */
const PORTS: Readonly<Record<NamedServer, string>> = {
  vllm: '8000',
  sglang: '30000',
  'llama-server': '8080',
  ollama: '11434',
};

/** By `owned_by` of the models that it lists; Ollama has the name of a person or `library` there. */
export function kindOf(ownedBy: string, url: string): ServerKind {
  if (ownedBy === 'vllm' || ownedBy === 'sglang') return ownedBy;
  if (ownedBy === 'llamacpp') return 'llama-server';
  if (ownedBy === 'library' || new URL(url).port === PORTS.ollama) return 'ollama';
  return 'other';
}

/** The most likely first: for advice on a server that does not say what it is. */
export function likelyKinds(url: string): readonly NamedServer[] {
  const { port } = new URL(url);
  return SERVER_KINDS.toSorted((a, b) => Number(PORTS[b] === port) - Number(PORTS[a] === port));
}

/** What lets a page of this origin ask the server: added to the line that starts it. */
export function originSetting(kind: NamedServer, origin: string): string {
  switch (kind) {
    case 'vllm':
      return `vllm serve MODEL --allowed-origins '["${origin}"]'`;
    case 'sglang':
      return 'python -m sglang.launch_server --model-path MODEL';
    case 'llama-server':
      return `llama-server -m MODEL.gguf --cors-origins ${origin}`;
    case 'ollama':
      return `OLLAMA_ORIGINS=${origin} ollama serve`;
    default:
      return kind satisfies never;
  }
}

/** Sampling beyond OpenAI's, by the names that the server has for it. */
export function samplingNames(kind: ServerKind): {
  readonly topK?: string;
  readonly minP?: string;
  readonly repetitionPenalty?: string;
} {
  switch (kind) {
    case 'vllm':
    case 'sglang':
      return { topK: 'top_k', minP: 'min_p', repetitionPenalty: 'repetition_penalty' };
    case 'llama-server':
      return { topK: 'top_k', minP: 'min_p', repetitionPenalty: 'repeat_penalty' };
    case 'ollama':
    case 'other':
      return {};
    default:
      return kind satisfies never;
  }
}

/** Whether an answer that broke off can be given back to it to go on. */
export function canContinue(kind: ServerKind): boolean {
  return kind === 'vllm' || kind === 'sglang' || kind === 'llama-server';
}
