import type { Prompt } from '../engine/api.ts';
import type { AnswerStream } from './api/answer-stream.ts';
import { answerRequest } from './api/http.ts';
import { ApiService, type Backend } from './api/service.ts';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionParams,
  Completion,
  CompletionParams,
  Model,
  ModelList,
} from './api/types.ts';

/** Of one request. */
export interface RequestOptions {
  /** Aborting it ends the request, and the model's work on it within a token. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pieces of an answer, to be read in a loop once. Leaving the loop ends the answer.
 */
export interface Stream<T> extends AsyncIterableIterator<T> {
  /** Ends the answer; who reads it gets an AbortError. */
  abort(): void;
}

/** A request whose answer comes in pieces. */
export type Streamed<TParams> = TParams & { readonly stream: true };
/** A request whose answer comes as a whole. */
export type Unstreamed<TParams> = TParams & { readonly stream?: false | null };

/** `chat.completions` of OpenAI's SDK. */
export interface ChatCompletions {
  /**
   * Answers a conversation.
   *
   * @throws ApiError with OpenAI's `status`, `type`, `code` and `param`; AbortError
   */
  create(params: Unstreamed<ChatCompletionParams>, options?: RequestOptions): Promise<ChatCompletion>;
  create(params: Streamed<ChatCompletionParams>, options?: RequestOptions): Promise<Stream<ChatCompletionChunk>>;
  create(params: ChatCompletionParams, options?: RequestOptions): Promise<ChatCompletion | Stream<ChatCompletionChunk>>;
}

/** `completions` of OpenAI's SDK. */
export interface Completions {
  /**
   * Goes on with a text, as it stands.
   *
   * @throws ApiError, AbortError
   */
  create(params: Unstreamed<CompletionParams>, options?: RequestOptions): Promise<Completion>;
  create(params: Streamed<CompletionParams>, options?: RequestOptions): Promise<Stream<Completion>>;
  create(params: CompletionParams, options?: RequestOptions): Promise<Completion | Stream<Completion>>;
}

/** `models` of OpenAI's SDK. */
export interface Models {
  /** The one model that there is. */
  list(options?: RequestOptions): Promise<ModelList>;
  /** @throws ApiError with status 404 for another name */
  retrieve(model: string, options?: RequestOptions): Promise<Model>;
}

/** A model in this tab, behind the API that programs speak with OpenAI's servers. */
export interface Mixtab {
  readonly chat: { readonly completions: ChatCompletions };
  readonly completions: Completions;
  readonly models: Models;
  /**
   * Answers `/v1/chat/completions`, `/v1/completions` and `/v1/models`, below whatever address, as a server would. For programs
   * that take a `fetch`, such as `new OpenAI({ fetch: mixtab.fetch, apiKey: '-', dangerouslyAllowBrowser: true })`.
   */
  readonly fetch: typeof fetch;
  /** Resolves when the model is loaded. Requests wait for it by themselves. @throws ApiError */
  ready(options?: RequestOptions): Promise<Model>;
  /** Frees the model's memory; what is under way ends with an AbortError. What was downloaded stays. */
  close(): void;
}

/** What a {@link Mixtab} is made of: an engine with a model, which can also be counted with and closed. */
export interface MixtabBackend extends Backend {
  countTokens(prompt: Prompt): Promise<number>;
  close(): void;
}

/** The API over any engine. */
export function mixtabOver(backend: MixtabBackend): Mixtab {
  const service = new ApiService(backend);
  let isClosed = false;
  const signalOf = (signal: AbortSignal | undefined): AbortSignal => {
    if (isClosed) throw new DOMException('This Mixtab was closed.', 'InvalidStateError');
    return signal ?? new AbortController().signal;
  };
  const chat = async (
    params: ChatCompletionParams,
    { signal }: RequestOptions = {},
  ): Promise<ChatCompletion | Stream<ChatCompletionChunk>> => {
    const answer = await withReason(signal, service.chat(params, signalOf(signal)));
    return answer.kind === 'whole' ? answer.whole : streamOf(answer.stream);
  };
  const complete = async (
    params: CompletionParams,
    { signal }: RequestOptions = {},
  ): Promise<Completion | Stream<Completion>> => {
    const answer = await withReason(signal, service.complete(params, signalOf(signal)));
    return answer.kind === 'whole' ? answer.whole : streamOf(answer.stream);
  };
  const { list, retrieve }: Models = {
    list: async ({ signal } = {}) => service.models(signalOf(signal)),
    retrieve: async (model, { signal } = {}) => service.modelNamed(model, signalOf(signal)),
  };
  return {
    // What comes is `stream`'s: the overloads say so.
    chat: { completions: { create: chat as ChatCompletions['create'] } },
    completions: { create: complete as Completions['create'] },
    models: { list, retrieve },
    fetch: async (input, init) => {
      const { method, url, headers, body, signal } = requestOf(input, init);
      return withReason(signal, answerRequest(service, { method, url, headers, body, signal: signalOf(signal) }));
    },
    ready: async ({ signal } = {}) => {
      const { data } = await list({ signal });
      const [model] = data;
      if (model === undefined) throw new Error('There is no model.');
      return model;
    },
    close: () => {
      isClosed = true;
      service.abortAll();
      backend.close();
    },
  };
}

/** Whoever aborts gets back the reason that was given, as from any `fetch`: a TimeoutError, say. */
async function withReason<T>(signal: AbortSignal | undefined, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function streamOf<T>(stream: AnswerStream<T>): Stream<T> {
  return {
    next: () => stream.next(),
    return: () => stream.return(),
    abort: () => {
      stream.abort();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Relative addresses are the page's; where there is no page, nobody asks which host was meant. */
function requestOf(input: RequestInfo | URL, init: RequestInit | undefined): Request {
  if (input instanceof Request) return new Request(input, init);
  const base = typeof document === 'undefined' ? 'http://localhost' : document.baseURI;
  return new Request(new URL(input, base), init);
}
