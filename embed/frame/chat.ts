/** The talk of one frame: loads the model when somebody wants it, answers one question after the other, tells the host. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { createEngineClient } from '../../engine/client.ts';
import type { ChatMessage, EngineClient, EngineErrorData, ModelInfo, ModelSource } from '../../engine/api.ts';
import type { MissingSupport } from '../../app/browser-support.ts';
import type { BundledModel } from '../../app/models/bundled.ts';
import type { Hub } from '../../app/models/hub.ts';
import { RoutingRecorder } from '../../app/routing/routing-record.ts';
import { type Answer, type EmbedOptions, type HostMessage, LIMITS, RPC_ERROR, type Usage } from '../protocol.ts';
import { FrameError, toErrorData } from './error-data.ts';
import type { AssistantMessage, FrameMessage, FrameState, Stage, Storage } from './frame-state.ts';
import { type HostPort, RpcError } from './host-port.ts';
import { isWithinOwnSite, type OpenedEngine } from './ladder.ts';
import { sourceOf } from './model-address.ts';
import type { Replay } from '../replay.ts';
import { ReplayPlayer } from './replay-player.ts';
import { samplingOf } from './sampling.ts';

interface ChatWorld {
  /** @param mayAsk whether the browser may ask the visitor for the site's own */
  openEngine(mayAsk: boolean): Promise<OpenedEngine>;
  /** A copy that another site has left on this device, if any. */
  findCopy(source: ModelSource, signal: AbortSignal): Promise<File | null>;
  readonly bundled: BundledModel | null;
  readonly hub: Hub;
  /** What this browser lacks to run any model. */
  missing(): MissingSupport | null;
}

/** More than this is not downloaded because a host says so: the visitor is asked. */
const MOST_UNASKED_BYTES = 100_000_000;
const NO_WEBGPU =
  'This browser cannot run the model: it has no WebGPU here. Recent versions of Chrome, Edge, Safari and Firefox do, on pages with https.';
/** Between two changes of what is shown. Not by frames: browsers stop those of frames that are out of sight. */
const SHOW_MS = 33;
/** Of the context, what is kept free for an answer at most. */
const RESERVE_SHARE = 0.25;

interface Job {
  readonly id: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Loaded {
  readonly info: ModelInfo;
  readonly client: EngineClient;
}

export class FrameChat {
  readonly store: StoreApi<FrameState>;
  readonly #world: ChatWorld;
  readonly #tell: HostPort['tell'];
  #engine: Promise<OpenedEngine> | null = null;
  #loading: { readonly key: string; readonly controller: AbortController; readonly loaded: Promise<Loaded> } | null =
    null;
  /** Answers the question whether to download. */
  #agree: ((wish: 'download' | 'look') => void) | null = null;
  #jobs: Job[] = [];
  #isRunning = false;
  #answering: AbortController | null = null;
  #lastId = 0;
  readonly #replay: ReplayPlayer;

  constructor(world: ChatWorld, tell: HostPort['tell']) {
    this.#world = world;
    this.#tell = tell;
    this.store = createStore<FrameState>(() => ({
      ...{ options: {}, stage: { kind: 'idle' }, messages: [], openQuestions: 0, silence: null, leftOut: 0 },
    }));
    this.#replay = new ReplayPlayer(this.store, tell, () => ++this.#lastId);
  }

  get #state(): FrameState {
    return this.store.getState();
  }

  /** Whether anything has been loaded, or is about to be. */
  get #isStarted(): boolean {
    return this.#loading !== null;
  }

  get #key(): string {
    const { model, context } = this.#state.options;
    return JSON.stringify([model, context]);
  }

  /** A host states all settings; what has changed takes effect. */
  setOptions(options: EmbedOptions): Promise<void> {
    const before = this.#state.options;
    this.store.setState({ options });
    if (options.replay !== before.replay) return this.#switchReplay();
    if (options.replay !== undefined) return Promise.resolve();
    const isSame = options.model === before.model && options.context === before.context;
    return isSame || !this.#isStarted ? Promise.resolve() : this.#reload();
  }

  async setModel(model: string | null): Promise<void> {
    const { model: before, ...options } = this.#state.options;
    if ((model ?? undefined) !== before) await this.setOptions(model === null ? options : { ...options, model });
    else if (this.#isStarted) await this.#ensure();
  }

  /** Loads the model, or plays the recording. */
  async start(): Promise<void> {
    this.#isAtWork = true;
    if (this.#state.options.replay !== undefined) await this.#replay.start();
    else await this.#ensure();
  }

  /** Plays what a link holds, or a file of the visitor's, in place of what the options name. */
  async playFrom(what: 'link' | 'file', source: () => Promise<Replay>): Promise<void> {
    await this.setOptions({ routing: 'on', ...this.#state.options, replay: what });
    await this.#replay.startFrom(source);
  }

  ask(text: string): Promise<Answer> {
    if (this.#state.options.replay !== undefined) {
      const message = 'This embed plays a recorded answer back: it has no model to ask.';
      return Promise.reject(new RpcError(RPC_ERROR.replay, message));
    }
    if (this.#jobs.length >= LIMITS.waiting) {
      const message = `${LIMITS.waiting} questions wait for their answers already. Wait for one of them.`;
      return Promise.reject(new RpcError(RPC_ERROR.tooMany, message));
    }
    if (this.#jobs.length === 0 && this.#state.stage.kind === 'failed') this.#loading = null; // it is tried again
    const question: FrameMessage = { id: ++this.#lastId, role: 'user', text };
    const answer: AssistantMessage = {
      ...{ id: ++this.#lastId, role: 'assistant', text: '', reasoning: '' },
      ...{ status: { kind: 'waiting' }, routing: null, usage: null },
    };
    this.store.setState(({ messages }) => ({ messages: [...messages, question, answer] }));
    return new Promise((resolve, reject) => {
      this.#jobs.push({ id: answer.id, resolve, reject });
      this.#countJobs();
      void this.#run();
    });
  }

  /** Ends the answer under way, which keeps what it has, and whatever waits. */
  async stop(): Promise<void> {
    this.#replay.finish();
    for (const job of this.#jobs.splice(this.#answering === null ? 0 : 1)) this.#stopJob(job);
    this.#answering?.abort();
    this.#countJobs();
  }

  async clear(): Promise<void> {
    this.#replay.halt();
    await this.stop();
    this.store.setState({ messages: [], leftOut: 0 });
  }

  async setMessages(messages: readonly HostMessage[]): Promise<void> {
    await this.clear();
    this.store.setState({
      messages: messages.map(({ role, content }) =>
        role === 'user'
          ? { id: ++this.#lastId, role, text: content }
          : {
              ...{ id: ++this.#lastId, role, text: content, reasoning: '', routing: null, usage: null },
              status: { kind: 'done', finishReason: 'stop' },
            },
      ),
    });
  }

  setReplay(text: string): void {
    this.#replay.take(text);
  }

  /** The visitor wants the model, however large. */
  agree(): void {
    this.#agree?.('download');
  }

  /** The visitor thinks that they have it: the browser may ask them whether this frame may see. */
  look(): void {
    this.#agree?.('look');
  }

  async retry(): Promise<void> {
    this.#loading = null;
    await this.#ensure().catch(() => undefined);
  }

  playAgain(): void {
    void this.#replay.start();
  }

  async restartEngine(): Promise<void> {
    (await this.#engine)?.client.restart();
  }

  /** What a page that greets anew has missed. */
  tellState(): void {
    const { stage } = this.#state;
    if (stage.kind === 'ready') this.#tellReady(stage.info, stage.storage);
    if (stage.kind === 'failed') this.#tellError(stage.error);
  }

  // ── The model ───────────────────────────────────────────────────────────────────────────────────────────────────

  #ensure(): Promise<Loaded> {
    const key = this.#key;
    if (this.#loading?.key === key) return this.#loading.loaded;
    this.#loading?.controller.abort();
    const controller = new AbortController();
    const loaded = this.#load(controller.signal);
    this.#loading = { key, controller, loaded };
    loaded.catch((error: unknown) => {
      // A new engine may be loading it already.
      if (controller.signal.aborted || this.#loading?.loaded !== loaded) return;
      const data = toErrorData(error);
      this.#stage({ kind: 'failed', error: data });
      this.#tellError(data);
    });
    return loaded;
  }

  async #reload(): Promise<void> {
    await this.stop();
    await this.#ensure();
  }

  /** @throws EngineErrorData */
  async #load(signal: AbortSignal): Promise<Loaded> {
    const { bundled, hub, missing, findCopy } = this.#world;
    if (missing() !== null) throw new FrameError('no-webgpu', NO_WEBGPU);
    const { model, context } = this.#state.options;
    const length = context === undefined ? {} : { contextLength: context };
    this.#stage({ kind: 'loading', progress: { stage: 'header', share: 0, loadedBytes: 0, totalBytes: 0 } });
    const source = await sourceOf(model, bundled, hub, signal);
    let { client, storage } = await this.#engineFor(source);
    signal.throwIfAborted();
    const copy = storage === 'shared' ? null : await findCopy(source, signal);
    // The visitor may look for it on this device instead, which takes another engine.
    if (model !== undefined && copy === null) ({ client, storage } = await this.#agreed(source, length, signal));
    let isLoaded = false;
    const from: ModelSource = copy === null ? source : { kind: 'file', files: [copy] };
    const info = await client.load(from, { ...length, storing: 'optional' }, (progress) => {
      // The last of it travels on a port of its own, and may come after the end.
      if (signal.aborted || isLoaded) return;
      this.#stage({ kind: 'loading', progress });
      this.#tell('progress', { ...progress });
    });
    isLoaded = true;
    signal.throwIfAborted();
    const where = placeOf(storage, copy !== null, info.stored);
    this.#stage({ kind: 'ready', info, storage: where });
    this.#tellReady(info, where);
    return { info, client };
  }

  /**
   * The site's engine may be at work for the visitor's own pages. A host's page does not put another model in its place, unless
   * the visitor has done something in this very frame.
   */
  async #engineFor(source: ModelSource): Promise<OpenedEngine> {
    const opened = await this.#openEngine(false);
    if (opened.storage !== 'shared' || isWithinOwnSite() || navigator.userActivation?.hasBeenActive) return opened;
    const { isShared, model } = await opened.client.activity();
    const isOurs = model.kind === 'none' || isSameSource(model.source, source);
    if (!isShared || isOurs) return opened;
    opened.client.dispose();
    this.#engine = Promise.resolve(this.#watched({ client: createEngineClient(), storage: 'own' }));
    return this.#engine;
  }

  #openEngine(mayAsk: boolean): Promise<OpenedEngine> {
    this.#engine ??= this.#world.openEngine(mayAsk).then((opened) => this.#watched(opened));
    this.#engine.catch(() => (this.#engine = null));
    return this.#engine;
  }

  #watched(opened: OpenedEngine): OpenedEngine {
    opened.client.watch((news) => {
      if (news.kind === 'model' || news.kind === 'download') return; // of others, who share the engine

      this.store.setState({ silence: news.kind === 'silent' ? news.detail : null });
      if (news.kind !== 'restarted' || this.#loading === null) return;
      this.#loading = null;
      void this.#ensure().catch(() => undefined);
    });
    return opened;
  }

  /** Ends when the model is on this device, is a small one, or the visitor wants it all the same. */
  async #agreed(
    source: ModelSource,
    length: { readonly contextLength?: number },
    signal: AbortSignal,
  ): Promise<OpenedEngine> {
    const opened = await this.#openEngine(false);
    const preview = await opened.client.inspect(source, length);
    signal.throwIfAborted();
    const { verdict, fileBytes, storedBytes } = preview;
    if (verdict.kind === 'unsupported') throw new FrameError(verdict.error.code, verdict.error.message);
    if (verdict.kind === 'too-large' && verdict.what === 'gpu') throw new FrameError('out-of-memory', verdict.message);
    if (fileBytes - storedBytes <= MOST_UNASKED_BYTES) return opened;
    const wish = await new Promise<'download' | 'look'>((resolve, reject) => {
      this.#agree = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.#stage({ kind: 'asking', preview, canLook: opened.storage !== 'shared' });
    });
    this.#agree = null;
    if (wish === 'download') return opened;
    const other = await this.#world.openEngine(true);
    if (other.storage !== 'shared') {
      other.client.dispose();
      return this.#agreed(source, length, signal);
    }
    opened.client.dispose();
    this.#engine = Promise.resolve(this.#watched(other));
    return this.#agreed(source, length, signal);
  }

  // ── Answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      try {
        const loaded = await this.#ensure();
        if (this.#jobs[0] !== job) continue; // stopped meanwhile
        job.resolve(await this.#answer(job.id, loaded));
      } catch (error) {
        if (this.#jobs[0] !== job) continue;
        const data = toErrorData(error);
        this.#change(job.id, { status: { kind: 'failed', error: data } });
        if (data.code === 'device-lost' || data.code === 'not-loaded') this.#loading = null; // the next one loads it again
        job.reject(error);
      }
      if (this.#jobs[0] === job) this.#jobs.shift();
      this.#countJobs();
    }
    this.#isRunning = false;
  }

  async #answer(id: number, { client, info }: Loaded): Promise<Answer> {
    const controller = new AbortController();
    this.#answering = controller;
    const { options } = this.#state;
    const recorder = new RoutingRecorder(info);
    const isTraced = options.routing === 'on' || options.routing === 'only';
    const parts = { answer: '', reasoning: '', 'tool-call': '' };
    let reasoningTokens = 0;
    let outcome: Pick<Answer, 'finishReason' | 'usage'> | null = null;
    let finish: AssistantMessage['status'] = { kind: 'streaming' };
    let shown = 0;
    const show = (isLast: boolean): void => {
      const now = performance.now();
      if (!isLast && now - shown < SHOW_MS) return;
      shown = now;
      const { answer: text, reasoning } = parts;
      const routing = recorder.snapshot();
      this.#change(id, { text, reasoning, status: finish, routing, usage: outcome?.usage ?? null });
    };
    try {
      const { sampling, maxTokens } = samplingOf(options, info, this.#world.bundled);
      const messages = await this.#messagesFor(id, { client, info }, maxTokens);
      const prompt = { kind: 'chat', messages } as const;
      const request = { prompt, sampling, maxTokens, trace: isTraced, model: info.id };
      for await (const event of client.generate(request, controller.signal)) {
        if (event.type === 'token') {
          const { text, channel } = event.token;
          parts[channel] += text;
          if (channel === 'reasoning') reasoningTokens++;
          recorder.add(event.token);
          this.#tell('token', { text, channel });
          show(false);
        } else if (event.type === 'queued') {
          this.#change(id, { status: { kind: 'queued', place: event.place } });
        } else if (event.type === 'done') {
          const { promptTokens, outputTokens } = event.timings;
          finish = { kind: 'done', finishReason: event.finishReason };
          outcome = { finishReason: event.finishReason, usage: usageOf(promptTokens, outputTokens, reasoningTokens) };
        }
      }
    } catch (error) {
      if (toErrorData(error).code !== 'aborted') throw error;
    } finally {
      this.#answering = null;
    }
    if (outcome === null) {
      finish = { kind: 'done', finishReason: 'aborted' };
      outcome = { finishReason: 'aborted', usage: usageOf(0, 0, reasoningTokens) };
    }
    show(true);
    const answer = { text: parts.answer, reasoning: parts.reasoning, ...outcome };
    this.#tell('answer', answer);
    return answer;
  }

  /** What the model reads: the talk up to a question, without the oldest exchanges where they do not fit. */
  async #messagesFor(answerId: number, { client, info }: Loaded, maxTokens: number): Promise<ChatMessage[]> {
    const { options, messages } = this.#state;
    const before = messages.slice(
      0,
      messages.findIndex(({ id }) => id === answerId),
    );
    const system: ChatMessage[] = options.system ? [{ role: 'system', content: options.system }] : [];
    const room = info.contextLength - Math.min(maxTokens, Math.floor(info.contextLength * RESERVE_SHARE));
    const starts = before.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
    for (const start of starts) {
      const read = [...system, ...toChatMessages(before.slice(start === starts[0] ? 0 : start))];
      const isLast = start === starts.at(-1);
      if (isLast || (await client.countTokens({ kind: 'chat', messages: read })) <= room) {
        this.store.setState({ leftOut: start === starts[0] ? 0 : start });
        return read;
      }
    }
    return system;
  }

  #stopJob({ id, reject }: Job): void {
    this.#change(id, { status: { kind: 'done', finishReason: 'aborted' } });
    reject(new FrameError('aborted', 'Stopped.'));
  }

  #change(id: number, change: Partial<AssistantMessage>): void {
    this.store.setState(({ messages }) => ({
      messages: messages.map((message) =>
        message.id === id && message.role === 'assistant' ? { ...message, ...change } : message,
      ),
    }));
  }

  #countJobs(): void {
    this.store.setState({ openQuestions: this.#jobs.length });
  }

  // ── The rest ────────────────────────────────────────────────────────────────────────────────────────────────────

  async #switchReplay(): Promise<void> {
    this.#replay.forget();
    await this.clear();
    this.#loading?.controller.abort();
    this.#loading = null;
    this.#stage({ kind: 'idle' });
    // Whoever started a recording has not agreed to a model.
    if (this.#isAtWork && this.#state.options.replay !== undefined) await this.start();
  }

  /** Whether the visitor or the host has started anything here: another recording then plays at once. */
  #isAtWork = false;

  #stage(stage: Stage): void {
    this.store.setState({ stage });
  }

  #tellReady({ name, fileBytes, contextLength }: ModelInfo, storage: Storage): void {
    this.#tell('ready', { model: { name, bytes: fileBytes, contextLength }, storage });
  }

  #tellError({ code, message }: EngineErrorData): void {
    this.#tell('error', { code, message });
  }
}

function toChatMessages(messages: readonly FrameMessage[]): ChatMessage[] {
  return messages.flatMap((message): ChatMessage[] => {
    if (message.role === 'user') return [{ role: 'user', content: message.text }];
    const { text, reasoning } = message;
    return text === '' ? [] : [{ role: 'assistant', content: text, ...(reasoning !== '' && { reasoning }) }];
  });
}

function placeOf(storage: Storage, isCopy: boolean, isStored: boolean): Storage {
  if (isCopy) return 'cross-origin';
  return storage === 'own' && !isStored ? 'memory' : storage;
}

function isSameSource(a: ModelSource, b: ModelSource): boolean {
  return a.kind === 'url' && b.kind === 'url' && a.url === b.url;
}

function usageOf(promptTokens: number, completionTokens: number, reasoningTokens: number): Usage {
  return { promptTokens, completionTokens, reasoningTokens, totalTokens: promptTokens + completionTokens };
}
