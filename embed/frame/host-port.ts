/**
 * The frame's side of the protocol: waits for a hello of the page that embeds it, answers what is asked on the port that came
 * with it, and tells what happens. Any page may say hello; it gets to see only what is said in this frame.
 */
import * as v from 'valibot';
import { toErrorData } from './error-data.ts';
import {
  type EmbedOptions,
  Hello,
  HelloParams,
  HelloVersion,
  LIMITS,
  type Method,
  METHODS,
  type NoticeName,
  type Notices,
  PROTOCOL_VERSION,
  Request,
  type RequestId,
  type Result,
  RPC_ERROR,
  WAITING,
} from '../protocol.ts';

/** Not `crypto.randomUUID`, which pages without https lack. */
const INSTANCE = `${performance.timeOrigin}-${Math.random()}`;

/** What is done with a request; whoever greets is given the frame's present state as notices. */
export type Handlers = {
  readonly [M in Method]: (params: v.InferOutput<(typeof METHODS)[M]>) => Promise<Result<M>>;
};

/** An error with a number of JSON-RPC's. */
export class RpcError extends Error {
  readonly number: number;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(number: number, message: string, data?: Readonly<Record<string, unknown>>) {
    super(message);
    this.number = number;
    this.data = data;
  }
}

const SECOND_MS = 1000;

export class HostPort {
  readonly #handlers: Handlers;
  readonly #onHello: (options: EmbedOptions) => void;
  #port: MessagePort | null = null;
  /** Of the first that greeted: the page may greet again, after a reload of its scripts, but no other may take its place. */
  #origin: string | null = null;
  readonly #underWay = new Set<RequestId>();
  /** When the last requests came. */
  #times: number[] = [];

  constructor(handlers: Handlers, onHello: (options: EmbedOptions) => void) {
    this.#handlers = handlers;
    this.#onHello = onHello;
  }

  /** Listens, and tells the page that it does. Nothing happens where this is no frame. */
  listen(): void {
    if (window.parent === window) return;
    window.addEventListener('message', (event) => this.#greeted(event));
    const params = { versions: [PROTOCOL_VERSION], instance: INSTANCE };
    window.parent.postMessage({ jsonrpc: '2.0', method: WAITING, params }, '*');
  }

  get isConnected(): boolean {
    return this.#port !== null;
  }

  tell<Name extends NoticeName>(method: Name, params: Notices[Name]): void {
    this.#port?.postMessage({ jsonrpc: '2.0', method, params });
  }

  #greeted({ source, origin, data, ports }: MessageEvent): void {
    if (source !== window.parent) return;
    const hello = v.safeParse(Hello, data);
    if (!hello.success) return; // some other message of the page
    const [port] = ports;
    const { id, params } = hello.output;
    const answer = (message: unknown): void => {
      if (port !== undefined) port.postMessage(message);
      // An opaque origin has no name that a message could be sent to; what is said here is no secret.
      else window.parent.postMessage(message, origin === 'null' ? '*' : origin);
    };
    const refuse = (error: RpcError): void => {
      answer(failure(id, error));
      port?.close();
    };
    if (this.#origin !== null && origin !== this.#origin) {
      refuse(new RpcError(RPC_ERROR.invalidRequest, 'This frame has been greeted by a page of another origin.'));
      return;
    }
    if (port === undefined || ports.length !== 1) {
      refuse(new RpcError(RPC_ERROR.invalidRequest, 'Send one port of a MessageChannel with the hello.'));
      return;
    }
    const version = v.safeParse(HelloVersion, params);
    if (!version.success || version.output.version !== PROTOCOL_VERSION) {
      const asked = version.success ? `version ${version.output.version}` : 'no version';
      const message = `This Mixtab speaks version ${PROTOCOL_VERSION} of the embedding protocol, and the page asked for ${asked}. Load embed.js from the same place as the frame.`;
      refuse(new RpcError(RPC_ERROR.version, message, { versions: [PROTOCOL_VERSION] }));
      return;
    }
    const parsed = v.safeParse(HelloParams, params);
    if (!parsed.success) {
      refuse(invalidParams('hello', parsed.issues));
      return;
    }
    this.#port?.close();
    this.#port = port;
    this.#origin = origin;
    this.#underWay.clear();
    port.addEventListener('message', (event) => void this.#asked(port, event.data));
    port.start();
    answer({ jsonrpc: '2.0', id, result: { version: PROTOCOL_VERSION, instance: INSTANCE } });
    this.#onHello(parsed.output.options);
  }

  async #asked(port: MessagePort, data: unknown): Promise<void> {
    const request = v.safeParse(Request, data);
    if (!request.success) {
      const error = new RpcError(RPC_ERROR.invalidRequest, `No request of JSON-RPC 2.0: ${words(request.issues)}.`);
      port.postMessage(failure(null, error));
      return;
    }
    const { id, method, params } = request.output;
    try {
      this.#count(id);
      this.#underWay.add(id);
      port.postMessage({ jsonrpc: '2.0', id, result: await this.#call(method, params) });
    } catch (error) {
      port.postMessage(failure(id, asRpcError(error)));
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** @throws RpcError where there are too many, or one of this id is being answered. */
  #count(id: RequestId): void {
    const now = performance.now();
    this.#times = this.#times.filter((time) => now - time < SECOND_MS);
    if (this.#times.length >= LIMITS.perSecond || this.#underWay.size >= 2 * LIMITS.waiting) {
      throw new RpcError(RPC_ERROR.tooMany, 'Too many requests at once. Wait for answers.');
    }
    this.#times.push(now);
    if (this.#underWay.has(id)) {
      throw new RpcError(RPC_ERROR.invalidRequest, `A request with the id ${JSON.stringify(id)} is under way.`);
    }
  }

  #call(method: string, params: unknown): Promise<unknown> {
    if (!Object.hasOwn(METHODS, method)) {
      const known = Object.keys(METHODS).join(', ');
      throw new RpcError(RPC_ERROR.unknownMethod, `There is no method “${method}”. There are: ${known}.`);
    }
    const name = method as Method;
    const parsed = v.safeParse(METHODS[name], params);
    if (!parsed.success) throw invalidParams(method, parsed.issues);
    return (this.#handlers[name] as (params: unknown) => Promise<unknown>)(parsed.output);
  }
}

type Issues = readonly v.BaseIssue<unknown>[];

function invalidParams(method: string, issues: Issues): RpcError {
  return new RpcError(RPC_ERROR.invalidParams, `What was sent with ${method} is not understood: ${words(issues)}.`);
}

/** The first thing that is wrong, and where; never the value itself, which may be long. */
function words(issues: Issues): string {
  const [issue] = issues;
  if (issue === undefined) return 'something is missing';
  const path = v.getDotPath(issue) ?? 'it';
  return `${path} should be ${issue.expected ?? 'within its limits'}`.slice(0, 300);
}

/** `data.code` has the number in a word. */
function failure(id: RequestId | null, { number, message, data }: RpcError): object {
  const code = Object.entries(RPC_ERROR).find(([, value]) => value === number)?.[0];
  return { jsonrpc: '2.0', id, error: { code: number, message, data: { code, ...data } } };
}

function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const { code, message } = toErrorData(error);
  if (code === 'aborted') return new RpcError(RPC_ERROR.stopped, message, { code: 'stopped' });
  return new RpcError(RPC_ERROR.engine, message, { code });
}
