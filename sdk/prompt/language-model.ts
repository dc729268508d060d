import type { ChatMessage, LoadProgress, Prompt } from '../../engine/api.ts';
import { ApiError } from '../api/api-error.ts';
import { parseChatRequest } from '../api/chat-request.ts';
import { ApiService, type ServedModel } from '../api/service.ts';
import type { MixtabBackend } from '../mixtab.ts';
import { type LanguageModelPrompt, notSupported, readPrompt, type TextMessage, type Turn } from './input.ts';
import { ProgressMonitor } from './monitor.ts';
import {
  type LanguageModelCreateCoreOptions,
  type LanguageModelCreateOptions,
  type LanguageModelParams,
  paramsOf,
  readOptions,
  type SessionOptions,
} from './options.ts';
import { quotaExceeded } from './quota-exceeded.ts';

export type Availability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

export interface LanguageModelPromptOptions {
  readonly signal?: AbortSignal;
}

/** What the sessions of a {@link LanguageModelFactory} share. */
export interface PromptBackend extends MixtabBackend {
  /** Of the model, whatever the options. */
  availability(): Promise<Availability>;
  /** @returns ends the listening */
  onProgress(listener: (progress: LoadProgress) => void): () => void;
}

/** A conversation with the model, in the shape of the Prompt API's `LanguageModel`. */
export interface LanguageModel extends EventTarget {
  /** Asks, and waits for the whole answer. Prompts of one session are answered one after the other. */
  prompt(input: LanguageModelPrompt, options?: LanguageModelPromptOptions): Promise<string>;
  /** The same, in pieces. @throws the signal's reason, at once, where that was aborted before */
  promptStreaming(input: LanguageModelPrompt, options?: LanguageModelPromptOptions): ReadableStream<string>;
  /** Adds to the conversation what the next prompt will build on. */
  append(input: LanguageModelPrompt, options?: LanguageModelPromptOptions): Promise<void>;
  /** Tokens that an input would take. */
  measureInputUsage(input: LanguageModelPrompt, options?: LanguageModelPromptOptions): Promise<number>;
  /** Tokens that the conversation takes, of {@link inputQuota}. */
  readonly inputUsage: number;
  /** The context in tokens. Where a prompt does not fit any more, the oldest turns are forgotten, and `quotaoverflow` is fired. */
  readonly inputQuota: number;
  onquotaoverflow: ((event: Event) => unknown) | null;
  /** The newer names of the same. */
  readonly contextUsage: number;
  readonly contextWindow: number;
  measureContextUsage(input: LanguageModelPrompt, options?: LanguageModelPromptOptions): Promise<number>;
  readonly topK: number;
  readonly temperature: number;
  /** Another session that knows what this one knows. */
  clone(options?: LanguageModelPromptOptions): Promise<LanguageModel>;
  /** Ends the session, and what it is asked. */
  destroy(): void;
}

/** The static side of the Prompt API's `LanguageModel`. */
export interface LanguageModelFactory {
  /** @throws NotSupportedError, RangeError, TypeError, QuotaExceededError, AbortError, NetworkError */
  create(options?: LanguageModelCreateOptions): Promise<LanguageModel>;
  availability(options?: LanguageModelCreateCoreOptions): Promise<Availability>;
  params(): Promise<LanguageModelParams | null>;
}

/** The Prompt API over any engine; `start` is called when it is first needed. */
export function promptApiOver(start: () => PromptBackend): LanguageModelFactory {
  let shared: { readonly backend: PromptBackend; readonly service: ApiService } | undefined;
  const engine = (): NonNullable<typeof shared> => {
    if (shared === undefined) {
      const backend = start();
      shared = { backend, service: new ApiService(backend) };
    }
    return shared;
  };
  return {
    create: async (options = {}) => {
      const { signal, monitor: announce } = options;
      signal?.throwIfAborted();
      const session = readOptions(options);
      const monitor = new ProgressMonitor();
      announce?.(monitor.target);
      const { backend, service } = engine();
      const stopListening = backend.onProgress(monitor.report);
      try {
        monitor.begin();
        const model = await orAborted(loaded(backend), signal);
        const created = await orAborted(Session.create(backend, service, model, session, signal), signal);
        monitor.end();
        signal?.throwIfAborted(); // a listener may do that
        return created;
      } finally {
        stopListening();
        monitor.abort();
      }
    },
    availability: async (options = {}) => {
      try {
        readOptions(options);
      } catch (error) {
        const isSampling = error instanceof RangeError && /topK|temperature/.test(error.message);
        const isInitial = error instanceof TypeError && /system/.test(error.message);
        if (isSampling || isInitial || (error instanceof DOMException && error.name === 'NotSupportedError'))
          return 'unavailable';
        throw error;
      }
      return engine().backend.availability();
    },
    params: async () => {
      const { backend } = engine();
      if ((await backend.availability()) === 'unavailable') return null;
      return paramsOf(await loaded(backend));
    },
  };
}

async function loaded(backend: PromptBackend): Promise<ServedModel> {
  try {
    return await backend.model(new AbortController().signal);
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const name = code === 'network' ? 'NetworkError' : code === 'bad-request' ? 'NotSupportedError' : 'OperationError';
    throw new DOMException(String(message), name);
  }
}

class Session extends EventTarget implements LanguageModel {
  onquotaoverflow: LanguageModel['onquotaoverflow'] = null;
  readonly topK: number;
  readonly temperature: number;
  readonly inputQuota: number;
  readonly #backend: PromptBackend;
  readonly #service: ApiService;
  readonly #model: ServedModel;
  readonly #sampling: SessionOptions['sampling'];
  readonly #destroyed = new AbortController();
  #messages: readonly TextMessage[] = [];
  #usage = 0;
  /** Resolves when what was asked before is done. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    backend: PromptBackend,
    service: ApiService,
    model: ServedModel,
    sampling: SessionOptions['sampling'],
    signal: AbortSignal | undefined,
  ) {
    super();
    this.#backend = backend;
    this.#service = service;
    this.#model = model;
    this.#sampling = sampling;
    const { defaultTopK, defaultTemperature } = paramsOf(model);
    this.topK = sampling?.topK ?? defaultTopK;
    this.temperature = Math.fround(sampling?.temperature ?? defaultTemperature);
    this.inputQuota = model.contextLength;
    signal?.addEventListener('abort', () => this.#destroyed.abort(signal.reason), { signal: this.#destroyed.signal });
  }

  static async create(
    backend: PromptBackend,
    service: ApiService,
    model: ServedModel,
    { sampling, initial }: SessionOptions,
    signal: AbortSignal | undefined,
  ): Promise<Session> {
    const session = new Session(backend, service, model, sampling, signal);
    const usage = await session.#count(initial);
    if (usage >= session.inputQuota) throw quotaExceeded(usage, session.inputQuota);
    session.#messages = initial;
    session.#usage = usage;
    return session;
  }

  get inputUsage(): number {
    return this.#usage;
  }

  get contextUsage(): number {
    return this.#usage;
  }

  get contextWindow(): number {
    return this.inputQuota;
  }

  async prompt(input: LanguageModelPrompt, options: LanguageModelPromptOptions = {}): Promise<string> {
    let text = '';
    for await (const piece of this.#answer(this.#read(input, options), options.signal)) text += piece;
    return text;
  }

  promptStreaming(
    input: LanguageModelPrompt,
    { signal, ...rest }: LanguageModelPromptOptions = {},
  ): ReadableStream<string> {
    signal?.throwIfAborted();
    const left = new AbortController();
    const leave = (): void => left.abort(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    const pieces = this.#answer((async () => this.#read(input, { ...rest, ...(signal && { signal }) }))(), left.signal);
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const { done, value } = await pieces.next();
          if (done !== true) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        signal?.removeEventListener('abort', leave);
      },
      cancel: async (reason) => {
        left.abort(reason);
        await pieces.return();
      },
    });
  }

  async append(input: LanguageModelPrompt, options: LanguageModelPromptOptions = {}): Promise<void> {
    const { messages } = this.#read(input, options);
    await this.#inTurn(options.signal, async () => {
      const usage = await this.#count(messages);
      await this.#makeRoom(messages, usage);
      this.#messages = [...this.#messages, ...messages];
      this.#usage += usage;
    });
  }

  async measureInputUsage(input: LanguageModelPrompt, options: LanguageModelPromptOptions = {}): Promise<number> {
    const { messages } = this.#read(input, options);
    return orAborted(this.#count(messages), options.signal);
  }

  measureContextUsage(input: LanguageModelPrompt, options: LanguageModelPromptOptions = {}): Promise<number> {
    return this.measureInputUsage(input, options);
  }

  async clone({ signal }: LanguageModelPromptOptions = {}): Promise<LanguageModel> {
    signal?.throwIfAborted();
    this.#checkAlive();
    const copy = new Session(this.#backend, this.#service, this.#model, this.#sampling, signal);
    copy.#messages = this.#messages;
    copy.#usage = this.#usage;
    // Not before a caller could abort it.
    await orAborted(Promise.resolve(), signal);
    return copy;
  }

  destroy(): void {
    this.#destroyed.abort(new DOMException('The session was destroyed.', 'InvalidStateError'));
  }

  #checkAlive(): void {
    this.#destroyed.signal.throwIfAborted();
  }

  #read(input: LanguageModelPrompt, options: LanguageModelPromptOptions): Turn {
    this.#checkAlive();
    options.signal?.throwIfAborted();
    const { responseConstraint } = options as { responseConstraint?: unknown };
    if (responseConstraint !== undefined) throw notSupported('responseConstraint is not supported by Mixtab.');
    return readPrompt(input);
  }

  /** Pieces of an answer; what was asked and answered belongs to the conversation when it has come to its end. */
  async *#answer(asked: Turn | Promise<Turn>, signal: AbortSignal | undefined): AsyncGenerator<string, void, void> {
    const { messages, isPrefixed } = await asked;
    const { promise: isDone, resolve: done } = later();
    const begun = later();
    // Holds the turn until the answer has ended, in whatever way.
    const turn = this.#inTurn(signal, async () => {
      begun.resolve();
      await isDone;
    });
    try {
      await Promise.race([begun.promise, turn]);
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#destroyed.signal.addEventListener('abort', abort, { once: true });
      try {
        yield* this.#ask(messages, isPrefixed, controller.signal);
      } catch (error) {
        signal?.throwIfAborted();
        this.#checkAlive();
        throw error;
      } finally {
        signal?.removeEventListener('abort', abort);
        this.#destroyed.signal.removeEventListener('abort', abort);
        controller.abort();
      }
    } finally {
      done();
      await turn.catch(() => undefined);
    }
  }

  async *#ask(
    messages: readonly TextMessage[],
    isPrefixed: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<string, void, void> {
    const usage = await this.#count(messages);
    await this.#makeRoom(messages, usage);
    signal.throwIfAborted();
    const all = [...this.#messages, ...messages];
    const answer = await this.#service
      .chat(
        {
          // Templates have nothing to say about a conversation in which nothing was said.
          messages: all.length === 0 ? [{ role: 'user', content: '' }] : all,
          stream: true,
          stream_options: { include_usage: true },
          ...(isPrefixed && { continue_final_message: true }),
          ...(this.#sampling && { top_k: this.#sampling.topK, temperature: this.#sampling.temperature }),
        },
        signal,
      )
      .catch((error: unknown) => {
        throw domError(error);
      });
    if (answer.kind === 'whole') throw new Error('An answer was not streamed.');
    let text = '';
    let total = this.#usage + usage;
    try {
      for await (const { choices, usage: used } of answer.stream) {
        const piece = choices[0]?.delta.content ?? '';
        text += piece;
        if (used) total = used.total_tokens;
        if (piece !== '') yield piece;
      }
    } catch (error) {
      throw domError(error);
    }
    const said: TextMessage = { role: 'assistant', content: text };
    const last = messages.at(-1);
    this.#messages =
      isPrefixed && last !== undefined
        ? [...all.slice(0, -1), { role: 'assistant', content: `${last.content}${text}` }]
        : [...all, said];
    this.#usage = total;
  }

  /** One thing at a time, in order; one that failed does not stop the next. */
  async #inTurn<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const run = (async () => {
      await orAborted(orAborted(before, signal), this.#destroyed.signal);
      return work();
    })();
    this.#last = run.then(
      () => undefined,
      () => before,
    );
    return run;
  }

  /** Forgets the oldest turns, but never the system's, until so much more fits. */
  async #makeRoom(messages: readonly TextMessage[], usage: number): Promise<void> {
    const [first] = this.#messages;
    const system = first?.role === 'system' ? [first] : [];
    const fixed = (await this.#count(system)) + usage;
    if (fixed >= this.inputQuota) throw quotaExceeded(fixed, this.inputQuota);
    if (this.#usage + usage < this.inputQuota) return;
    let rest = this.#messages.slice(system.length);
    while (rest.length > 0) {
      // A question goes with what followed it.
      const next = rest.findIndex(({ role }, i) => i > 0 && role === 'user');
      rest = next < 0 ? [] : rest.slice(next);
      if ((await this.#count([...system, ...rest, ...messages])) < this.inputQuota) break;
    }
    this.#messages = [...system, ...rest];
    this.#usage = await this.#count(this.#messages);
    for (const type of ['quotaoverflow', 'contextoverflow']) {
      const event = new Event(type);
      if (type === 'quotaoverflow') this.onquotaoverflow?.(event);
      this.dispatchEvent(event);
    }
  }

  async #count(messages: readonly TextMessage[]): Promise<number> {
    if (messages.length === 0) return 0;
    const { prompt } = parseChatRequest({ messages }).request(this.#model);
    try {
      return await this.#backend.countTokens(prompt);
    } catch {
      // A template may refuse a part of a conversation that it takes as a whole.
      return this.#backend.countTokens(textOf(prompt));
    }
  }
}

function textOf(prompt: Prompt): Prompt {
  const messages: readonly ChatMessage[] = prompt.kind === 'chat' ? prompt.messages : [];
  return { kind: 'text', text: messages.map(({ content }) => content).join('\n') };
}

function later(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Rejects with the signal's reason, whatever that is, as soon as it is aborted. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  promise.catch(() => undefined); // nobody may be left to hear it
  return new Promise((resolve, reject) => {
    // Any value can be a reason.
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function domError(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  return new DOMException(error.message, error.status < 500 ? 'NotSupportedError' : 'OperationError');
}
