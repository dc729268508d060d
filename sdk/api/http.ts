import type { AnswerStream } from './answer-stream.ts';
import { abortError, ApiError, badRequest, errorFromEngine, isAbort } from './api-error.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { Answer, ApiService } from './service.ts';
import type { ErrorBody } from './types.ts';

/** What a Request has that is needed of it: Node's servers make one of what they get. */
export type ApiRequest = Pick<Request, 'method' | 'url' | 'headers' | 'body' | 'signal'>;

/**
 * Answers `/v1/chat/completions`, `/v1/completions`, `/v1/models` and `/v1/models/NAME`, below whatever address, as a server
 * would: JSON, or server-sent events for `stream: true`. All errors are answers in OpenAI's shape; only what was aborted is thrown.
 *
 * @throws AbortError
 */
export async function answerRequest(service: ApiService, request: ApiRequest): Promise<Response> {
  try {
    return await route(service, request);
  } catch (error) {
    if (isAbort(error)) throw error;
    return errorResponse(errorFromEngine(error));
  }
}

async function route(service: ApiService, request: ApiRequest): Promise<Response> {
  const { pathname } = new URL(request.url);
  const at = pathname.lastIndexOf('/v1/');
  const path = at < 0 ? '' : pathname.slice(at + '/v1'.length).replace(/\/$/, '');
  const { signal } = request;
  switch (path) {
    case '/chat/completions':
      requireMethod(request, 'POST');
      return respond(await service.chat(await readJson(request), signal));
    case '/completions':
      requireMethod(request, 'POST');
      return respond(await service.complete(await readJson(request), signal));
    case '/models':
      requireMethod(request, 'GET');
      return json(await service.models(signal));
  }
  const name = /^\/models\/(.+)$/.exec(path)?.[1];
  if (name === undefined)
    throw badRequest(
      `There is nothing at ${pathname.slice(0, MAX_PATH)}. There are /v1/chat/completions, /v1/completions and /v1/models.`,
      null,
      'unknown_url',
      404,
    );
  requireMethod(request, 'GET');
  return json(await service.modelNamed(decoded(name), signal));
}

/** Of an address in a message. */
const MAX_PATH = 200;

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function requireMethod({ method }: ApiRequest, wanted: 'GET' | 'POST'): void {
  if (method === wanted) return;
  throw badRequest(`This address wants ${wanted}, not ${method}.`, null, 'method_not_allowed', 405);
}

/**
 * Only what says that it is JSON is read as such: so a foreign page cannot send a request to a server on this machine without
 * the browser asking that server first.
 */
async function readJson(request: ApiRequest): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json(?:\s*;|$)/i.test(type))
    throw badRequest(
      `The body must be JSON, with the header 'Content-Type: application/json'.`,
      null,
      'unsupported_media_type',
      415,
    );
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `The body is no JSON: ${error instanceof Error ? error.message : String(error)}.`,
      null,
      'invalid_json',
    );
  }
}

async function readText({ body, headers, signal }: ApiRequest): Promise<string> {
  const tooLarge = (): ApiError =>
    badRequest(`The body has more than ${MAX_BODY_BYTES / 1024 / 1024} MiB.`, null, 'request_too_large', 413);
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  try {
    for (let bytes = 0; ;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > MAX_BODY_BYTES) throw tooLarge();
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    void reader.cancel(error).catch(() => undefined);
    if (signal.aborted) throw abortError();
    if (error instanceof ApiError) throw error;
    throw badRequest('The body could not be read, or is no UTF-8.', null, 'invalid_body');
  }
}

function respond<TWhole, TPiece>(answer: Answer<TWhole, TPiece>): Response {
  switch (answer.kind) {
    case 'whole':
      return json(answer.whole);
    case 'stream':
      return new Response(eventStream(answer.stream), {
        headers: { ...requestId(), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
      });
    default:
      return answer satisfies never;
  }
}

/** An error that comes when the answer has begun is the last event, as clients of OpenAI's expect it. */
function eventStream<TPiece>(stream: AnswerStream<TPiece>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const event = (data: string): Uint8Array<ArrayBuffer> => encoder.encode(`data: ${data}\n\n`);
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done, value } = await stream.next();
        if (!done) return controller.enqueue(event(JSON.stringify(value)));
      } catch (error) {
        if (isAbort(error)) return controller.error(error);
        controller.enqueue(event(JSON.stringify(errorBody(errorFromEngine(error)))));
      }
      controller.enqueue(event('[DONE]'));
      controller.close();
    },
    cancel: async () => void (await stream.return()),
  });
}

function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { ...requestId(), 'content-type': 'application/json', ...headers },
  });
}

function requestId(): Record<string, string> {
  return { 'x-request-id': `req_${crypto.randomUUID().replaceAll('-', '')}` };
}

/** What any error is as an HTTP answer. */
export function errorResponse(error: Error): Response {
  const status = error instanceof ApiError ? error.status : 500;
  const isWorthRetrying = error instanceof ApiError && error.mayRetry;
  return json(errorBody(error), status, {
    // Read by OpenAI's clients, which would try a 500 twice more.
    'x-should-retry': String(isWorthRetrying),
    ...(status === 405 && { allow: 'GET, POST, OPTIONS' }),
  });
}

function errorBody(error: Error): ErrorBody {
  if (error instanceof ApiError) return { error: error.error };
  return { error: { message: error.message, type: 'server_error', param: null, code: 'internal' } };
}
