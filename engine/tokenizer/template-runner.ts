import type { EngineErrorData } from '../api.ts';
import { startAwakeTimer } from '../awake-timer.ts';
import { EngineError } from '../errors.ts';
import type { Rendered } from '../jinja/template.ts';
import { renderChat, type RenderJob, WHAT_HELPS } from './render-chat.ts';

/** Runs chat templates, which come with a model and are programs that nobody has looked at. */
export interface TemplateRunner {
  /**
   * What a template makes of a conversation.
   *
   * @throws EngineError as {@link renderChat}, `template-limit` also where it takes too long or too much memory; or whatever
   *   the signal was aborted with.
   */
  render(job: RenderJob, signal?: AbortSignal): Promise<Rendered>;
}

/** What a thread says: first that it is ready, then one of the others for each job. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rendered'; readonly rendered: Rendered }
  | { readonly kind: 'error'; readonly error: EngineErrorData };

/** A thread that can be ended in the middle of a loop: a worker in a browser, a worker thread in Node. */
export interface TemplateThread {
  post(job: RenderJob): void;
  terminate(): void;
}

export interface ThreadListener {
  onMessage(message: ThreadMessage): void;
  /** It is gone, or says things that cannot be read. */
  onGone(detail: string): void;
}

export interface TemplateLimits {
  /** A template takes a millisecond or two; so many for a slow device and a long conversation. */
  readonly renderMs: number;
  /** For loading the script of the thread. */
  readonly startMs: number;
}

const LIMITS: TemplateLimits = { renderMs: 2000, startMs: 30_000 };

/** One job of the thread, from `post` to its answer. */
interface Turn {
  readonly resolve: (rendered: Rendered) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread, kept from job to job; after it had to be ended, the next job gets a new one. */
export function createTemplateRunner(
  startThread: (listener: ThreadListener) => TemplateThread,
  { renderMs, startMs }: TemplateLimits = LIMITS,
): TemplateRunner {
  let thread: { readonly handle: TemplateThread; isReady: boolean } | undefined;
  let turn: Turn | undefined;
  let stopTimer = (): void => {};
  /** Ends with the job before: a thread does one at a time. */
  let queue: Promise<unknown> = Promise.resolve();

  /** Ends the job under way: its result, or an error with which the thread is ended too. */
  function settle(end: (turn: Turn) => void): void {
    stopTimer();
    const ended = turn;
    turn = undefined;
    if (ended !== undefined) end(ended);
  }

  function fail(error: unknown): void {
    thread?.handle.terminate();
    thread = undefined;
    settle(({ reject }) => reject(error));
  }

  /** From here on the template's own time runs. */
  function watch(): void {
    stopTimer();
    stopTimer = startAwakeTimer(renderMs, () => fail(tooLong(renderMs)));
  }

  function started(): TemplateThread {
    if (thread !== undefined) {
      if (thread.isReady) watch();
      return thread.handle;
    }
    stopTimer = startAwakeTimer(startMs, () => fail(notStarted('It did not start in time.')));
    const handle = startThread({
      onMessage: (message) => {
        if (thread?.handle !== handle) return;
        switch (message.kind) {
          case 'ready':
            thread.isReady = true;
            if (turn !== undefined) watch();
            return;
          case 'rendered':
            return settle(({ resolve }) => resolve(message.rendered));
          case 'error': {
            const { code, message: words, detail } = message.error;
            return settle(({ reject }) => reject(new EngineError(code, words, detail)));
          }
          default:
            message satisfies never;
        }
      },
      onGone: (detail) => {
        if (thread?.handle === handle) fail(thread.isReady ? gone(detail) : notStarted(detail));
      },
    });
    thread = { handle, isReady: false };
    return handle;
  }

  async function run(job: RenderJob, signal: AbortSignal | undefined): Promise<Rendered> {
    signal?.throwIfAborted();
    const abort = (): void => fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      return await new Promise<Rendered>((resolve, reject) => {
        turn = { resolve, reject };
        try {
          started().post(job);
        } catch (error) {
          fail(notStarted(String(error)));
        }
      });
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  return {
    render: (job, signal) => {
      const own = queue.then(() => run(job, signal));
      queue = own.catch(() => undefined);
      return own;
    },
  };
}

/** In the engine's own thread, where no other can be had: steps and sizes are limited, time is not. */
export const inlineTemplateRunner: TemplateRunner = {
  render: async (job, signal) => {
    signal?.throwIfAborted();
    return renderChat(job);
  },
};

function tooLong(milliseconds: number): EngineError {
  return new EngineError(
    'template-limit',
    `This model's chat template was stopped: it did not end within ${milliseconds / 1000} seconds. ${WHAT_HELPS}`,
  );
}

function gone(detail: string): EngineError {
  return new EngineError(
    'template-limit',
    `This model's chat template was stopped: it took too much memory. ${WHAT_HELPS}`,
    detail,
  );
}

function notStarted(detail: string): EngineError {
  return new EngineError(
    'internal',
    "The part of Mixtab that runs a model's chat template could not be started. Reload the page and try again.",
    detail,
  );
}
