import * as v from 'valibot';
import type {
  Channel,
  ChatMessage,
  FinishReason,
  GenerateEvent,
  GenerateRequest,
  LoadProgress,
  LoadStage,
} from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { Connection, EmbedError, isWaiting } from '../embed/connection.ts';
import { type Answer, type EmbedOptions, type HostMessage, type Notices, WaitingInstance } from '../embed/protocol.ts';
import { abortError, isEngineCode } from './api/api-error.ts';
import type { ServedModel } from './api/service.ts';
import type { MixtabBackend } from './mixtab.ts';

export interface FrameOptions {
  /** A frame of some Mixtab's `embed.html`, in the page. What is asked is seen in it, too. */
  readonly frame: HTMLIFrameElement;
  /** As the frame understands it: an address, or `hf:owner/name[/file][:quantization]`. Default: the one that comes with that Mixtab. */
  readonly model?: string | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Context in tokens. */
  readonly contextLength?: number | undefined;
  /** The name under which requests ask for the model; default: its own. */
  readonly name?: string | undefined;
}

/** What a frame knows of nothing, so that whoever asks for it is told. */
const FRAME_SAMPLING = { topK: 0, minP: 0, repetitionPenalty: 1 } as const;

type Ready = Notices['ready'];

interface Opened {
  readonly connection: Connection;
  readonly served: ServedModel;
}

/** The engine of a frame, by the protocol of docs/embed.md: the frame's site has the model, and this page none. */
export class FrameBackend implements MixtabBackend {
  readonly #options: FrameOptions;
  readonly #closed = new AbortController();
  #opening: Promise<Opened> | undefined;
  #connection: Connection | undefined;
  #onReady: (detail: Ready) => void = () => {};
  #onToken: (detail: Notices['token']) => void = () => {};

  constructor(options: FrameOptions) {
    this.#options = options;
  }

  async model(signal: AbortSignal): Promise<ServedModel> {
    const { served } = await orAborted(this.#open(), signal, this.#closed.signal);
    return served;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    const { connection } = await this.#open();
    const { system, before, question } = conversationOf(request);
    await connection.request('setOptions', { options: this.#embedOptions(request, system) });
    await connection.request('setMessages', { messages: before });
    const queue: GenerateEvent[] = [{ type: 'prompt', tokens: [] }];
    let wake = (): void => {};
    let reasoningTokens = 0;
    const push = (event: GenerateEvent): void => {
      queue.push(event);
      wake();
    };
    const token = (text: string, channel: Channel): void => {
      if (channel === 'reasoning') reasoningTokens++;
      push({ type: 'token', token: { id: 0, logprob: 0, channel, text } });
    };
    this.#onToken = ({ text, channel }) => {
      if (channel === 'answer' || channel === 'reasoning' || channel === 'tool-call') token(text, channel);
    };
    const stop = (): void => void connection.request('stop').catch(() => undefined);
    signal.addEventListener('abort', stop);
    let failure: Error | undefined;
    let isAnswered = false;
    const asked = signal.aborted ? Promise.reject(abortError()) : connection.request('ask', { text: question });
    asked
      .then((answer) => {
        // Notices may hold several tokens each; how many there were is told at the end.
        while (reasoningTokens < answer.usage.reasoningTokens) token('', 'reasoning');
        isAnswered = true;
        push(doneOf(answer));
      })
      .catch((error: unknown) => {
        isAnswered = true;
        failure = isStopped(error) ? undefined : engineError(error);
        push({ type: 'done', finishReason: 'aborted', timings: NO_TIMINGS });
      });
    try {
      for (;;) {
        const event = queue.shift();
        if (event === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        if (event.type === 'done' && failure !== undefined) throw failure;
        yield event;
        if (event.type === 'done') return;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#onToken = () => {};
      if (!isAnswered) stop(); // the reader left
    }
  }

  async countTokens(): Promise<number> {
    throw new EngineError('bad-request', 'A frame does not tell how many tokens a text has.');
  }

  close(): void {
    this.#closed.abort();
    this.#connection?.close();
  }

  #open(): Promise<Opened> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = undefined;
      throw engineError(error);
    });
    return this.#opening;
  }

  async #connect(): Promise<Opened> {
    const { frame, onProgress, name } = this.#options;
    const { origin } = new URL(frame.src, document.baseURI);
    const ready = new Promise<Ready>((resolve) => (this.#onReady = resolve));
    const connection = await this.#greet(frame, origin, {
      ready: (detail) => this.#onReady(detail),
      token: (detail) => this.#onToken(detail),
      // Older frames tell no share.
      progress: ({ stage, loadedBytes, totalBytes, share = loadedBytes / Math.max(1, totalBytes) }) =>
        onProgress?.({ stage: stage as LoadStage, share: Math.min(1, share), loadedBytes, totalBytes }),
    });
    this.#connection = connection;
    const reloaded = this.#untilReload(frame, origin, connection);
    // Whoever makes one of these asks for its model: where the visitor has to agree first, the page makes it later.
    await connection.request('start');
    const { model } = await Promise.race([ready, reloaded]);
    if (model === undefined)
      throw new EngineError('bad-request', 'This frame plays a recording: it answers no questions.');
    const served: ServedModel = {
      id: name ?? model.name,
      sampling: FRAME_SAMPLING,
      thinking: { reasons: false, modes: [], usual: null },
      contextLength: model.contextLength,
      hasChatTemplate: true,
    };
    return { connection, served };
  }

  /**
   * Another document says that it listens: what was asked of the one before is lost, and the next request greets the new one.
   *
   * @returns rejects when that happens
   */
  #untilReload(frame: HTMLIFrameElement, origin: string, connection: Connection): Promise<never> {
    const gone = new Promise<never>((_, reject) => {
      const hear = (event: MessageEvent): void => {
        if (!isWaiting(event, frame, origin)) return;
        // The one that answered may be heard only now.
        const said = v.safeParse(WaitingInstance, event.data);
        if (!said.success || said.output.params.instance === connection.instance) return;
        removeEventListener('message', hear);
        this.#opening = undefined;
        const why = new EmbedError('not-loaded', 'The frame was reloaded, and its model with it. Ask again.');
        connection.close(why);
        reject(why);
      };
      addEventListener('message', hear);
      this.#closed.signal.addEventListener('abort', () => removeEventListener('message', hear));
    });
    gone.catch(() => undefined); // nobody may be waiting
    return gone;
  }

  /** Greets now, in case that its script runs; and again when that says so. The last hello counts, for both sides. */
  #greet(
    frame: HTMLIFrameElement,
    origin: string,
    listener: Parameters<typeof Connection.open>[3],
  ): Promise<Connection> {
    const { signal } = this.#closed;
    return new Promise((resolve, reject) => {
      let attempts = 0;
      const end = (): void => {
        removeEventListener('message', hear);
        signal.removeEventListener('abort', stop);
      };
      const stop = (): void => {
        end();
        reject(abortError());
      };
      const greet = (): void => {
        const target = frame.contentWindow;
        if (target === null) return;
        const attempt = ++attempts;
        Connection.open(target, origin, this.#embedOptions({}, undefined), listener).then(
          (connection) => {
            if (attempt !== attempts) return connection.close();
            end();
            resolve(connection);
          },
          (error: unknown) => {
            end();
            reject(error);
          },
        );
      };
      const hear = (event: MessageEvent): void => {
        if (isWaiting(event, frame, origin)) greet();
      };
      addEventListener('message', hear);
      signal.addEventListener('abort', stop);
      greet();
    });
  }

  #embedOptions({ sampling = {}, maxTokens }: Partial<GenerateRequest>, system: string | undefined): EmbedOptions {
    const { model, contextLength } = this.#options;
    const { temperature, topP, seed } = sampling;
    return {
      ...(model !== undefined && { model }),
      ...(contextLength !== undefined && { context: contextLength }),
      ...(system !== undefined && { system }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(seed !== undefined && { seed }),
      ...(maxTokens !== undefined && { maxTokens }),
      routing: 'off',
    };
  }
}

const NO_TIMINGS = { promptTokens: 0, reusedTokens: 0, prefillMs: 0, outputTokens: 0, decodeMs: 0 } as const;

const REASONS: readonly string[] = ['stop', 'stop-string', 'length', 'context', 'aborted'] satisfies FinishReason[];

function doneOf({ usage, finishReason }: Answer): GenerateEvent {
  return {
    type: 'done',
    finishReason: REASONS.includes(finishReason) ? (finishReason as FinishReason) : 'stop',
    timings: { ...NO_TIMINGS, promptTokens: usage.promptTokens, outputTokens: usage.completionTokens },
  };
}

/** @throws EngineError `bad-request` that names what a frame has not */
function conversationOf({ prompt, sampling = {}, stop, logprobs, thinking, routing }: GenerateRequest): {
  readonly system: string | undefined;
  readonly before: HostMessage[];
  readonly question: string;
} {
  const missing = (what: string): EngineError =>
    new EngineError(
      'bad-request',
      `${what} is not supported over a frame. Leave it out, or use an engine of your own.`,
    );
  if (prompt.kind !== 'chat') throw missing('/v1/completions');
  if (prompt.continueLast === true) throw missing(`'continue_final_message'`);
  if (stop !== undefined) throw missing(`'stop'`);
  if (logprobs !== undefined) throw missing(`'logprobs'`);
  if (routing !== undefined) throw missing(`'routing'`);
  if (thinking !== undefined) throw missing(`'reasoning_effort'`);
  for (const [key, name] of [
    ['topK', 'top_k'],
    ['minP', 'min_p'],
    ['repetitionPenalty', 'repetition_penalty'],
  ] as const)
    if (sampling[key] !== FRAME_SAMPLING[key]) throw missing(`'${name}'`);
  const [first] = prompt.messages;
  const system = first?.role === 'system' ? first.content : undefined;
  const talk = prompt.messages.slice(system === undefined ? 0 : 1);
  const last = talk.at(-1);
  if (last?.role !== 'user') throw missing('A conversation that does not end with a question');
  const before = talk.slice(0, -1).map((message: ChatMessage): HostMessage => {
    if (message.role === 'user') return { role: 'user', content: message.content };
    if (message.role !== 'assistant' || message.toolCalls !== undefined)
      throw missing(`A message of the ${message.role} in the middle`);
    return { role: 'assistant', content: message.content };
  });
  return { system, before, question: last.content };
}

function isStopped(error: unknown): boolean {
  return (
    (error instanceof EmbedError && error.code === 'stopped') ||
    (error instanceof DOMException && error.name === 'AbortError')
  );
}

/** Its codes are the engine's, or the protocol's own: then the frame does not do this. */
function engineError(error: unknown): Error {
  if (error instanceof EmbedError)
    return new EngineError(isEngineCode(error.code) ? error.code : 'bad-request', error.message);
  return error instanceof Error ? error : new EngineError('internal', String(error));
}

async function orAborted<T>(promise: Promise<T>, ...signals: readonly AbortSignal[]): Promise<T> {
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(abortError());
  });
  if (signals.some(({ aborted }) => aborted)) stop();
  for (const signal of signals) signal.addEventListener('abort', stop);
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', stop);
  }
}
