/** One prefill and the decoding after it, as the engine itself timed them inside its worker. */
export interface Measurement {
  /** Tokens that were really run: none came from a cache. */
  readonly promptTokens: number;
  readonly prefillMs: number;
  /** The first of them comes out of the prefill, so `decodeMs` is the time of one fewer. */
  readonly outputTokens: number;
  readonly decodeMs: number;
}

/** What to run: a prompt that has no prefix in common with the one before. */
export interface Task {
  readonly prompt: string;
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
}

/** An engine in the race. One model, one generation at a time. */
export interface Contender {
  load(modelUrl: string): Promise<void>;
  /** @throws Error if more of the prompt than a BOS token came from a cache */
  measure(task: Task): Promise<Measurement>;
}

/** Room for the prompts and answers that are measured. */
export const CONTEXT_TOKENS = 1024;

/** So that a run at a temperature above 0 can be repeated. */
export const SEED = 1;

export type ContenderName = 'mixtab' | 'wllama';

/** What the page offers to the runner. */
interface PeerBench {
  load(name: ContenderName, modelUrl: string): Promise<void>;
  device(): Promise<string>;
  /** The n-th prompt, of that many tokens; each begins differently. */
  prompt(n: number, tokens: number): Promise<string>;
  measure(name: ContenderName, task: Task): Promise<Measurement>;
}

declare global {
  var peerBench: PeerBench;
}
