import { proxy } from 'comlink';
import type { EngineErrorData, GenerateEvent, GenerateRequest } from '../api.ts';
import { startAwakeTimer } from '../awake-timer.ts';
import type { Supervisor } from './supervisor.ts';

const STOPPED: EngineErrorData = { code: 'aborted', message: 'Stopped.' };

/** Generations of one client, which may be several at once: they wait in the engine's queue. */
export class EventStreams {
  readonly #supervisor: Supervisor;
  readonly #stopMs: number;
  /** Ends with those that were stopped, whose readers may have left earlier. */
  #stopped: Promise<unknown> = Promise.resolve();

  constructor(supervisor: Supervisor, stopMs: number) {
    this.#supervisor = supervisor;
    this.#stopMs = stopMs;
  }

  /** Turns the worker's callbacks into a stream; leaving the loop early aborts the generation and waits for its end. */
  async *stream(request: GenerateRequest, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    await this.#stoppedOnesEnded(signal);
    const task = crypto.randomUUID();
    const queue: GenerateEvent[] = [];
    const state: { end?: { readonly error?: EngineErrorData } } = {};
    let wake = (): void => {};
    const end = (error?: EngineErrorData): void => {
      state.end ??= error === undefined ? {} : { error };
      wake();
    };

    const onEvents = proxy((events: readonly GenerateEvent[]) => {
      queue.push(...events);
      wake();
    });
    const run = this.#supervisor
      .call((engine) => engine.generate(request, onEvents, task), true)
      .then(
        () => end(),
        (error: EngineErrorData) => end(error),
      );

    let stopWaiting = (): void => {};
    const abort = (): void => {
      this.#stopped = Promise.all([this.#stopped, run]);
      void this.#supervisor.stop(task);
      stopWaiting();
      stopWaiting = startAwakeTimer(this.#stopMs, () => end(STOPPED));
    };
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    try {
      for (;;) {
        while (queue.length > 0) yield queue.shift() as GenerateEvent;
        if (state.end?.error !== undefined) throw state.end.error;
        if (state.end !== undefined) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      if (state.end === undefined) abort();
      while (state.end === undefined) await new Promise<void>((resolve) => (wake = resolve));
      stopWaiting();
    }
  }

  /** The engine may still be at the end of generations that were stopped. */
  async #stoppedOnesEnded(signal?: AbortSignal): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    const wasAborted = signal?.aborted === true;
    await Promise.race([this.#supervisor.ended(this.#stopped), ...(signal === undefined ? [] : [stopped])]);
    if (signal?.aborted === true && !wasAborted) throw STOPPED;
  }
}
