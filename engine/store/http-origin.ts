import { EngineError } from '../errors.ts';
import { BodyReader } from './body-reader.ts';
import type { ChunkOrigin, ChunkRange } from './chunk-origin.ts';
import type { StoreEnvironment } from './environment.ts';
import {
  contentLength,
  contentRange,
  discard,
  isSameVersion,
  requestSize,
  validatorOf,
  type RemoteVersion,
} from './http-response.ts';
import { RedirectedAddress } from './redirected-address.ts';
import { PassingFailure, withRetries } from './retry.ts';

/** The first request fails for good reasons (wrong address, offline), so that the person should not wait long to hear. */
const PROBE_ATTEMPTS = 3;
/** Later ones fail in passing: half a minute of patience a chunk. */
const CHUNK_ATTEMPTS = 7;

interface HttpFile extends RemoteVersion {
  readonly url: string;
  readonly name: string;
}

/** Given whole chunks that a whole-file stream passed on its way to the bytes that were asked for. */
export type OnPassing = (index: number, data: Uint8Array<ArrayBuffer>) => Promise<void>;

/**
 * A remote file. Chunks are had by range requests, several at once. A server that answers a range request with the whole
 * file is read once from its beginning to its end instead, each chunk in turn.
 */
export class HttpOrigin implements ChunkOrigin {
  readonly from = 'network';
  readonly file: HttpFile;
  /** Chunks that a whole-file stream passes before the one that was asked for. */
  onPassing: OnPassing = () => Promise.resolve();
  readonly #env: StoreEnvironment;
  readonly #address: RedirectedAddress;
  #stream: WholeFileStream | undefined;

  constructor(file: HttpFile, env: StoreEnvironment, address = new RedirectedAddress(file.url)) {
    this.file = file;
    this.#env = env;
    this.#address = address;
  }

  /**
   * Asks for one byte, to learn the size and version of a file and whether its server knows ranges.
   * @throws EngineError `network`
   */
  static async probe(url: string, name: string, env: StoreEnvironment, signal: AbortSignal): Promise<HttpOrigin> {
    return withRetries(
      async () => {
        const address = new RedirectedAddress(url);
        const response = await address.request([0, 1], env, signal);
        const whole = response.status === 200;
        const size = whole
          ? contentLength(response)
          : (contentRange(response)?.size ?? (await requestSize(url, env, signal)));
        if (size === undefined || size === 0) {
          await discard(response);
          throw size === 0 ? new EngineError('network', `${url} is empty.`) : sizeUnknown(url, name);
        }
        const origin = new HttpOrigin({ url, name, size, validator: validatorOf(response) }, env, address);
        if (whole) origin.#stream = new WholeFileStream(response, env.patienceMs);
        else await discard(response);
        return origin;
      },
      { attempts: PROBE_ATTEMPTS, whatFailed: `${name} could not be opened`, env, signal },
    );
  }

  fetch(range: ChunkRange, signal: AbortSignal, onBytes: (count: number) => void): Promise<Uint8Array<ArrayBuffer>> {
    return withRetries(
      async () => {
        onBytes(0);
        if (this.#stream) return this.#fromStream(range, signal, onBytes);
        const response = await this.#request(range, signal);
        if (response.status === 206) return readChunk(response, range, this.#env.patienceMs, onBytes);
        this.#useStream(response);
        return this.#fromStream(range, signal, onBytes);
      },
      {
        attempts: CHUNK_ATTEMPTS,
        whatFailed: `The download of ${this.file.name} stopped`,
        env: this.#env,
        signal,
      },
    );
  }

  pause(): void {
    void this.#stream?.cancel();
    this.#stream = undefined;
  }

  /** The answer to a range request, checked to be of the same file: 206, or 200 with the whole of it. */
  async #request({ start, end }: ChunkRange, signal: AbortSignal): Promise<Response> {
    const response = await this.#address.request([start, end], this.#env, signal);
    const range = contentRange(response);
    const size = response.status === 200 ? contentLength(response) : range?.size;
    const found = { validator: validatorOf(response), ...(size === undefined ? {} : { size }) };
    if (!isSameVersion(this.file, found)) {
      await discard(response);
      throw new EngineError(
        'source-changed',
        `${this.file.name} was replaced on its server while it was being downloaded. Load it again to begin anew.`,
        `${JSON.stringify(found)} instead of ${JSON.stringify({ size: this.file.size, validator: this.file.validator })}`,
      );
    }
    if (response.status === 206 && range && (range.start !== start || range.end !== end)) {
      await discard(response);
      throw new PassingFailure(`the server sent bytes ${range.start} to ${range.end} instead of ${start} to ${end}`);
    }
    return response;
  }

  /** Several chunks may be asked for at once, and each answer be a stream: the first is kept. */
  #useStream(response: Response): void {
    if (this.#stream) void discard(response);
    else this.#stream = new WholeFileStream(response, this.#env.patienceMs);
  }

  async #fromStream(
    range: ChunkRange,
    signal: AbortSignal,
    onBytes: (count: number) => void,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#stream ??= await this.#openStream(signal);
    const stream = this.#stream;
    return stream
      .exclusively(async () => {
        try {
          signal.throwIfAborted();
          // Behind us (only if nothing is stored), or broken while we waited in line: from the beginning again.
          if (this.#stream !== stream || stream.position > range.start) throw new StreamOver();
          while (stream.position < range.start) await this.#pass(stream, range.start);
          return await stream.read(range.end - range.start, onBytes);
        } catch (error) {
          if (this.#stream === stream) this.#stream = undefined;
          await stream.cancel();
          if (!(error instanceof StreamOver)) throw error;
          return undefined;
        }
      })
      .then((data) => data ?? this.#fromStream(range, signal, onBytes));
  }

  /** Reads on to the end of a chunk, but not beyond `end`. */
  async #pass(stream: WholeFileStream, end: number): Promise<void> {
    const { chunkBytes } = this.#env;
    const start = stream.position;
    const index = Math.floor(start / chunkBytes);
    const chunkEnd = Math.min((index + 1) * chunkBytes, this.file.size);
    const data = await stream.read(Math.min(chunkEnd, end) - start, () => undefined);
    if (stream.position === chunkEnd && start === index * chunkBytes) await this.onPassing(index, data);
  }

  async #openStream(signal: AbortSignal): Promise<WholeFileStream> {
    const response = await this.#request({ index: 0, start: 0, end: this.file.size }, signal);
    return new WholeFileStream(response, this.#env.patienceMs);
  }
}

function sizeUnknown(url: string, name: string): EngineError {
  return new EngineError(
    'network',
    `${new URL(url).host} does not say how large ${name} is, so that it cannot be loaded from there.`,
    'Neither Content-Range nor Content-Length can be read; other sites need Access-Control-Expose-Headers.',
  );
}

/** The stream at hand cannot give the chunk that is wanted. */
class StreamOver extends Error {}

async function readChunk(
  response: Response,
  { start, end }: ChunkRange,
  patienceMs: number,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(end - start);
  const body = new BodyReader(response, patienceMs);
  try {
    await body.readInto(data, onBytes);
    if (!(await body.atEnd())) throw new PassingFailure('the server sent more than it was asked for');
    return data;
  } finally {
    await body.cancel();
  }
}

/** A body that is the whole file, read on and on, by one reader at a time. */
class WholeFileStream {
  /** Offset in the file of the byte that comes next. */
  position = 0;
  readonly #body: BodyReader;
  #line: Promise<unknown> = Promise.resolve();

  constructor(response: Response, patienceMs: number) {
    this.#body = new BodyReader(response, patienceMs);
  }

  /** Runs `task` after all that were given before. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#line.then(task);
    this.#line = result.catch(() => undefined);
    return result;
  }

  async read(length: number, onBytes: (count: number) => void): Promise<Uint8Array<ArrayBuffer>> {
    const data = new Uint8Array(length);
    await this.#body.readInto(data, onBytes);
    this.position += length;
    return data;
  }

  cancel(): Promise<void> {
    return this.#body.cancel();
  }
}
