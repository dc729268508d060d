// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineClient, EngineNews, GenerateEvent, GenerateRequest } from '../api.ts';
import { superviseEngine } from './supervised-client.ts';
import { type EngineWorker, WATCH_LIMITS, type WorkerListener } from './supervisor.ts';

const REQUEST: GenerateRequest = { prompt: { kind: 'text', text: 'Hi' } };
const STORED = { kind: 'stored', id: 'm' } as const;
const TOKEN: GenerateEvent = { type: 'token', token: { id: 1, channel: 'answer', text: 'a', logprob: 0 } };
const DONE: GenerateEvent = {
  type: 'done',
  finishReason: 'aborted',
  timings: { promptTokens: 1, reusedTokens: 0, prefillMs: 0, outputTokens: 1, decodeMs: 0 },
};

/** A worker whose calls are answered by the test, and which hangs or is gone at its word. */
class FakeWorker implements EngineWorker {
  readonly listener: WorkerListener;
  readonly calls: {
    readonly name: string;
    readonly args: readonly unknown[];
    resolve(value?: unknown): void;
    reject(error: unknown): void;
  }[] = [];
  isTerminated = false;
  isLeft = false;
  hangs = false;
  isScriptThere = true;
  /** What is asked while it hangs is heard when it is over. */
  readonly #unheard: (() => void)[] = [];

  constructor(listener: WorkerListener) {
    this.listener = listener;
  }

  readonly engine = new Proxy({} as EngineWorker['engine'], {
    get:
      (_, name: string) =>
      (...args: unknown[]): Promise<unknown> =>
        new Promise((resolve, reject) => {
          const hear = (): void => {
            if (name === 'ping' || name === 'abort') resolve(undefined);
            else this.calls.push({ name, args, resolve, reject });
          };
          if (this.hangs) this.#unheard.push(hear);
          else hear();
        }),
  });

  hasScript(): boolean {
    return this.isScriptThere;
  }

  terminate(): void {
    this.isTerminated = true;
  }

  leave(): void {
    this.isLeft = true;
  }

  goOn(): void {
    this.hangs = false;
    for (const hear of this.#unheard.splice(0)) hear();
  }

  call(name: string): (typeof this.calls)[number] {
    const call = this.calls.find((one) => one.name === name);
    if (call === undefined) throw new Error(`${name} was not called`);
    return call;
  }

  emit(...events: readonly GenerateEvent[]): void {
    (this.call('generate').args[1] as (events: readonly GenerateEvent[]) => void)(events);
  }
}

describe('an engine that is watched', () => {
  let workers: FakeWorker[];
  let client: EngineClient;
  let news: EngineNews['kind'][];
  const worker = (): FakeWorker => workers.at(-1) as FakeWorker;
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    vi.useFakeTimers();
    workers = [];
    news = [];
    client = superviseEngine((listener) => {
      const worker = new FakeWorker(listener);
      workers.push(worker);
      return worker;
    }, WATCH_LIMITS);
    client.watch(({ kind }) => news.push(kind));
  });
  afterEach(() => void vi.useRealTimers());

  /** Reads a stream to its end, and what it ended with. */
  function read(signal?: AbortSignal): { readonly events: GenerateEvent[]; readonly end: Promise<unknown> } {
    const events: GenerateEvent[] = [];
    const end = (async () => {
      try {
        for await (const event of client.generate(REQUEST, signal)) events.push(event);
        return 'ended';
      } catch (error) {
        return error;
      }
    })();
    return { events, end };
  }

  test('one that works for an hour and answers now and then is left alone', async () => {
    const loading = client.load(STORED);
    await pass(3_600_000);
    worker().call('load').resolve('info');
    expect(await loading).toBe('info');
    await pass(3_600_000);
    expect(news).toEqual([]);
    expect(workers).toHaveLength(1);
  });

  test('one that hangs is reported after ten seconds, not ended, and taken back when it answers', async () => {
    worker().hangs = true;
    const counted = client.countTokens(REQUEST.prompt);
    await pass(9900);
    expect(news).toEqual([]);
    await pass(200);
    expect(news).toEqual(['silent']);
    await pass(600_000);
    expect(news).toEqual(['silent']);
    expect(worker().isTerminated).toBe(false);
    worker().goOn();
    await pass(0);
    expect(news).toEqual(['silent', 'well']);
    worker().call('countTokens').resolve(7);
    expect(await counted).toBe(7);
  });

  test('one that begins to hang in the middle is noticed too', async () => {
    const { end } = read();
    await pass(60_000);
    worker().emit(TOKEN);
    worker().hangs = true;
    await pass(12_100); // the pause between two signs of life, and the silence
    expect(news).toEqual(['silent']);
    client.restart();
    expect(await end).toMatchObject({ code: 'engine-ended' });
  });

  test('an engine that hangs while nothing is asked of it is no trouble', async () => {
    worker().hangs = true;
    await pass(600_000);
    expect(news).toEqual([]);
  });

  test('time in which the page did not run does not count', async () => {
    worker().hangs = true;
    void client.storage().catch(() => undefined);
    await pass(5000);
    // A frozen page's timers come late, once; the clock goes on.
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    await pass(4900);
    expect(news).toEqual([]);
    await pass(200);
    expect(news).toEqual(['silent']);
  });

  test('a script on its way is waited for; one that does not come is reported', async () => {
    worker().hangs = true;
    worker().isScriptThere = false;
    void client.storage().catch(() => undefined);
    await pass(50_000);
    expect(news).toEqual([]);
    worker().isScriptThere = true;
    await pass(20_000);
    expect(news).toEqual(['silent']);
  });

  test('an error of a worker is reported at once, where somebody waits or it is the start', async () => {
    worker().listener.onTrouble('404');
    await pass(0);
    expect(news).toEqual(['silent']);
    client.restart();
    await pass(0);

    const loading = client.load(STORED);
    await pass(0);
    worker().call('load').resolve('info');
    await loading;
    worker().listener.onTrouble('nobody waits');
    await pass(0);
    expect(news).toEqual(['silent', 'restarted']);

    const counting = client.countTokens(REQUEST.prompt);
    worker().listener.onTrouble('uncaught');
    await pass(0);
    expect(news).toEqual(['silent', 'restarted', 'silent']);
    worker().call('countTokens').resolve(3);
    await counting;
    expect(news).toEqual(['silent', 'restarted', 'silent', 'well']);
  });

  test('a restart ends the old worker, rejects its calls in words, and the new one is asked from then on', async () => {
    worker().hangs = true;
    const asked = [client.load(STORED), client.countTokens(REQUEST.prompt), client.storage(), client.unload()];
    const failures = asked.map((call) => call.catch((error: unknown) => error));
    client.restart();
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
    for (const failure of failures)
      expect(await failure).toMatchObject({ code: 'engine-ended', message: expect.stringContaining('restarted') });
    const again = client.load(STORED);
    await pass(0);
    worker().call('load').resolve('info');
    expect(await again).toBe('info');
  });

  test('a download goes on in the new engine', async () => {
    const download = client.download(STORED);
    await pass(0);
    workers[0]?.call('download');
    client.restart();
    await pass(0);
    workers[1]?.call('download').resolve('stored');
    expect(await download).toBe('stored');
  });

  test('a download that was paused meanwhile does not', async () => {
    const pause = new AbortController();
    const download = client.download(STORED, {}, () => {}, pause.signal).catch((error: unknown) => error);
    await pass(0);
    worker().hangs = true;
    pause.abort();
    client.restart();
    expect(await download).toMatchObject({ code: 'engine-ended' });
    expect(worker().calls).toEqual([]);
  });

  describe('Stop', () => {
    test('is heard: the engine ends the answer, and stays', async () => {
      const stop = new AbortController();
      const { events, end } = read(stop.signal);
      await pass(0);
      worker().emit(TOKEN);
      stop.abort();
      await pass(500);
      worker().emit(DONE);
      worker().call('generate').resolve();
      expect(await end).toBe('ended');
      expect(events).toEqual([TOKEN, DONE]);
      await pass(60_000);
      expect(workers).toHaveLength(1);
      expect(news).toEqual([]);
    });

    test('is not heard: after two seconds there is a new engine, and the answer so far is kept', async () => {
      const stop = new AbortController();
      const { events, end } = read(stop.signal);
      await pass(0);
      worker().emit(TOKEN);
      worker().hangs = true;
      stop.abort();
      await pass(1900);
      expect(workers).toHaveLength(1);
      await pass(200);
      expect(await end).toMatchObject({ code: 'aborted' });
      expect(events).toEqual([TOKEN]);
      expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
      expect(news).toEqual(['restarted']);
    });

    test('is heard, but the end takes long: the page does not wait, the next answer does', async () => {
      const stop = new AbortController();
      const first = read(stop.signal);
      await pass(0);
      stop.abort();
      await pass(2100);
      expect(await first.end).toMatchObject({ code: 'aborted' });
      const second = read();
      await pass(5000);
      expect(worker().calls).toHaveLength(1);
      worker().calls[0]?.resolve();
      await pass(0);
      expect(worker().calls).toHaveLength(2);
      worker().calls[1]?.resolve();
      expect(await second.end).toBe('ended');
      expect(workers).toHaveLength(1);
      expect(news).toEqual([]);
    });

    test('and the end never comes: that is reported, and Stop works for who waits', async () => {
      const stop = new AbortController();
      const first = read(stop.signal);
      await pass(0);
      stop.abort();
      await pass(2100);
      await first.end;
      const stopSecond = new AbortController();
      const second = read(stopSecond.signal);
      await pass(10_100);
      expect(news).toEqual(['silent']);
      stopSecond.abort();
      expect(await second.end).toMatchObject({ code: 'aborted' });
      client.restart();
      const third = read();
      await pass(0);
      worker().call('generate').resolve();
      expect(await third.end).toBe('ended');
    });

    test('of a load that hangs: it ends as stopped, and other calls as ended', async () => {
      worker().hangs = true;
      const loading = client.load(STORED).catch((error: unknown) => error);
      const counting = client.countTokens(REQUEST.prompt).catch((error: unknown) => error);
      void client.abort();
      await pass(2100);
      expect(await loading).toMatchObject({ code: 'aborted' });
      expect(await counting).toMatchObject({ code: 'engine-ended' });
    });

    test('leaving the loop early stops as well', async () => {
      const left = (async () => {
        for await (const event of client.generate(REQUEST)) return event;
        return null;
      })();
      await pass(0);
      worker().emit(TOKEN);
      worker().hangs = true;
      await pass(2100);
      expect(await left).toEqual(TOKEN);
      expect(workers).toHaveLength(2);
    });
  });
});
