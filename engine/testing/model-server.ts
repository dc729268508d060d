// A web server for tests of the store: it has the faults that real ones have, on demand.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server treats its next answers; what has a count is used up. */
export interface ServerBehaviour {
  /** Answers range requests with the range, or with the whole file. */
  ranges: boolean;
  /** Answers this status to as many requests first. */
  failures: { status: number; count: number; retryAfter?: string };
  /** Breaks the connection after as many body bytes, as many times. */
  tears: { after: number; count: number };
  /** Sends as many body bytes and then nothing more, without closing, as many times. */
  stalls: { after: number; count: number };
  validators: boolean;
  contentType: string;
  /** Claims about the file that are not true: of what it sends, of the file's size, of how much it sends. */
  lie: 'range' | 'total' | 'long' | undefined;
  /** Where addresses lead that have no file of their own: `302`, as hubs send visitors on to where their files lie. */
  redirects: Map<string, string>;
  /** Answers 403 to these, as where a signature has expired. */
  forbidden: Set<string>;
  /** Milliseconds before each answer, as on a long line. */
  latencyMs: number;
  /** Lets pages of other sites read it (CORS). */
  crossOrigin: boolean;
  /** Ranges that begin at this byte or beyond wait until {@link ModelServer.release}. */
  holdFrom: number;
}

const INNOCENT: Omit<ServerBehaviour, 'redirects' | 'forbidden' | 'failures' | 'tears' | 'stalls'> = {
  ranges: true,
  validators: true,
  contentType: 'application/octet-stream',
  lie: undefined,
  latencyMs: 0,
  crossOrigin: false,
  holdFrom: Infinity,
};

export class ModelServer {
  /** `http://127.0.0.1:12345`, also when it was stopped. */
  origin = '';
  /** By path, query and all. */
  readonly files = new Map<string, Buffer>();
  /** `GET /model.gguf bytes=0-999`, in order. */
  requests: string[] = [];
  behaviour: ServerBehaviour = {
    ...INNOCENT,
    failures: { status: 503, count: 0 },
    tears: { after: 0, count: 0 },
    stalls: { after: 0, count: 0 },
    redirects: new Map(),
    forbidden: new Set(),
  };
  /** Called before each answer. */
  onRequest: (path: string, range: string | undefined) => void = () => {};
  /** Answers under way, and the most there were at once. */
  active = 0;
  mostActive = 0;
  readonly #server: Server;
  #held: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      this.active++;
      this.mostActive = Math.max(this.mostActive, this.active);
      response.on('close', () => this.active--);
      if (this.behaviour.latencyMs === 0) this.#answer(request, response);
      else setTimeout(() => this.#answer(request, response), this.behaviour.latencyMs);
    });
  }

  static async start(): Promise<ModelServer> {
    const server = new ModelServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    server.origin = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Answers what waits, and holds nothing any more. */
  release(): void {
    this.behaviour.holdFrom = Infinity;
    const held = this.#held;
    this.#held = [];
    for (const answer of held) answer();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { behaviour } = this;
    const { range } = request.headers;
    const path = request.url ?? '';
    if (behaviour.crossOrigin) {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-expose-headers', 'content-range, content-length, etag');
    }
    if (Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0) >= behaviour.holdFrom) {
      this.#held.push(() => this.#answer(request, response));
      return;
    }
    this.requests.push(`${request.method} ${path} ${range ?? ''}`.trim());
    this.onRequest(path, range);
    const elsewhere = behaviour.redirects.get(path);
    if (elsewhere !== undefined) {
      // As hubs do: the redirect has an ETag of its own, which is not the file's.
      return void response.writeHead(302, { location: elsewhere, etag: '"of the redirect"' }).end();
    }
    if (behaviour.forbidden.has(path)) return void response.writeHead(403).end();
    const data = this.files.get(path);
    if (!data) return void response.writeHead(404).end();
    if (behaviour.failures.count > 0) {
      behaviour.failures.count--;
      const { status, retryAfter } = behaviour.failures;
      return void response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
    }
    this.#send(data, range, response);
  }

  #send(data: Buffer, range: string | undefined, response: ServerResponse): void {
    const { behaviour } = this;
    const headers: Record<string, string | number> = { 'content-type': behaviour.contentType };
    if (behaviour.validators) headers['etag'] = etagOf(data);
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    let body = data;
    let status = 200;
    if (behaviour.ranges && first !== undefined && last !== undefined) {
      const start = Number(first) + (behaviour.lie === 'range' && Number(last) > 0 ? 1 : 0);
      body = data.subarray(start, Number(last) + 1);
      if (behaviour.lie === 'long' && body.length > 1) body = Buffer.concat([body, body]);
      status = 206;
      const total = behaviour.lie === 'total' && Number(first) > 0 ? data.length + 1 : data.length;
      headers['content-range'] = `bytes ${start}-${start + data.subarray(start, Number(last) + 1).length - 1}/${total}`;
    }
    headers['content-length'] = body.length;
    response.writeHead(status, headers);
    if (behaviour.tears.count > 0 && body.length > behaviour.tears.after) {
      behaviour.tears.count--;
      response.write(body.subarray(0, behaviour.tears.after), () => setTimeout(() => response.destroy(), 5));
      return;
    }
    if (behaviour.stalls.count > 0 && body.length > behaviour.stalls.after) {
      behaviour.stalls.count--;
      response.write(body.subarray(0, behaviour.stalls.after));
      return;
    }
    response.end(body);
  }
}

function etagOf(data: Buffer): string {
  return `"${createHash('sha256').update(data).digest('hex').slice(0, 16)}"`;
}
