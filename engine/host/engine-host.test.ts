// Several clients on one engine, each over ports of its own, as pages and a shared worker have them.
import { expose, proxy, wrap } from 'comlink';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type {
  DownloadProgress,
  Engine,
  GenerateEvent,
  GenerateRequest,
  LoadProgress,
  ModelInfo,
  ModelSource,
} from '../api.ts';
import { EngineError } from '../errors.ts';
import { EngineHost } from './engine-host.ts';
import type { ClientServices, HostedEngine, HostNews } from './protocol.ts';

const X: ModelSource = { kind: 'url', url: 'https://example.org/x.gguf' };
const Y: ModelSource = { kind: 'url', url: 'https://example.org/y.gguf' };
const ASK: GenerateRequest = { prompt: { kind: 'text', text: 'Hi' } };

const infoOf = (source: ModelSource): ModelInfo =>
  ({ id: source.kind === 'url' ? source.url : 'file', fileBytes: 7, contextLength: 64, stored: true }) as ModelInfo;

const timings = { promptTokens: 1, reusedTokens: 0, prefillMs: 0, outputTokens: 0, decodeMs: 0 };
const textOf = (request: GenerateRequest): string => (request.prompt.kind === 'text' ? request.prompt.text : '');

interface Step {
  readonly what: string;
  go(): void;
}

/** Does one thing at a time, and waits at each for the test; `log` has what it began and how that ended. */
class SlowEngine {
  readonly log: string[] = [];
  step: Step | undefined;
  model: ModelInfo | undefined;
  #abort: (() => void) | undefined;
  isAuto = false;

  async #until(what: string): Promise<'go' | 'aborted'> {
    if (this.#abort !== undefined) throw new EngineError('busy', 'Two things at a time.');
    this.log.push(what);
    if (this.isAuto) return 'go';
    const end = await new Promise<'go' | 'aborted'>((resolve) => {
      this.step = { what, go: () => resolve('go') };
      this.#abort = () => resolve('aborted');
    });
    this.#abort = undefined;
    this.step = undefined;
    if (end === 'aborted') this.log.push(`${what} aborted`);
    return end;
  }

  readonly engine = {
    load: async (source: ModelSource, _options: unknown, onProgress: (progress: LoadProgress) => void) => {
      this.model = undefined;
      onProgress({ stage: 'read', share: 0.5, loadedBytes: 1, totalBytes: 7 });
      if ((await this.#until(`load ${infoOf(source).id.slice(-6)}`)) === 'aborted')
        throw new EngineError('aborted', 'Stopped.');
      this.model = infoOf(source);
      return this.model;
    },
    generate: async (request: GenerateRequest, onEvents: (events: readonly GenerateEvent[]) => void) => {
      if (this.model === undefined) throw new EngineError('not-loaded', 'No model.');
      const text = `${textOf(request)} by ${this.model.id.slice(-6)}`;
      onEvents([{ type: 'token', token: { id: 1, channel: 'answer', text, logprob: 0 } }]);
      const end = await this.#until(text);
      onEvents([{ type: 'done', finishReason: end === 'go' ? 'stop' : 'aborted', timings }]);
    },
    abort: async () => this.#abort?.(),
    memory: async () => ({ weights: this.model === undefined ? 0 : 1, experts: 0, kvCache: 0, activations: 0 }),
    unload: async () => {
      this.#abort?.();
      this.model = undefined;
    },
    download: vi.fn<Engine['download']>(async (_task, _source, _options, onProgress) => {
      onProgress({ stage: 'download', loadedBytes: 1, totalBytes: 7 });
      if ((await this.#until('download')) === 'aborted') throw new EngineError('aborted', 'Stopped.');
      return { id: 'x' } as Awaited<ReturnType<Engine['download']>>;
    }),
    cancelDownload: async () => this.#abort?.(),
    countTokens: async () => {
      throw new EngineError('template-limit', 'Too long.', 'in detail');
    },
  } as unknown as Engine;

  async go(what: string): Promise<void> {
    await vi.waitFor(() => {
      if (this.step?.what !== what) throw new Error(`it is at ${this.step?.what}, not at ${what}`);
    });
    this.step?.go();
  }
}

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

interface Page {
  readonly id: string;
  readonly engine: HostedEngine;
  readonly news: HostNews[];
  close(): void;
}

let pages = 0;

function connect(host: EngineHost): Page {
  const [calls, services] = [new MessageChannel(), new MessageChannel()];
  ports.push(calls.port1, calls.port2, services.port1, services.port2);
  const news: HostNews[] = [];
  expose({ onNews: (one: HostNews) => news.push(one) }, services.port1);
  const id = `page ${++pages}`;
  expose(host.connect({ id, services: wrap<ClientServices>(services.port2) }), calls.port2);
  return { id, engine: wrap<HostedEngine>(calls.port1), news, close: () => host.disconnect(id) };
}

interface Asked {
  readonly events: GenerateEvent[];
  /** Texts, places, and how it ended. */
  readonly heard: (string | number)[];
  readonly end: Promise<unknown>;
}

function ask({ engine }: Page, text: string, change: Partial<GenerateRequest> = {}, task = text): Asked {
  const events: GenerateEvent[] = [];
  const heard: (string | number)[] = [];
  const onEvents = proxy((batch: readonly GenerateEvent[]) => {
    events.push(...batch);
    for (const event of batch) {
      if (event.type === 'queued') heard.push(event.place);
      if (event.type === 'token') heard.push(event.token.text);
      if (event.type === 'done') heard.push(event.finishReason);
    }
  });
  const end = engine
    .generate({ ...ASK, prompt: { kind: 'text', text }, ...change }, onEvents, task)
    .catch((error: unknown) => error);
  return { events, heard, end };
}

function open(): { readonly host: EngineHost; readonly slow: SlowEngine; readonly a: Page; readonly b: Page } {
  const slow = new SlowEngine();
  const host = new EngineHost(slow.engine, true);
  return { host, slow, a: connect(host), b: connect(host) };
}

async function openWith(source: ModelSource): Promise<ReturnType<typeof open>> {
  const opened = open();
  const loading = load(opened.a, source);
  await opened.slow.go(`load ${infoOf(source).id.slice(-6)}`);
  await loading.result;
  return opened;
}

function load({ engine }: Page, source: ModelSource, options = {}) {
  const stages: string[] = [];
  const report = proxy(({ stage }: LoadProgress) => {
    if (stages.at(-1) !== stage) stages.push(stage);
  });
  return { stages, result: engine.load(source, options, report).catch((error: unknown) => error) };
}

describe('answers', () => {
  test('of two pages: one after the other, each to who asked, and who waits is told its place', async () => {
    const { slow, a, b } = await openWith(X);
    const [first, second, other] = [ask(a, 'one'), ask(a, 'two'), ask(b, 'three')];
    await slow.go('one by x.gguf');
    await slow.go('three by x.gguf');
    await slow.go('two by x.gguf');
    await Promise.all([first.end, second.end, other.end]);
    expect(first.heard).toEqual(['one by x.gguf', 'stop']);
    expect(second.heard).toEqual([1, 2, 1, 'two by x.gguf', 'stop']);
    expect(other.heard).toEqual([1, 'three by x.gguf', 'stop']);
  });

  test('each is stopped alone: the one under way within a token, one that waits at once', async () => {
    const { slow, a, b } = await openWith(X);
    const [running, waiting, last] = [ask(a, 'one'), ask(b, 'two'), ask(b, 'three')];
    await vi.waitFor(() => expect(last.heard).toEqual([2]));
    await b.engine.abort('two');
    await waiting.end;
    expect(waiting.heard).toEqual([1, 'aborted']);
    await vi.waitFor(() => expect(last.heard).toEqual([2, 1]));
    await a.engine.abort('one');
    await running.end;
    expect(running.heard).toEqual(['one by x.gguf', 'aborted']);
    await slow.go('three by x.gguf');
    await last.end;
    expect(last.heard).toEqual([2, 1, 'three by x.gguf', 'stop']);
    // A name is known to its own page alone, and only as long as it runs.
    const next = ask(a, 'four');
    await b.engine.abort('four');
    await slow.go('four by x.gguf');
    await next.end;
    expect(next.heard.at(-1)).toBe('stop');
  });

  test('a page that is closed takes its own with it, under way or not, and nobody else waits for it', async () => {
    const { slow, a, b } = await openWith(X);
    const [mine, queued, others] = [ask(a, 'one'), ask(a, 'two'), ask(b, 'three')];
    await vi.waitFor(() => expect(others.heard).toEqual([1]));
    a.close();
    await slow.go('three by x.gguf');
    await others.end;
    expect(slow.log).toEqual(['load x.gguf', 'one by x.gguf', 'one by x.gguf aborted', 'three by x.gguf']);
    expect(queued.heard).toEqual([1, 2, 'aborted']); // closed for the host alone: the ports are open still
    await mine.end;
  });

  test('a page that takes nothing any more holds up nobody', async () => {
    const { host, slow, b } = await openWith(X);
    const asleep = host.connect({ id: 'asleep', services: { onNews: () => {} } as unknown as ClientServices });
    const neverTaken = (): unknown => new Promise(() => {});
    void asleep.generate(ASK, neverTaken, 'never').catch(() => undefined);
    await slow.go('Hi by x.gguf');
    const next = ask(b, 'two');
    await slow.go('two by x.gguf');
    await next.end;
    expect(next.heard.at(-1)).toBe('stop');
  });

  test('more than 64 of one page are refused in words', async () => {
    const { slow, a } = await openWith(X);
    const asked = Array.from({ length: 66 }, (_, i) => ask(a, `${i}`));
    expect(await asked.at(-1)?.end).toMatchObject({ code: 'busy', message: expect.stringContaining('64') });
    slow.isAuto = true;
    slow.step?.go();
    expect(await asked[64]?.end).toBeUndefined();
  });

  test('errors keep their code', async () => {
    const { a } = await openWith(X);
    const error: unknown = await a.engine.countTokens(ASK.prompt).catch((thrown: unknown) => thrown);
    expect(error).toEqual({ code: 'template-limit', message: 'Too long.', detail: 'in detail' });
  });
});

describe('models', () => {
  test('what is there is not loaded again, and all know of it', async () => {
    const { slow, a, b } = await openWith(X);
    expect(await b.engine.activity()).toMatchObject({ isShared: true, model: { kind: 'ready', source: X } });
    await vi.waitFor(() =>
      expect(b.news).toMatchObject([{ model: { kind: 'loading' } }, { model: { kind: 'ready' } }]),
    );
    expect(a.news).toEqual([]); // who asked hears it as the answer
    const again = load(b, X);
    expect(await again.result).toMatchObject({ id: 'https://example.org/x.gguf' });
    expect(await load(b, { kind: 'stored', id: 'https://example.org/x.gguf' }).result).toMatchObject({ stored: true });
    expect(await load(b, X, { contextLength: 64 }).result).toMatchObject({ contextLength: 64 });
    expect(again.stages).toEqual(['ready']);
    expect(slow.log).toEqual(['load x.gguf']);
    // Lost with its device: then it is.
    slow.model = undefined;
    const anew = load(b, X);
    await slow.go('load x.gguf');
    await anew.result;
    expect(slow.log).toHaveLength(2);
  });

  test('a load under way is joined, goes on as long as one waits for it, and ends with the last', async () => {
    const { slow, a, b } = open();
    const [one, two] = [load(a, X), load(b, X)];
    await vi.waitFor(() => expect(two.stages).toEqual(['read']));
    await a.engine.abort();
    expect(await one.result).toMatchObject({ code: 'aborted' });
    await slow.go('load x.gguf');
    expect(await two.result).toMatchObject({ id: 'https://example.org/x.gguf' });
    const other = load(a, Y);
    await vi.waitFor(() => expect(slow.step?.what).toBe('load y.gguf'));
    a.close();
    expect(await other.result).toMatchObject({ code: 'aborted' });
    expect(slow.log).toEqual(['load x.gguf', 'load y.gguf', 'load y.gguf aborted']);
    await vi.waitFor(() => expect(b.news.at(-1)).toMatchObject({ model: { kind: 'failed', source: Y } }));
  });

  test('another model waits for an answer under way, and who waits for the first gets that back', async () => {
    const { slow, a, b } = await openWith(X);
    const mine = { model: infoOf(X).id };
    const answer = ask(b, 'one', mine);
    await vi.waitFor(() => expect(slow.step?.what).toBe('one by x.gguf'));
    const loading = load(a, Y);
    await vi.waitFor(() => expect(loading.stages).toEqual(['queued']));
    const next = ask(b, 'two', mine);
    await vi.waitFor(() => expect(next.heard).toEqual([2]));
    await slow.go('one by x.gguf');
    await answer.end;
    expect(answer.heard.at(-1)).toBe('stop');
    await slow.go('load y.gguf');
    expect(await loading.result).toMatchObject({ id: infoOf(Y).id });
    await slow.go('load x.gguf'); // by itself
    await slow.go('two by x.gguf');
    await next.end;
    expect(next.heard).toEqual([2, 1, 'two by x.gguf', 'stop']);
    const told = (page: Page) =>
      page.news.flatMap((one) => (one.kind === 'model' && one.model.kind === 'ready' ? [one.model.source] : []));
    await vi.waitFor(() => expect([told(a), told(b)]).toEqual([[X], [X, Y, X]]));
  });

  test('a model that nobody loaded cannot be brought back', async () => {
    const { a } = await openWith(X);
    expect(await ask(a, 'one', { model: 'unknown' }).end).toMatchObject({ code: 'not-loaded' });
  });

  test('a page that loads ends its own answer, as ever', async () => {
    const { slow, a } = await openWith(X);
    const answer = ask(a, 'one');
    await vi.waitFor(() => expect(slow.step?.what).toBe('one by x.gguf'));
    const loading = load(a, Y);
    await answer.end;
    expect(answer.heard.at(-1)).toBe('aborted');
    await slow.go('load y.gguf');
    await loading.result;
  });

  test('unloading ends everything', async () => {
    const { slow, a, b } = await openWith(X);
    const [one, two] = [ask(a, 'one'), ask(b, 'two')];
    await vi.waitFor(() => expect(two.heard).toEqual([1]));
    await b.engine.unload();
    await Promise.all([one.end, two.end]);
    expect([one.heard.at(-1), two.heard.at(-1)]).toEqual(['aborted', 'aborted']);
    expect(slow.model).toBeUndefined();
    expect((await a.engine.activity()).model).toEqual({ kind: 'none' });
  });
});

describe('downloads', () => {
  test('of one source are one; others hear of it, and it goes on when the page that began it is closed', async () => {
    const { slow, a, b } = open();
    const heard: string[] = [];
    const listen = (name: string) => proxy(({ stage }: DownloadProgress) => heard.push(`${name} ${stage}`));
    const begun = a.engine.download('1', X, {}, listen('a')).catch((error: unknown) => error);
    await vi.waitFor(() => expect(b.news).toEqual([{ kind: 'download', source: X }]));
    expect((await b.engine.activity()).downloads).toEqual([X]);
    const joined = b.engine.download('2', X, {}, listen('b'));
    await vi.waitFor(() => expect(heard).toEqual(['a download', 'b download']));
    a.close();
    await slow.go('download');
    expect(await joined).toEqual({ id: 'x' });
    await begun;
    expect(slow.engine.download).toHaveBeenCalledTimes(1);
    expect((await b.engine.activity()).downloads).toEqual([]);
  });

  test('are paused for all who wait for them', async () => {
    const { a, b } = open();
    const one = a.engine
      .download(
        '1',
        X,
        {},
        proxy(() => {}),
      )
      .catch((error: unknown) => error);
    await vi.waitFor(() => expect(b.news).toHaveLength(1));
    const two = b.engine
      .download(
        '2',
        X,
        {},
        proxy(() => {}),
      )
      .catch((error: unknown) => error);
    await b.engine.ping();
    await b.engine.cancelDownload('2');
    expect(await one).toMatchObject({ code: 'aborted' });
    expect(await two).toMatchObject({ code: 'aborted' });
  });
});

test('what a page asked for in its last moment, and comes after its goodbye, is not begun', async () => {
  const { host, a, slow, b } = await openWith(X);
  host.farewell(a.id);
  const late = ask(a, 'late');
  expect(await late.end).toMatchObject({ code: 'aborted' });
  expect(
    await a.engine
      .load(
        Y,
        {},
        proxy(() => {}),
      )
      .catch((error: unknown) => error),
  ).toMatchObject({ code: 'aborted' });
  expect(slow.log).not.toContain('late by x.gguf');
  const own = ask(b, 'own');
  await slow.go('own by x.gguf');
  await own.end;
});
