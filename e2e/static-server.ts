// The built page from a server of the test's own: it writes down what is asked for, and can break off.
import { createReadStream, readFileSync, type ReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const ROOT = 'dist';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Bytes [start, end) of a file. */
interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** A request for a part of the model file. */
export interface ModelRequest extends FileRange {
  /** How many of the bytes left the server. */
  sent: number;
}

/** `bytes=a-b` or `bytes=a-`; undefined for a whole file. */
function parseRange(header: string | undefined, size: number): FileRange | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (match === null) return undefined;
  return { start: Number(match[1]), end: match[2] ? Math.min(Number(match[2]) + 1, size) : size };
}

export class StaticServer {
  /** Every request for a `.gguf` file, in order. */
  readonly modelRequests: ModelRequest[] = [];
  #server: Server;
  /** Where in the model file every connection breaks. */
  #tornAt = Infinity;
  readonly #replaced = new Map<string, Buffer>();

  /** Where on the host the build lies. */
  readonly #base: string;

  private constructor(base: string) {
    this.#base = base;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** @param base such as `/mixtab/` */
  static async start(base = '/'): Promise<StaticServer> {
    const server = new StaticServer(base);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** On localhost, where service workers and WebGPU are allowed without HTTPS. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}${this.#base}`;
  }

  /** From now on no byte of the model file at or beyond `offset` gets through: connections break there. */
  tearModelAt(offset: number): void {
    this.#tornAt = offset;
  }

  heal(): void {
    this.#tornAt = Infinity;
  }

  /** From now on a file of the page has another content, as after a new version was put on the host. */
  replace(path: string, change: (content: string) => string): void {
    this.#replaced.set(join(ROOT, path), Buffer.from(change(readFileSync(join(ROOT, path), 'utf8'))));
  }

  /** A page that is not part of the build. */
  add(path: string, content: string): void {
    this.#replaced.set(join(ROOT, path), Buffer.from(content));
  }

  /** Cuts the network: open connections too. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', this.url);
    if (!pathname.startsWith(this.#base)) {
      response.writeHead(404).end();
      return;
    }
    const inside = `/${pathname.slice(this.#base.length)}`;
    const path = join(ROOT, normalize(decodeURIComponent(inside === '/' ? '/index.html' : inside)));
    const replacement = this.#replaced.get(path);
    if (replacement !== undefined) {
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(replacement);
      return;
    }
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const range = parseRange(request.headers.range, stats.size);
    const { start, end } = range ?? { start: 0, end: stats.size };
    response.writeHead(range ? 206 : 200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-length': end - start,
      'accept-ranges': 'bytes',
      etag: `"${stats.size}-${stats.mtimeMs}"`,
      // What the browser's own cache answered could not be counted here.
      'cache-control': path.endsWith('.gguf') ? 'no-store' : 'no-cache',
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${stats.size}` }),
    });
    if (request.method === 'HEAD' || end <= start) {
      response.end();
      return;
    }
    const file = createReadStream(path, { start, end: end - 1 });
    response.on('close', () => file.destroy());
    if (path.endsWith('.gguf')) this.#sendModel(file, response, { start, end, sent: 0 });
    else file.pipe(response);
  }

  /** Sends chunk by chunk, waiting until each has left, so that what is counted was sent. */
  #sendModel(file: ReadStream, response: ServerResponse, request: ModelRequest): void {
    this.modelRequests.push(request);
    file.on('data', (chunk) => {
      if (request.start + request.sent + chunk.length > this.#tornAt) {
        response.destroy();
        return;
      }
      file.pause();
      response.write(chunk, () => {
        request.sent += chunk.length;
        file.resume();
      });
    });
    file.on('end', () => response.end());
  }
}
