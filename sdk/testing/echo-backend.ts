import type { GenerateEvent, GenerateRequest, LoadProgress, Prompt } from '../../engine/api.ts';
import type { ServedModel } from '../api/service.ts';
import type { Availability, PromptBackend } from '../prompt/language-model.ts';
import { SERVED } from './scripted-backend.ts';

/** Answers with what it was told, as the model of the web platform tests does; a character is a token. */
export class EchoBackend implements PromptBackend {
  readonly served: ServedModel;
  readonly requests: GenerateRequest[] = [];
  state: Availability = 'downloadable';
  /** Told to listeners while it loads. */
  readonly progress: readonly (readonly [loadedBytes: number, totalBytes: number])[] = [
    [0, 0],
    [10, 30],
    [10, 30],
    [20, 30],
    [30, 30],
  ];
  readonly #listeners = new Set<(progress: LoadProgress) => void>();

  constructor(contextLength = 2000) {
    this.served = { ...SERVED, contextLength };
  }

  async model(): Promise<ServedModel> {
    for (const [loadedBytes, totalBytes] of this.progress) {
      await nextTurn();
      for (const listener of this.#listeners)
        listener({ stage: 'download', share: loadedBytes / totalBytes, loadedBytes, totalBytes });
    }
    this.state = 'available';
    return this.served;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    this.requests.push(request);
    const told = `You said: ${textOf(request.prompt)}`;
    yield { type: 'prompt', tokens: [] };
    const pieces = told.match(/[^]{1,8}/g) ?? [];
    for (const [id, text] of pieces.entries()) {
      await nextTurn();
      if (signal.aborted) break;
      yield { type: 'token', token: { id, logprob: 0, channel: 'answer', text } };
    }
    const timings = {
      promptTokens: await this.countTokens(request.prompt),
      reusedTokens: 0,
      prefillMs: 0,
      outputTokens: told.length,
      decodeMs: 0,
    };
    yield { type: 'done', finishReason: signal.aborted ? 'aborted' : 'stop', timings };
  }

  async countTokens(prompt: Prompt): Promise<number> {
    return textOf(prompt).length;
  }

  async availability(): Promise<Availability> {
    return this.state;
  }

  onProgress(listener: (progress: LoadProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {}
}

function textOf(prompt: Prompt): string {
  return prompt.kind === 'chat' ? prompt.messages.map(({ content }) => content).join('') : '';
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
