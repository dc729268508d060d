/**
 * Requests to a server that a person named: bounded in size and time, tried again as the OpenAI SDKs do, and with errors in words.
 * Nothing but the key that was given for this very address goes with them: no cookies, no referrer; and no redirect is followed, so
 * that the key goes nowhere else.
 */
import type { EngineErrorCode, EngineErrorData } from '../../engine/api.ts';
import { t } from '../i18n/i18n.ts';
import { spaceOf } from './address.ts';

export interface ServerTarget {
  /** Base of its API, as {@link parseAddress} writes it. */
  readonly url: string;
  /** Null where it wants none. */
  readonly key: string | null;
}

export type FailureKind =
  | 'unreachable' // no answer at all: not there, no CORS, mixed content, not permitted; a browser does not tell
  | 'timeout'
  | 'redirect'
  | 'key' // 401, 403
  | 'not-found' // 404, 405
  | 'refused' // another 4xx
  | 'overloaded' // 429, 503
  | 'broken' // another 5xx, or an error within the answer
  | 'not-understood'; // something else than the API's JSON

export class ServerFailure extends Error implements EngineErrorData {
  override readonly name = 'ServerFailure';
  readonly kind: FailureKind;
  readonly code: EngineErrorCode;
  readonly detail: string;

  constructor(kind: FailureKind, message: string, detail: string, code: EngineErrorCode = CODES[kind]) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.detail = detail;
  }
}

const CODES: Readonly<Record<FailureKind, EngineErrorCode>> = {
  unreachable: 'network',
  timeout: 'network',
  redirect: 'network',
  key: 'bad-request',
  'not-found': 'bad-request',
  refused: 'bad-request',
  overloaded: 'busy',
  broken: 'network',
  'not-understood': 'network',
};

/** As the OpenAI SDKs: twice again, after half a second and a second, less up to a quarter by chance. */
const RETRIES = 2;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8000;
/** A server that wants to be left alone for longer is told of, and not waited for. */
const LONGEST_WAIT_MS = 60_000;
/** Of an error, or a list of models. */
const LONGEST_READ_MS = 10_000;
const MOST_ERROR_BYTES = 65_536;
const MOST_ERROR_CHARACTERS = 2000;

export interface AskOptions {
  readonly signal?: AbortSignal;
  /** Until the headers of the answer are here. */
  readonly timeoutMs: number;
  /** Sent as JSON; without one it is a GET. */
  readonly body?: object;
  /** Default: as the OpenAI SDKs. */
  readonly retries?: number;
  /** For tests. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** @returns an answer of status 200 to 299. @throws ServerFailure, or the signal's reason. */
export async function askServer(target: ServerTarget, path: string, options: AskOptions): Promise<Response> {
  const { signal, retries = RETRIES, wait = sleep } = options;
  for (let turn = 0; ; turn++) {
    let again: number;
    try {
      const response = await askOnce(target, path, options);
      if (response.ok) return response;
      const delay = retryDelay(response.headers, turn);
      if (turn >= retries || !isWorthwhile(response) || delay > LONGEST_WAIT_MS)
        throw await failureOf(response, target);
      await response.body?.cancel();
      again = delay;
    } catch (error) {
      signal?.throwIfAborted();
      const isConnection = error instanceof ServerFailure && (error.kind === 'unreachable' || error.kind === 'timeout');
      if (!isConnection || turn >= retries) throw error;
      again = retryDelay(new Headers(), turn);
    }
    await wait(again, signal);
    signal?.throwIfAborted();
  }
}

async function askOnce(
  { url, key }: ServerTarget,
  path: string,
  { signal, timeoutMs, body }: AskOptions,
): Promise<Response> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const host = hostName(url);
  try {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        // Also where nothing is sent: the browser then asks the server's leave as it will for an answer.
        'Content-Type': 'application/json',
        ...(key !== null && { Authorization: `Bearer ${key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...withoutTraces(url),
      signal: AbortSignal.any([timeout.signal, ...(signal === undefined ? [] : [signal])]),
    });
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400))
      throw new ServerFailure('redirect', t('server:errors.redirect', { host }), `${path}: redirect`);
    return response;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ServerFailure) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    if (timeout.signal.aborted) throw new ServerFailure('timeout', t('server:errors.timeout', { host }), detail);
    throw new ServerFailure('unreachable', t('server:errors.unreachable', { host }), detail);
  } finally {
    clearTimeout(timer);
  }
}

/** Of every request. */
export function withoutTraces(url: string): RequestInit {
  return {
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    redirect: 'manual',
    ...addressSpaceInit(url),
  };
}

/**
 * Tells Chrome that the address lies on this device or in a private network, so that it asks the person's leave instead of refusing
 * the request as mixed content. Other browsers do not know the option.
 */
function addressSpaceInit(url: string): RequestInit {
  const space = spaceOf(new URL(url).hostname);
  if (space === 'public' || !('targetAddressSpace' in Request.prototype)) return {};
  const init = { targetAddressSpace: space };
  try {
    void new Request(url, init as RequestInit);
    return init as RequestInit;
  } catch {
    return {}; // earlier versions have other names
  }
}

/** Whether asking again may help. */
function isWorthwhile({ status, headers }: Response): boolean {
  // Not a standard; the SDKs obey it.
  const wish = headers.get('x-should-retry');
  if (wish === 'true' || wish === 'false') return wish === 'true';
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** Milliseconds until the next attempt. A server tells a page its wish only where it exposes the header. */
export function retryDelay(headers: Headers, turn: number, random = Math.random): number {
  const wishes = [
    Number.parseFloat(headers.get('retry-after-ms') ?? ''),
    secondsOrDate(headers.get('retry-after') ?? ''),
  ].filter((wish) => Number.isFinite(wish) && wish >= 0);
  const [wish] = wishes;
  return wish ?? Math.min(FIRST_DELAY_MS * 2 ** turn, LONGEST_DELAY_MS) * (1 - random() / 4);
}

function secondsOrDate(value: string): number {
  return /^\s*[\d.]+\s*$/.test(value) ? Number.parseFloat(value) * 1000 : Date.parse(value) - Date.now();
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** An answer that says no. */
async function failureOf(response: Response, target: ServerTarget): Promise<ServerFailure> {
  let text = '';
  try {
    text = await readText(response, MOST_ERROR_BYTES, target);
  } catch {
    // Its status says enough.
  }
  return failureInWords(response.status, errorText(text, target.key), target);
}

/** @param said what the server says of it, or empty. */
export function failureInWords(status: number, said: string, { url }: ServerTarget): ServerFailure {
  const host = hostName(url);
  const detail = [`HTTP ${status}`, said].filter((part) => part !== '').join(': ');
  const words = { host, said };
  const fail = (kind: FailureKind, message: string, code?: EngineErrorCode): ServerFailure =>
    new ServerFailure(kind, message, detail, code);
  if (status === 401 || status === 403) return fail('key', t('server:errors.key', words));
  if (status === 404 || status === 405) return fail('not-found', t('server:errors.notFound', words));
  if (status === 429 || status === 503) return fail('overloaded', t('server:errors.overloaded', words));
  if (status >= 500) return fail('broken', t(said === '' ? 'server:errors.broken' : 'server:errors.brokenSaid', words));
  if (isTooLong(said)) return fail('refused', t('server:errors.tooLong', words), 'context-full');
  return fail('refused', t(said === '' ? 'server:errors.refused' : 'server:errors.refusedSaid', words));
}

/** Each server says in its own way that a prompt is longer than the context. */
function isTooLong(said: string): boolean {
  return /context.{0,20}(length|size|window)|exceed_context_size|maximum context|too (long|many tokens)/i.test(said);
}

/** The message within an error as OpenAI, vLLM, SGLang, llama-server, Ollama and FastAPI write it; without the key. */
export function errorText(body: string, key: string | null): string {
  return withoutKey(messageOf(body), key).replaceAll(/\s+/g, ' ').trim().slice(0, MOST_ERROR_CHARACTERS);
}

function messageOf(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return /^\s*</.test(body) ? '' : body; // a page in HTML says nothing here
  }
  return messageIn(value) ?? '';
}

/** @returns null where it is no error. */
export function messageIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { error, message, detail, object } = value as Record<string, unknown>;
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null) {
    const inner = (error as Record<string, unknown>)['message'];
    return typeof inner === 'string' ? inner : jsonOf(error);
  }
  if (object === 'error' && typeof message === 'string') return message;
  if (typeof detail === 'string') return detail;
  return typeof message === 'string' && object === undefined ? message : null;
}

/** Lists within lists without end, which can be read, cannot be written. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

/** Some servers repeat the key that they do not know. */
export function withoutKey(text: string, key: string | null): string {
  return key === null || key === '' ? text : text.replaceAll(key, '•••');
}

export function hostName(url: string): string {
  return new URL(url).host;
}

/** @throws ServerFailure where it is longer than that, or takes longer. */
export async function readText(
  response: Response,
  mostBytes: number,
  { url }: ServerTarget,
  mostMs: number = LONGEST_READ_MS,
): Promise<string> {
  const decoder = new TextDecoder();
  const host = hostName(url);
  const reader = response.body?.getReader();
  let text = '';
  let bytes = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader?.cancel().catch(() => undefined); // which ends the reading
  }, mostMs);
  try {
    for (;;) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (isLate) throw new ServerFailure('timeout', t('server:errors.timeout', { host }), `${mostMs} ms`);
      if (done || value === undefined) return text + decoder.decode();
      bytes += value.length;
      if (bytes > mostBytes)
        throw new ServerFailure('not-understood', t('server:errors.tooMuch', { host }), `> ${mostBytes} B`);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    if (error instanceof ServerFailure || (error instanceof DOMException && error.name === 'AbortError')) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new ServerFailure('unreachable', t('server:errors.brokeOff', { host }), detail);
  } finally {
    clearTimeout(timer);
    void reader?.cancel().catch(() => undefined);
  }
}

/** Not every browser iterates over a stream. Leaving the loop ends the answer. */
export async function* chunksOf(response: Response): AsyncGenerator<Uint8Array, void, void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
