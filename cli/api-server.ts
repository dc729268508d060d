import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream as NodeStream } from 'node:stream/web';
import { badRequest, isAbort } from '../sdk/api/api-error.ts';
import { answerRequest, type ApiRequest, errorResponse } from '../sdk/api/http.ts';
import type { ApiService } from '../sdk/api/service.ts';

export interface ApiServerOptions {
  /** Origins of pages that may ask, besides those on this machine, such as `https://example.org`; `*` lets all. */
  readonly allowedOrigins?: readonly string[];
  /** Whether it is for this machine alone. Then the name by which it is asked has to be this machine's too. */
  readonly isLocal: boolean;
}

/** How long a browser may remember what it was allowed. */
const PREFLIGHT_SECONDS = 600;

/** The API over HTTP. Who hangs up ends the answer. */
export function createApiServer(service: ApiService, options: ApiServerOptions): Server {
  return createServer((incoming, outgoing) => {
    answer(service, options, incoming, outgoing).catch((error: unknown) => {
      if (!isAbort(error)) console.error(error);
      outgoing.destroy();
    });
  });
}

async function answer(
  service: ApiService,
  options: ApiServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const hungUp = new AbortController();
  outgoing.once('close', () => hungUp.abort());
  outgoing.once('error', () => hungUp.abort());
  const { origin, host } = incoming.headers;
  const isWelcome = origin === undefined || isAllowed(origin, options);
  const send = (response: Response): Promise<void> =>
    write(response, outgoing, origin !== undefined && isWelcome ? corsHeaders(origin) : { vary: 'Origin' });

  // A page of another site may have its name resolve to this machine: then it asks by that name.
  if (options.isLocal && !isLoopbackName(hostnameOf(`http://${host ?? ''}`)))
    return send(
      errorResponse(
        badRequest(
          `This server is for this machine alone and is not called '${host ?? ''}'. Start it with --host to serve others.`,
          null,
          'wrong_host',
          403,
        ),
      ),
    );
  if (!isWelcome)
    return send(
      errorResponse(
        badRequest(
          `Pages of ${origin} may not use this server. Start it with --allow-origin ${origin} to let them.`,
          null,
          'origin_not_allowed',
          403,
        ),
      ),
    );
  if (incoming.method === 'OPTIONS')
    return send(new Response(null, { status: 204, headers: preflightHeaders(incoming) }));
  return send(await answerRequest(service, requestOf(incoming, hungUp.signal)));
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): ApiRequest {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  const { method = 'GET', url = '/' } = incoming;
  return {
    method,
    // A request may name an absolute address, or what is none.
    url: URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost').href : 'http://localhost/',
    headers,
    signal,
    // Begun with the first read alone, so that Node itself passes over a body that nobody wants; and whoever reads no further does
    // not end the connection, which the answer has yet to go over.
    body: NodeStream.from(incoming.iterator({ destroyOnReturn: false })) as ReadableStream<Uint8Array<ArrayBuffer>>,
  };
}

async function write(
  response: Response,
  outgoing: ServerResponse,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  if (outgoing.destroyed) return response.body?.cancel();
  // A body that was not read to its end cannot be followed by another request.
  const { req: incoming } = outgoing;
  const isPartlyRead = incoming.readableDidRead && !incoming.complete;
  const ends = response.status === 413 || isPartlyRead ? { connection: 'close' } : {};
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), ...headers, ...ends });
  if (response.body === null) return void outgoing.end();
  outgoing.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
  } catch (error) {
    if (!outgoing.destroyed && !isAbort(error)) throw error; // else they hung up, which ended the answer
  }
}

function isAllowed(origin: string, { allowedOrigins = [] }: ApiServerOptions): boolean {
  return allowedOrigins.includes('*') || allowedOrigins.includes(origin) || isLoopbackName(hostnameOf(origin));
}

function hostnameOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname : '';
}

/** Whether a name always means this machine. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'x-request-id, x-should-retry',
    vary: 'Origin',
  };
}

/** Clients of OpenAI's send a dozen headers about themselves. */
function preflightHeaders({ headers }: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? 'authorization, content-type',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
    ...(headers['access-control-request-private-network'] === 'true' && {
      'access-control-allow-private-network': 'true',
    }),
  };
}
