/** The answer under way: loads the model where it must, leaves out what does not fit, streams, and writes down. */
import type { ChatMessage, EngineErrorCode, EngineErrorData } from '../../engine/api.ts';
import { noteSpeed } from '../models/speed/note-speed.ts';
import type { Answerer } from './answer-source.ts';
import { stoppedAfter, streamAnswer } from './answer-stream.ts';
import type { ChatCore } from './chat-core.ts';
import { contextWindow } from './context-window.ts';
import {
  type AnswerStatus,
  type AssistantMessage,
  type ConversationHead,
  isUnwritten,
  type Message,
  type ModelChoice,
} from './conversation.ts';
import { effectiveSettings } from './effective-settings.ts';
import { thinkingRequest } from './thinking.ts';
import { asEngineError } from './engine-failure.ts';
import { pathTo } from './message-tree.ts';
import { toChatMessages } from './prompt.ts';
import { chosenSampling, toSampling } from './settings-store.ts';

/** How much of a streaming answer a closed tab may lose. */
const SAVE_EVERY_MS = 1000;

/** Errors of counting that an answer would only meet again: the first of them after more seconds, the other without a model. */
const IS_FINAL: ReadonlySet<EngineErrorCode> = new Set(['template-limit', 'engine-ended']);

export class AnswerRun {
  readonly conversation: string;
  readonly messageId: string;
  /** The first message that the model read, where older ones did not fit; null: all of them, or it is not known. */
  cut: string | null;
  /** The model for this answer alone; undefined: the conversation's. */
  readonly by: ModelChoice | undefined;
  readonly #core: ChatCore;
  readonly #stop = new AbortController();
  /** What is read and what is written, as they were at the beginning: another conversation may be open before the end. */
  readonly #path: readonly Message[];
  #answer: AssistantMessage;
  #isAbandoned = false;
  /** Whether the engine of this page writes it, and no server. */
  #isOwn = false;
  #saved: AssistantMessage | null = null;

  /**
   * @param answer a new, empty message of the open conversation that follows the question, or the one that is to go on.
   * @param cut that of the turn before
   */
  constructor(core: ChatCore, conversation: string, answer: AssistantMessage, cut: string | null, by?: ModelChoice) {
    this.#core = core;
    this.conversation = conversation;
    this.messageId = answer.id;
    this.#answer = answer;
    this.#path = pathTo(core.tree, answer.id);
    this.cut = cut;
    this.by = by;
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
    // An answer that goes on has the time of both its goes.
    if (failure === null && this.#isOwn && isUnwritten(before))
      void noteSpeed(this.#core.model.getState(), this.#answer.status);
    if (failure?.code === 'device-lost') this.#core.model.getState().lost(failure);
    await this.save();
  }

  /** @returns the error that it failed with, or null. */
  async #answerWith(before: AssistantMessage): Promise<EngineErrorData | null> {
    const { signal } = this.#stop;
    let askedAt = performance.now();
    const wasReady = this.#core.model.getState().status.kind === 'ready';
    const answering = await orAborted(this.#core.answering(this.by ?? this.#head()?.model ?? null), signal);
    const head = this.#head();
    if (signal.aborted || answering === null || head === undefined) return this.#end(stoppedBefore(before));
    if (answering.kind === 'failed') return this.#fail(answering.error);
    const { answerer } = answering;
    const { host, choice } = answerer;
    this.#isOwn = host === null;
    // A question that waited for its model, or for a word of the person, was asked when that was there.
    if (!wasReady || host !== null) askedAt = performance.now();
    this.#update({ model: answerer.model.name, ...(host !== null && { host }) });
    if (this.by === undefined && choice !== head.model) void this.#core.changeHead(head.id, { model: choice });
    return this.#generate(before, head, answerer, askedAt);
  }

  async #generate(
    before: AssistantMessage,
    head: ConversationHead,
    { source, model }: Answerer,
    askedAt: number,
  ): Promise<EngineErrorData | null> {
    const { signal } = this.#stop;
    const everywhere = this.#core.settings.getState().sampling;
    const settings = effectiveSettings(model.sampling, everywhere, head.settings);
    const chosen = { ...everywhere, ...head.settings };
    const continueLast = !isUnwritten(before);
    const goesOn = continueLast ? before : undefined;
    const read = continueLast ? this.#path : this.#path.slice(0, -1);
    const count = (messages: readonly ChatMessage[]): Promise<number> =>
      source.countTokens({ kind: 'chat', messages, ...(continueLast && { continueLast }) });
    let messages: readonly ChatMessage[];
    try {
      const estimate = (message: Message): Promise<number> => this.#core.tokens.of(message, model, source);
      const { contextLength } = model;
      if (contextLength === null) messages = toChatMessages(read, settings.systemPrompt, goesOn);
      else {
        const options = { ...settings, contextLength, cut: this.cut, goesOn, count, estimate };
        // Not even a template that takes seconds holds up Stop.
        const window = await orAborted(contextWindow(read, options), signal);
        if (window === null) return this.#end(stoppedBefore(before));
        this.cut = window.cut;
        messages = window.chat;
      }
    } catch (error) {
      const failure = asEngineError(error);
      if (IS_FINAL.has(failure.code)) return this.#fail(failure);
      // What cannot be counted cannot be answered either: the engine says why, in its own words.
      messages = toChatMessages(read, settings.systemPrompt, goesOn);
    }
    if (signal.aborted) return this.#end(stoppedBefore(before));
    // Kept with the answer, so that another one differs by what is asked for alone.
    const seed = this.#answer.seed ?? settings.seed ?? randomSeed();
    const isOwn = model.hasOwnDefaults !== true;
    if (isOwn && settings.temperature > 0) this.#update({ seed });
    const { steering } = this.#answer;
    const request = {
      prompt: { kind: 'chat', messages, ...(continueLast && { continueLast }) },
      ...(model.hasOwnDefaults === true
        ? {
            sampling: chosenSampling(chosen),
            ...(chosen.maxTokens !== undefined && { maxTokens: chosen.maxTokens }),
          }
        : { sampling: { ...toSampling(settings), seed }, maxTokens: settings.maxTokens }),
      trace: true,
      ...(isOwn && steering && { routing: steering.routing }),
      ...(model.id !== undefined && { model: model.id }),
      ...thinkingRequest(settings, model.thinking),
    } as const;
    return streamAnswer(source, request, { model, askedAt, before }, signal, (update) => this.#update(update));
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

function randomSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}
