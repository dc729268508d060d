import type { GeneratedToken, GenerateEvent, GenerateRequest, ModelInfo } from '../../engine/api.ts';
import { AnswerStream } from './answer-stream.ts';
import { abortError, ApiError, badRequest, errorFromEngine } from './api-error.ts';
import { type AnswerHead, ChatChunks, ChatWhole } from './chat-answer.ts';
import { parseChatRequest } from './chat-request.ts';
import { CompletionPieces, CompletionWhole } from './completion-answer.ts';
import { parseCompletionRequest } from './completion-request.ts';
import { MAX_NAME, MAX_WAITING } from './limits.ts';
import { Turns } from './turns.ts';
import type { ChatCompletion, ChatCompletionChunk, Completion, Model, ModelList } from './types.ts';

/** The model that answers, as far as the API tells of it or asks for it. */
export interface ServedModel extends Pick<ModelInfo, 'sampling' | 'thinking' | 'contextLength' | 'hasChatTemplate'> {
  /** The name that requests use. */
  readonly id: string;
}

/** An engine with a model: in this process, in a worker, or wherever. */
export interface Backend {
  /** Waits until it is loaded. @throws EngineErrorData */
  model(signal: AbortSignal): Promise<ServedModel>;
  /** As `EngineClient.generate`: aborting the signal ends it with `done` and the reason `aborted`. */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, void>;
}

/** An answer at once, or in pieces. Pieces come when the engine has begun: errors before that are thrown. */
export type Answer<TWhole, TPiece> =
  | { readonly kind: 'whole'; readonly whole: TWhole }
  | { readonly kind: 'stream'; readonly stream: AnswerStream<TPiece> };

export type ChatAnswer = Answer<ChatCompletion, ChatCompletionChunk>;
export type CompletionAnswer = Answer<Completion, Completion>;

interface Task {
  readonly model: string | undefined;
  readonly isStreamed: boolean;
  readonly includesUsage: boolean;
  readonly wantsLogprobs: boolean;
  request(model: ServedModel): GenerateRequest;
}

interface PieceMaker<TPiece> {
  begin(): TPiece[];
  push(token: GeneratedToken): TPiece[];
  end(done: Extract<GenerateEvent, { type: 'done' }>): TPiece[];
}

/** The API itself, below every way to reach it: requests in OpenAI's shape in, answers in OpenAI's shape out, one at a time. */
export class ApiService {
  readonly #backend: Backend;
  readonly #turns: Turns;
  readonly #created = now();
  /** Of requests that wait or are answered. */
  readonly #live = new Set<AbortController>();

  constructor(backend: Backend, { mostWaiting = MAX_WAITING }: { readonly mostWaiting?: number } = {}) {
    this.#backend = backend;
    this.#turns = new Turns(mostWaiting);
  }

  /** @throws ApiError, AbortError */
  async chat(body: unknown, signal: AbortSignal): Promise<ChatAnswer> {
    const task = parseChatRequest(body);
    const model = await this.#modelNamed(task.model, signal);
    if (!model.hasChatTemplate)
      throw badRequest(
        `The model '${model.id}' has no chat template: it goes on with a text. Use /v1/completions.`,
        'messages',
        'unsupported_value',
      );
    const head: AnswerHead = { id: `chatcmpl-${crypto.randomUUID()}`, created: now(), model: model.id };
    const options = { includesUsage: task.includesUsage || !task.isStreamed, wantsLogprobs: task.wantsLogprobs };
    const stream = await this.#run(task, model, new ChatChunks(head, options), signal);
    if (task.isStreamed) return { kind: 'stream', stream };
    const whole = new ChatWhole();
    for await (const chunk of stream) whole.push(chunk);
    return { kind: 'whole', whole: whole.completion(head, task.wantsLogprobs) };
  }

  /** @throws ApiError, AbortError */
  async complete(body: unknown, signal: AbortSignal): Promise<CompletionAnswer> {
    const task = parseCompletionRequest(body);
    const model = await this.#modelNamed(task.model, signal);
    const head: AnswerHead = { id: `cmpl-${crypto.randomUUID()}`, created: now(), model: model.id };
    const options = { includesUsage: task.includesUsage || !task.isStreamed, wantsLogprobs: task.wantsLogprobs };
    const stream = await this.#run(task, model, new CompletionPieces(head, options), signal);
    if (task.isStreamed) return { kind: 'stream', stream };
    const whole = new CompletionWhole();
    for await (const piece of stream) whole.push(piece);
    return { kind: 'whole', whole: whole.completion(head, task.wantsLogprobs) };
  }

  async models(signal: AbortSignal): Promise<ModelList> {
    return { object: 'list', data: [this.#listed(await this.#model(signal))] };
  }

  /** @throws ApiError status 404 */
  async modelNamed(id: string, signal: AbortSignal): Promise<Model> {
    return this.#listed(await this.#modelNamed(id, signal));
  }

  /** Resolves when what was asked so far is answered, or has ended otherwise. */
  idle(): Promise<void> {
    return this.#turns.idle();
  }

  /** Ends all that waits or is answered, with an AbortError. */
  abortAll(): void {
    for (const controller of this.#live) controller.abort();
  }

  #listed({ id, contextLength }: ServedModel): Model {
    return { id, object: 'model', created: this.#created, owned_by: 'mixtab', max_model_len: contextLength };
  }

  async #model(signal: AbortSignal): Promise<ServedModel> {
    if (signal.aborted) throw abortError();
    try {
      return await this.#backend.model(signal);
    } catch (error) {
      throw errorFromEngine(error);
    }
  }

  async #modelNamed(name: string | undefined, signal: AbortSignal): Promise<ServedModel> {
    const model = await this.#model(signal);
    if (name === undefined || name === model.id) return model;
    const asked = name.slice(0, MAX_NAME);
    throw badRequest(
      `The model '${asked}' does not exist here. This is '${model.id}'.`,
      'model',
      'model_not_found',
      404,
    );
  }

  /** Waits for its turn and for the engine to begin. The answer is then written whether or not it is read. */
  async #run<TPiece>(
    task: Task,
    model: ServedModel,
    pieces: PieceMaker<TPiece>,
    signal: AbortSignal,
  ): Promise<AnswerStream<TPiece>> {
    const request = task.request(model);
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    this.#live.add(controller);
    const leave = (): void => {
      signal.removeEventListener('abort', abort);
      this.#live.delete(controller);
    };
    const endTurn = await this.#turns.take(controller.signal).catch((error: unknown) => {
      leave();
      throw error;
    });
    const stream = new AnswerStream<TPiece>(abort);
    controller.signal.addEventListener('abort', () => stream.abort(), { once: true });

    let begun = (): void => {};
    let failed: (error: Error) => void = () => {};
    const beginning = new Promise<void>((resolve, reject) => {
      begun = resolve;
      failed = reject;
    });
    const write = async (): Promise<void> => {
      try {
        for await (const event of this.#backend.generate(request, controller.signal)) {
          switch (event.type) {
            case 'prompt':
              for (const piece of pieces.begin()) stream.push(piece);
              begun();
              break;
            case 'token':
              for (const piece of pieces.push(event.token)) stream.push(piece);
              break;
            case 'done':
              if (event.finishReason === 'aborted') throw endedByWhom(controller.signal.aborted);
              for (const piece of pieces.end(event)) stream.push(piece);
              begun();
              stream.end();
              break;
            case 'queued':
            case 'prefill':
              break;
            default:
              event satisfies never; // what a newer engine tells besides
          }
        }
        throw endedByWhom(controller.signal.aborted);
      } catch (error) {
        const told = errorFromEngine(error);
        failed(told);
        stream.fail(told); // no more than a formality after `end`
      } finally {
        leave();
        endTurn();
      }
    };
    void write();
    await beginning;
    return stream;
  }
}

/** A generation that ended before its answer did: the caller stopped it, or someone else. */
function endedByWhom(isCaller: boolean): Error {
  if (isCaller) return abortError();
  return new ApiError(503, 'The answer was stopped from elsewhere before it was finished.', {
    type: 'server_error',
    code: 'stopped',
  });
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
