/** A server as the chat asks it: the events of `EngineClient.generate`, over HTTP. */
import type { FinishReason, GeneratedToken, GenerateRequest, GenerateTimings, Prompt } from '../../engine/api.ts';
import { t } from '../i18n/i18n.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';
import type { AnswerEvent, AnswerSource } from '../state/answer-source.ts';
import {
  type AnswerPiece,
  finishReasonOf,
  readChunk,
  type ServerTimings,
  type ServerUsage,
  type ToolPiece,
} from './chat-chunks.ts';
import { chatRequest, type ChatTarget } from './chat-request.ts';
import { eventData, type StreamLimits } from './event-data.ts';
import { type AskOptions, askServer, errorText, hostName, readText, ServerFailure, type ServerTarget } from './http.ts';
import { routingFromInt32, routingFromLists, routingFromNpy } from './routed-experts.ts';
import { ThoughtSplitter } from './thought-splitter.ts';

export interface SourceTarget extends ServerTarget, ChatTarget {}

export interface SourceLimits extends StreamLimits {
  /** Until an answer begins: with a queue, and a long prompt to be read. The OpenAI SDKs wait as long. */
  readonly headersMs: number;
  /** Characters of an answer; a conversation keeps no more of a message. */
  readonly mostText: number;
}

const LIMITS: SourceLimits = { headersMs: 600_000, idleMs: 300_000, mostEvent: 2 ** 20, mostText: 20_000_000 };
/** Where experts are told, an event may hold those of a long conversation. */
const MOST_WITH_ROUTING = 100 * 2 ** 20;
/** Of a whole answer, beside its experts. */
const MOST_BODY_BYTES = 64 * 2 ** 20;

/** Whose texts are kept for the routing view, and of each so many characters. */
const MOST_TOKENS = 2 ** 20;
const LONGEST_TOKEN = 1000;

/** Bytes per token of most texts, a little less; for what is left out of a long conversation, and for nothing that is shown. */
const BYTES_PER_TOKEN = 3;
const TOKENS_AROUND_A_MESSAGE = 5;

export function createServerSource(
  target: SourceTarget,
  limits: Partial<SourceLimits> = {},
  wait?: AskOptions['wait'],
): AnswerSource {
  const all = { ...LIMITS, ...(target.routing !== null && { mostEvent: MOST_WITH_ROUTING }), ...limits };
  return {
    generate: (request, signal) => generate(target, request, all, signal, wait),
    countTokens: async (prompt) => estimate(prompt),
  };
}

async function* generate(
  target: SourceTarget,
  request: GenerateRequest,
  limits: SourceLimits,
  signal: AbortSignal | undefined,
  wait: AskOptions['wait'],
): AsyncGenerator<AnswerEvent, void, void> {
  const answer = new ServerAnswer(target, limits.mostText);
  const own = new AbortController();
  const stop = (): void => own.abort();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  try {
    const response = await askServer(target, '/chat/completions', {
      body: chatRequest(request, target),
      timeoutMs: limits.headersMs,
      signal: own.signal,
      ...(wait !== undefined && { wait }),
    });
    for await (const json of answersIn(response, target, limits)) {
      if (json.trim() === '[DONE]') break;
      yield* answer.take(json);
      if (own.signal.aborted) break;
    }
  } catch (error) {
    if (!own.signal.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop(); // whoever leaves the loop early wants no more of it
  }
  yield* answer.end(signal?.aborted === true);
}

/** Texts of JSON: those of a stream, or the one of a whole answer, whatever was asked for. */
async function* answersIn(response: Response, target: SourceTarget, limits: SourceLimits): AsyncGenerator<string> {
  if (response.headers.get('content-type')?.includes('text/event-stream') === true)
    yield* eventData(response, target, limits);
  else
    yield await readText(
      response,
      MOST_BODY_BYTES + (target.routing === null ? 0 : MOST_WITH_ROUTING),
      target,
      limits.idleMs,
    );
}

/** An answer as it comes in. */
class ServerAnswer {
  readonly #target: SourceTarget;
  readonly #mostText: number;
  readonly #askedAt = performance.now();
  readonly #thoughts = new ThoughtSplitter();
  #firstAt: number | null = null;
  #lastAt = 0;
  /** Pieces with text. One alone came as a whole, and tells no speed. */
  #pieces = 0;
  #characters = 0;
  #finished: string | null = null;
  #usage: ServerUsage | null = null;
  #timings: ServerTimings | null = null;
  #call: number | null = null;
  #isUnderstood = false;
  readonly #tokens: string[] = [];
  #routing: unknown = null;
  #promptRouting: unknown = null;

  constructor(target: SourceTarget, mostText: number) {
    this.#target = target;
    this.#mostText = mostText;
  }

  /** @throws ServerFailure where it is an error. */
  *take(json: string): Generator<AnswerEvent> {
    const read = readChunk(json);
    if (read.kind === 'error') {
      const said = errorText(JSON.stringify({ error: read.message }), this.#target.key);
      const message = t('server:errors.brokenSaid', { host: hostName(this.#target.url), said });
      throw new ServerFailure('broken', message, said);
    }
    if (read.kind === 'nothing') return;
    const { piece } = read;
    this.#usage = piece.usage ?? this.#usage;
    this.#timings = piece.timings ?? this.#timings;
    this.#routing = piece.routing ?? this.#routing;
    this.#promptRouting = piece.promptRouting ?? this.#promptRouting;
    if (this.#target.routing !== null && this.#tokens.length < MOST_TOKENS) {
      for (const token of piece.tokens) this.#tokens.push(token.slice(0, LONGEST_TOKEN));
    }
    yield* this.#texts(piece);
    if (piece.finishReason === null) return;
    this.#isUnderstood = true;
    this.#finished = piece.finishReason;
  }

  *#texts({ reasoning, content, calls }: AnswerPiece): Generator<AnswerEvent> {
    const parts: Pick<GeneratedToken, 'channel' | 'text'>[] = [
      { channel: 'reasoning', text: reasoning },
      ...this.#thoughts.take(content),
      ...calls.map((call) => ({ channel: 'tool-call' as const, text: this.#callText(call) })),
    ];
    if (parts.some(({ text }) => text !== '')) this.#pieces++;
    for (const { channel, text } of parts) {
      if (text === '') continue;
      this.#isUnderstood = true;
      this.#characters += text.length;
      if (this.#characters > this.#mostText) {
        const host = hostName(this.#target.url);
        throw new ServerFailure('not-understood', t('server:errors.tooMuch', { host }), `> ${this.#mostText}`);
      }
      this.#lastAt = performance.now();
      this.#firstAt ??= this.#lastAt;
      yield { type: 'token', token: { id: UNKNOWN_TOKEN, channel, text, logprob: 0 } };
    }
  }

  /** As the page reads calls: the name above its arguments, and an empty line between two of them. */
  #callText({ index, name, arguments: written }: ToolPiece): string {
    const isNext = this.#call !== null && this.#call !== index;
    this.#call = index;
    return `${isNext ? '\n\n' : ''}${name === '' ? '' : `${name}\n`}${written}`;
  }

  /** @throws ServerFailure where it did not end by itself, and nobody stopped it. */
  *end(isAborted: boolean): Generator<AnswerEvent> {
    for (const { channel, text } of this.#thoughts.end()) {
      if (text !== '') yield { type: 'token', token: { id: UNKNOWN_TOKEN, channel, text, logprob: 0 } };
    }
    const reason = isAborted ? 'aborted' : this.#finishReason();
    const routing = isAborted ? null : this.#record();
    if (routing !== null) yield { type: 'routing', routing };
    yield { type: 'done', finishReason: reason, timings: this.#measured() };
  }

  #finishReason(): FinishReason {
    const host = hostName(this.#target.url);
    if (!this.#isUnderstood) {
      throw new ServerFailure('not-understood', t('server:errors.notApi', { host }), 'No choice in the answer.');
    }
    // A stream that ends without a reason was cut off; the last `[DONE]` may be missing.
    const reason = this.#finished === null ? null : finishReasonOf(this.#finished);
    if (reason !== null) return reason;
    throw new ServerFailure('unreachable', t('server:errors.brokeOff', { host }), this.#finished ?? 'no finish_reason');
  }

  /** Nothing is made up: what the server does not count is zero, and is not shown. */
  #measured(): GenerateTimings {
    const usage = this.#usage;
    const timings = this.#timings;
    const firstAt = this.#firstAt ?? performance.now();
    return {
      promptTokens: usage?.prompt_tokens ?? (timings === null ? 0 : (timings.cache_n ?? 0) + (timings.prompt_n ?? 0)),
      reusedTokens: usage?.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0,
      prefillMs: timings?.prompt_ms ?? firstAt - this.#askedAt,
      outputTokens: usage?.completion_tokens ?? timings?.predicted_n ?? 0,
      decodeMs: timings?.predicted_ms ?? (this.#pieces > 1 ? this.#lastAt - firstAt : 0),
    };
  }

  #record(): RoutingRecord | null {
    if (this.#target.routing === null || this.#routing === null) return null;
    const { prompt_tokens: prompt = 0, completion_tokens: written = 0 } = this.#usage ?? {};
    const texts = this.#tokens.length > 0 ? this.#tokens : Array.from<string>({ length: written ?? 0 }).fill('');
    if (typeof this.#routing !== 'string') return routingFromLists(this.#routing, this.#promptRouting, texts);
    return this.#target.routing === 'vllm'
      ? routingFromNpy(this.#routing, texts)
      : routingFromInt32(this.#routing, (prompt ?? 0) + (written ?? 0) - 1, texts);
  }
}

/** Servers tell texts, not ids. */
const UNKNOWN_TOKEN = -1;

function estimate(prompt: Prompt): number {
  const tokens = (text: string): number => Math.ceil(new TextEncoder().encode(text).length / BYTES_PER_TOKEN);
  switch (prompt.kind) {
    case 'chat':
      return prompt.messages.reduce((sum, { content }) => sum + tokens(content) + TOKENS_AROUND_A_MESSAGE, 0);
    case 'text':
      return tokens(prompt.text);
    case 'tokens':
      return prompt.tokens.length;
    default:
      return prompt satisfies never;
  }
}
