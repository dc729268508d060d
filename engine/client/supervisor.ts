import type { EngineErrorData, EngineNews } from '../api.ts';
import { startAwakeTimer } from '../awake-timer.ts';
import type { HostedEngine, HostNews } from '../host/protocol.ts';

/** A worker with an engine in it, which this client may share with others. */
export interface EngineWorker {
  readonly engine: HostedEngine;
  /** Whether its script has arrived; a worker on a slow line cannot answer before. */
  hasScript(): boolean;
  /** Ends it, for all who share it. */
  terminate(): void;
  /** Goes without it; it ends with the last who does. */
  leave(): void;
}

export interface WorkerListener {
  /** An error that nobody caught, a script that does not load, or a message that cannot be read: it may be gone. */
  onTrouble(detail: string): void;
  /** What others who share it do. */
  onNews(news: HostNews): void;
  /** Another client has ended it, and started a new one. */
  onReplaced(): void;
}

export interface WatchLimits {
  /** An engine that is busy answers within a second or two; a shader that compiles on a slow processor takes several. */
  readonly silentMs: number;
  /** Between one sign of life and the next question for one. */
  readonly pauseMs: number;
  /** For the script of the worker to arrive. */
  readonly scriptMs: number;
  /** From Stop until an engine that says nothing is ended. */
  readonly stopMs: number;
}

export const WATCH_LIMITS: WatchLimits = { silentMs: 10_000, pauseMs: 2000, scriptMs: 60_000, stopMs: 2000 };

/** What the calls of an engine that was ended reject with. */
const RESTARTED: EngineErrorData = {
  code: 'engine-ended',
  message:
    'The engine was restarted before this ended. What was written is kept: try again, or continue where it broke off.',
};
const STOPPED: EngineErrorData = { code: 'aborted', message: 'Stopped.' };

/** Why an engine is thought to be silent. */
type Trouble = 'no-sign-of-life' | 'worker-error' | 'does-not-stop';

interface PendingCall {
  readonly reject: (error: EngineErrorData) => void;
  /** Whether it is what Stop ends. */
  readonly isStoppable: boolean;
}

/** One worker, from its start until it is ended. */
interface Life {
  readonly worker: EngineWorker;
  /** What was asked of it and is not answered yet. */
  readonly pending: Set<PendingCall>;
  readonly troubles: Map<Trouble, string>;
  /** Of the signs of life: none is wanted, one was asked for, or one has just come. */
  beat: 'resting' | 'asked' | 'pausing';
  wasHeard: boolean;
  stopTimer: (() => void) | undefined;
}

/**
 * Keeps an engine that answers. While something is asked of the worker it also has to give signs of life; where they fail to
 * come it is reported as silent, which the page shows with a Restart button: it may only be busy, and nothing but the person (or
 * a Stop that nobody hears) ends it.
 */
export class Supervisor {
  readonly #start: (listener: WorkerListener) => EngineWorker;
  readonly #limits: WatchLimits;
  readonly #listeners = new Set<(news: EngineNews) => void>();
  #life: Life;

  constructor(start: (listener: WorkerListener) => EngineWorker, limits: WatchLimits = WATCH_LIMITS) {
    this.#start = start;
    this.#limits = limits;
    this.#life = this.#begin();
  }

  /**
   * Asks something of the engine. Rejects, as the engine would, where that is ended first.
   *
   * @param isStoppable whether it is a load or a generation, which `stop` ends
   */
  call<T>(ask: (engine: EngineWorker['engine']) => Promise<T>, isStoppable = false): Promise<T> {
    const life = this.#life;
    return new Promise<T>((resolve, reject) => {
      const call: PendingCall = { reject, isStoppable };
      life.pending.add(call);
      this.#watch(life);
      const answered = (): void => {
        life.pending.delete(call);
        if (life.pending.size === 0) this.#rest(life);
      };
      ask(life.worker.engine).finally(answered).then(resolve, reject);
    });
  }

  /**
   * Ends what the engine does for this client, or of that the generation of a name; an engine that does not answer to that is
   * ended itself.
   */
  async stop(task?: string): Promise<void> {
    const life = this.#life;
    const end = startAwakeTimer(this.#limits.stopMs, () => {
      if (life === this.#life) this.#replace(({ isStoppable }) => (isStoppable ? STOPPED : RESTARTED));
    });
    try {
      await this.call((engine) => engine.abort(task));
    } catch {
      // Ended with the engine: stopped all the same.
    } finally {
      end();
    }
  }

  /** Waits for something that was stopped; says so where it does not end. */
  async ended(work: Promise<unknown>): Promise<void> {
    const life = this.#life;
    const end = startAwakeTimer(this.#limits.silentMs, () =>
      this.#trouble(life, 'does-not-stop', 'What was stopped has not ended.'),
    );
    await work.catch(() => undefined);
    end();
    this.#well(life, 'does-not-stop');
  }

  restart(): void {
    this.#replace(() => RESTARTED);
  }

  watch(listener: (news: EngineNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    stopTimerOf(this.#life);
    this.#life.worker.leave();
    this.#listeners.clear();
  }

  #begin(): Life {
    const life: Life = {
      worker: this.#start({
        // A worker may fail before this function has returned.
        onTrouble: (detail) => queueMicrotask(() => this.#onTrouble(life, detail)),
        onNews: (news) => {
          if (life === this.#life) this.#tell(news);
        },
        onReplaced: () => {
          if (life === this.#life) this.#replace(() => RESTARTED, 'by another');
        },
      }),
      pending: new Set(),
      troubles: new Map(),
      beat: 'resting',
      wasHeard: false,
      stopTimer: undefined,
    };
    return life;
  }

  #replace(errorOf: (call: PendingCall) => EngineErrorData, by: 'us' | 'by another' = 'us'): void {
    const old = this.#life;
    stopTimerOf(old);
    if (by === 'us') old.worker.terminate();
    else old.worker.leave();
    this.#life = this.#begin();
    this.#tell({ kind: 'restarted' });
    for (const call of old.pending) call.reject(errorOf(call));
    old.pending.clear();
  }

  /** Asks for signs of life, one after the other, as long as something is asked. */
  #watch(life: Life): void {
    if (life !== this.#life) return;
    if (life.beat === 'resting') {
      life.beat = 'asked';
      life.worker.engine.ping().then(
        () => this.#heard(life),
        () => undefined,
      );
    }
    if (life.beat === 'asked') life.stopTimer ??= this.#silenceTimer(life, 0);
  }

  /** @param waitedMs how long the script of the worker was waited for */
  #silenceTimer(life: Life, waitedMs: number): () => void {
    const { silentMs, scriptMs } = this.#limits;
    return startAwakeTimer(silentMs, () => {
      const isOnItsWay = !life.wasHeard && !life.worker.hasScript() && waitedMs < scriptMs;
      if (isOnItsWay) life.stopTimer = this.#silenceTimer(life, waitedMs + silentMs);
      else this.#trouble(life, 'no-sign-of-life', `Nothing for ${silentMs / 1000} s.`);
    });
  }

  #heard(life: Life): void {
    if (life !== this.#life) return;
    stopTimerOf(life);
    life.wasHeard = true;
    this.#well(life, 'no-sign-of-life');
    life.beat = 'pausing';
    setTimeout(() => {
      life.beat = 'resting';
      if (life.pending.size > 0) this.#watch(life);
    }, this.#limits.pauseMs);
  }

  /** All was answered, so it lives, and nobody waits for anything. */
  #rest(life: Life): void {
    stopTimerOf(life);
    this.#well(life, 'no-sign-of-life');
    this.#well(life, 'worker-error');
  }

  #onTrouble(life: Life, detail: string): void {
    // What fails while nobody waits harms nobody, unless it is the start.
    if (life.wasHeard && life.pending.size === 0) return;
    this.#trouble(life, 'worker-error', detail);
  }

  #trouble(life: Life, trouble: Trouble, detail: string): void {
    if (life !== this.#life) return;
    life.troubles.set(trouble, detail);
    this.#tell({ kind: 'silent', detail: [...life.troubles.values()].join(' ') });
  }

  #well(life: Life, trouble: Trouble): void {
    if (life !== this.#life || !life.troubles.delete(trouble)) return;
    if (life.troubles.size === 0) this.#tell({ kind: 'well' });
  }

  #tell(news: EngineNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

function stopTimerOf(life: Life): void {
  life.stopTimer?.();
  life.stopTimer = undefined;
}
