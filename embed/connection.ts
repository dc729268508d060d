/** The host's side of the protocol: greets a frame, asks, and hears what it tells. For the element, and for `sdk/`. */
import * as v from 'valibot';
import {
  type EmbedOptions,
  HELLO,
  type Method,
  Notice,
  type NoticeName,
  NOTICES,
  type Notices,
  type Params,
  PROTOCOL_VERSION,
  Response,
  type Result,
  RESULTS,
  type RpcFailure,
  Waiting,
} from './protocol.ts';

/** Why a frame did not do what was asked. `message` says what would help. */
export class EmbedError extends Error {
  override readonly name = 'EmbedError';
  /** An engine's error code, such as `no-webgpu`, or `stopped`, `version`, `tooMany`, `replay`, `refused`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Listener = { readonly [Name in NoticeName]?: (detail: Notices[Name]) => void };

interface Waiter {
  readonly schema: v.GenericSchema;
  resolve(result: unknown): void;
  reject(error: EmbedError): void;
}

const Greeted = v.object({ version: v.literal(PROTOCOL_VERSION), instance: v.optional(v.string()) });

/** A frame that has answered the hello. */
export class Connection {
  readonly #port: MessagePort;
  readonly #listener: Listener;
  readonly #waiters = new Map<number, Waiter>();
  /** The document that answered (`WaitingInstance`). */
  instance: string | undefined;
  #lastId = 0;
  #isClosed = false;

  private constructor(port: MessagePort, listener: Listener) {
    this.#port = port;
    this.#listener = listener;
    port.addEventListener('message', ({ data }) => this.#hear(data));
    port.start();
  }

  /**
   * Greets the frame once, now: its script must be running (`load`, or a `waiting` from it).
   *
   * @param origin of the frame's address; the hello goes nowhere else
   * @throws EmbedError `version` where the frame speaks another version
   */
  static async open(target: Window, origin: string, options: EmbedOptions, listener: Listener): Promise<Connection> {
    const { port1, port2 } = new MessageChannel();
    const connection = new Connection(port1, listener);
    const hello = connection.#wait(Greeted, (id) =>
      target.postMessage(
        { jsonrpc: '2.0', id, method: HELLO, params: { version: PROTOCOL_VERSION, options } },
        origin,
        [port2],
      ),
    );
    ({ instance: connection.instance } = (await hello) as v.InferOutput<typeof Greeted>);
    return connection;
  }

  request<M extends Method>(
    method: M,
    ...[params]: undefined extends Params<M> ? [] : [Params<M>]
  ): Promise<Result<M>> {
    return this.#wait(RESULTS[method], (id) =>
      this.#port.postMessage({ jsonrpc: '2.0', id, method, params }),
    ) as Promise<Result<M>>;
  }

  /** @param why what those who still wait are told */
  close(why = new EmbedError('stopped', 'The embed was taken away.')): void {
    this.#isClosed = true;
    this.#port.close();
    for (const { reject } of this.#waiters.values()) reject(why);
    this.#waiters.clear();
  }

  #wait(schema: v.GenericSchema, send: (id: number) => void): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new EmbedError('stopped', 'The embed was taken away.'));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { schema, resolve, reject });
      send(id);
    });
  }

  /** What does not parse is dropped: a later version may tell more. */
  #hear(data: unknown): void {
    const notice = v.safeParse(Notice, data);
    if (notice.success) {
      const { method, params } = notice.output;
      if (Object.hasOwn(NOTICES, method)) this.#tell(method as NoticeName, params);
      return;
    }
    const response = v.safeParse(Response, data);
    if (!response.success) return;
    const { id, result: output, error } = response.output;
    const waiter = this.#waiters.get(id);
    if (waiter === undefined) return;
    this.#waiters.delete(id);
    if (error !== undefined) {
      waiter.reject(errorOf(error));
      return;
    }
    const result = v.safeParse(waiter.schema, output);
    if (result.success) waiter.resolve(result.output);
    else waiter.reject(new EmbedError('internal', 'The frame answered in a way that this page does not understand.'));
  }

  #tell(name: NoticeName, params: unknown): void {
    const parsed = v.safeParse(NOTICES[name], params);
    if (parsed.success) (this.#listener[name] as ((detail: unknown) => void) | undefined)?.(parsed.output);
  }
}

/** Whether a message says that the script of this very frame is running. */
export function isWaiting(event: MessageEvent, frame: HTMLIFrameElement, origin: string): boolean {
  return event.source === frame.contentWindow && event.origin === origin && v.is(Waiting, event.data);
}

function errorOf({ message, data }: RpcFailure): EmbedError {
  return new EmbedError(data?.code ?? 'refused', message);
}
