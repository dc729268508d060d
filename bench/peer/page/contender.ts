/** One prefill and the decoding after it, as the engine itself timed them inside its worker. */
export interface Measurement {
  /** Tokens that were really run: none came from a cache. */
  readonly promptTokens: number;
  readonly prefillMs: number;
  /** The first of them comes out of the prefill, so `decodeMs` is the time of one fewer. */
  readonly outputTokens: number;
  readonly decodeMs: number;
}

/** An engine in the race. One model, one generation at a time. */
export interface Contender {
  load(modelUrl: string): Promise<void>;
  /**
   * Greedy decoding of up to `maxTokens` after a prompt that has no prefix in common with the one before.
   * @throws Error if a part of the prompt was not run
   */
  measure(prompt: string, maxTokens: number): Promise<Measurement>;
}

/** Room for the prompts and answers that are measured. */
export const CONTEXT_TOKENS = 1024;

export type ContenderName = 'mixtab' | 'wllama';

/** What the page offers to the runner. */
interface PeerBench {
  load(name: ContenderName, modelUrl: string): Promise<void>;
  device(): Promise<string>;
  /** The n-th prompt, of that many tokens; each begins differently. */
  prompt(n: number, tokens: number): Promise<string>;
  measure(name: ContenderName, prompt: string, maxTokens: number): Promise<Measurement>;
}

declare global {
  var peerBench: PeerBench;
}
