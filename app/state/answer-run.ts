/** The answer under way: loads the model where it must, leaves out what does not fit, streams, and writes down. */
import type { ChatMessage, EngineErrorCode, EngineErrorData, ModelInfo } from '../../engine/api.ts';
import { stoppedAfter, streamAnswer } from './answer-stream.ts';
import type { ChatCore } from './chat-core.ts';
import { contextWindow } from './context-window.ts';
import {
  type AnswerStatus,
  type AssistantMessage,
  type ConversationHead,
  isUnwritten,
  type Message,
} from './conversation.ts';
import { effectiveSettings } from './effective-settings.ts';
import { thinkingRequest } from './thinking.ts';
import { asEngineError } from './engine-failure.ts';
import { pathTo } from './message-tree.ts';
import { choiceOf } from './model-choice.ts';
import { toChatMessages } from './prompt.ts';
import { toSampling } from './settings-store.ts';

/** How much of a streaming answer a closed tab may lose. */
const SAVE_EVERY_MS = 1000;

/** Errors of counting that an answer would only meet again: the first of them after more seconds, the other without a model. */
const IS_FINAL: ReadonlySet<EngineErrorCode> = new Set(['template-limit', 'engine-ended']);

export class AnswerRun {
  readonly conversation: string;
  readonly messageId: string;
  /** The first message that the model read, where older ones did not fit; null: all of them, or it is not known. */
  cut: string | null;
  readonly #core: ChatCore;
  readonly #stop = new AbortController();
  /** What is read and what is written, as they were at the beginning: another conversation may be open before the end. */
  readonly #path: readonly Message[];
  #answer: AssistantMessage;
  #isAbandoned = false;
  #saved: AssistantMessage | null = null;

  /**
   * @param answer a new, empty message of the open conversation that follows the question, or the one that is to go on.
   * @param cut that of the turn before
   */
  constructor(core: ChatCore, conversation: string, answer: AssistantMessage, cut: string | null) {
    this.#core = core;
    this.conversation = conversation;
    this.messageId = answer.id;
    this.#answer = answer;
    this.#path = pathTo(core.tree, answer.id);
    this.cut = cut;
  }

  /** As far as it is written. */
  get answer(): AssistantMessage {
    return this.#answer;
  }

  abort(): void {
    this.#stop.abort();
  }

  /** Stops without another word, as when the tab is closed: what was saved last is what is left. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#stop.abort();
  }

  /** Writes what there is, now: the tab may be closed in a moment. */
  async save(): Promise<void> {
    if (this.#isAbandoned) return;
    const answer = this.#answer;
    // Nothing new to write still is a sign of life: other tabs take an answer that falls silent for interrupted.
    if (this.#saved === answer) this.#core.tellOf(this.conversation, { messages: [answer] });
    else await this.#core.write(this.conversation, { messages: [answer] });
    this.#saved = answer;
  }

  /** Ends when the answer has, in whatever way, and is written down; never rejects. */
  async finish(): Promise<void> {
    const before = this.#answer;
    this.#update({ status: { kind: 'waiting' } });
    const saver = setInterval(() => void this.save(), SAVE_EVERY_MS);
    const failure = await this.#answerWith(before);
    clearInterval(saver);
    if (failure?.code === 'device-lost') this.#core.model.getState().lost(failure);
    await this.save();
  }

  /** @returns the error that it failed with, or null. */
  async #answerWith(before: AssistantMessage): Promise<EngineErrorData | null> {
    const { signal } = this.#stop;
    let askedAt = performance.now();
    const wasReady = this.#core.model.getState().status.kind === 'ready';
    const error = await orAborted(this.#core.model.getState().ensure(this.#head()?.model ?? null), signal);
    // A question that waited for its model was asked when that was there.
    if (!wasReady) askedAt = performance.now();
    if (signal.aborted) return this.#end(stoppedBefore(before));
    if (error !== null) return this.#fail(error);
    const { status } = this.#core.model.getState();
    const head = this.#head();
    if (status.kind !== 'ready' || head === undefined) return this.#end(stoppedBefore(before));
    const { info } = status;
    this.#update({ model: info.name });
    if (head.model === null) {
      const model = choiceOf(status.source, info, this.#core.model.getState().bundled);
      void this.#core.changeHead(head.id, { model });
    }
    return this.#generate(before, head, info, askedAt);
  }

  async #generate(
    before: AssistantMessage,
    head: ConversationHead,
    info: ModelInfo,
    askedAt: number,
  ): Promise<EngineErrorData | null> {
    const { signal } = this.#stop;
    const settings = effectiveSettings(info.sampling, this.#core.settings.getState().sampling, head.settings);
    const continueLast = !isUnwritten(before);
    const goesOn = continueLast ? before : undefined;
    const read = continueLast ? this.#path : this.#path.slice(0, -1);
    const count = (messages: readonly ChatMessage[]): Promise<number> =>
      this.#core.client.countTokens({ kind: 'chat', messages, ...(continueLast && { continueLast }) });
    let messages: readonly ChatMessage[];
    try {
      const estimate = (message: Message): Promise<number> => this.#core.tokens.of(message, info);
      const options = { ...settings, contextLength: info.contextLength, cut: this.cut, goesOn, count, estimate };
      // Not even a template that takes seconds holds up Stop.
      const window = await orAborted(contextWindow(read, options), signal);
      if (window === null) return this.#end(stoppedBefore(before));
      this.cut = window.cut;
      messages = window.chat;
    } catch (error) {
      const failure = asEngineError(error);
      if (IS_FINAL.has(failure.code)) return this.#fail(failure);
      // What cannot be counted cannot be answered either: the engine says why, in its own words.
      messages = toChatMessages(read, settings.systemPrompt, goesOn);
    }
    if (signal.aborted) return this.#end(stoppedBefore(before));
    const request = {
      prompt: { kind: 'chat', messages, ...(continueLast && { continueLast }) },
      sampling: toSampling(settings),
      maxTokens: settings.maxTokens,
      trace: true,
      model: info.id,
      ...thinkingRequest(settings, info.thinking),
    } as const;
    return streamAnswer(this.#core.client, request, { model: info, askedAt, before }, signal, (update) =>
      this.#update(update),
    );
  }

  #head(): ConversationHead | undefined {
    return this.#core.headOf(this.conversation);
  }

  #update(change: Partial<AssistantMessage>): void {
    this.#answer = { ...this.#answer, ...change };
    if (this.#core.state.current?.id === this.conversation) this.#core.showGrown(this.#answer);
  }

  #end(status: AnswerStatus): null {
    this.#update({ status });
    return null;
  }

  #fail(error: EngineErrorData): EngineErrorData {
    this.#update({ status: { kind: 'failed', error } });
    return error;
  }
}

/** Stopped before anything was written. */
function stoppedBefore({ status }: AssistantMessage): AnswerStatus {
  return stoppedAfter(0, 0, status.kind === 'done' ? status.timings : null);
}

/** The result of a promise, or null as soon as the signal is aborted: loading itself goes on. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  return Promise.race([promise, aborted]);
}
