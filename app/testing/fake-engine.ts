/**
 * An `EngineClient` without an engine, for component tests and for working on the page without a GPU. It keeps the
 * contract of `engine/api.ts`: stages and bytes while loading, prefill before tokens, reuse of the KV prefix, a trace of
 * the right shape, limits, abort within a token, and errors of the engine's shape. No production code imports it.
 */
import type {
  EngineActivity,
  EngineClient,
  DownloadOptions,
  DownloadProgress,
  EngineErrorData,
  EngineNews,
  FinishReason,
  GenerateEvent,
  GenerateRequest,
  InspectOptions,
  LoadOptions,
  LoadProgress,
  ModelInfo,
  ModelPreview,
  ModelSource,
  Prompt,
  RoutingTrace,
  SpeedProbe,
  StoredModel,
  TunedPlace,
} from '../../engine/api.ts';
import { answerParser } from '../../engine/tokenizer/answer-parser.ts';
import type { AnswerParser, AnswerPart } from '../../engine/tokenizer/answer-reading.ts';
import { PLAIN_SPEECH, type ScriptedSpeech } from './scripted-speech.ts';

export interface FakeEngineOptions {
  /** Of the browser's storage. */
  readonly quotaBytes?: number;
  /** The answer to a request; default: a few words about the question. */
  readonly answer?: (request: GenerateRequest) => string;
  /** How it marks the parts of an answer; default: with `<think>`, and no switch. */
  readonly speech?: ScriptedSpeech;
  /** Awaited before each token: a test holds the stream here. */
  readonly pace?: (index: number) => Promise<void>;
  /** Awaited before each progress report of a load. */
  readonly loadPace?: (step: number) => Promise<void>;
  /** Errors to throw, one a call of `load`; null lets that call pass. */
  readonly loadErrors?: readonly (EngineErrorData | null)[];
  /** As above, for `generate`; thrown after two tokens. */
  readonly generateErrors?: readonly (EngineErrorData | null)[];
  readonly model?: Partial<ModelInfo>;
  readonly stored?: readonly StoredModel[];
  /** Whether the browser has room to keep a model; default: yes. */
  readonly hasRoom?: boolean;
  readonly isFallback?: boolean;
  /** Whether the browser has promised to keep what is stored; default: yes. */
  readonly persisted?: boolean;
  /** What the header of any file tells; errors are thrown, one a call. */
  readonly preview?: (source: ModelSource, options: InspectOptions) => Partial<ModelPreview>;
  readonly inspectErrors?: readonly (EngineErrorData | null)[];
  /** Awaited before each progress report of a download, of which there are `DOWNLOAD_STEPS`. */
  readonly downloadPace?: (step: number) => Promise<void>;
  readonly downloadErrors?: readonly (EngineErrorData | null)[];
  /** What it measures of the device; default: nothing. */
  readonly probe?: SpeedProbe;
  /** Kernels of the model, which it "measures"; default: none. The first has something faster. */
  readonly tuning?: readonly TunedPlace[];
  /** Awaited after each progress report of that. */
  readonly tunePace?: (measured: number) => Promise<void>;
  /** What other tabs that share it have it do; default: it is not shared. */
  readonly activity?: Partial<EngineActivity>;
}

export interface FakeEngine extends EngineClient {
  /** What was asked of it, in order. */
  readonly requests: readonly GenerateRequest[];
  readonly loads: readonly ModelSource[];
  readonly deleted: readonly string[];
  readonly downloads: readonly ModelSource[];
  /** What went with them. */
  readonly loadOptions: readonly LoadOptions[];
  readonly downloadOptions: readonly DownloadOptions[];
  readonly restarts: number;
  /** What the page hears where the engine hangs; what is under way is held by `pace`. */
  fallSilent(detail?: string): void;
  answerAgain(): void;
  /** What the page hears of other tabs that share the engine. */
  tell(news: EngineNews): void;
}

const PROGRESS_STEPS = 8;
const DOWNLOAD_STEPS = 10;
const TOKENS_BEFORE_FAILURE = 2;
const FILE_BYTES = 21_400_000;

const MODEL: ModelInfo = {
  id: 'fake',
  name: 'Mixtab 20M',
  architecture: 'deepseek2',
  parameters: 20_100_000,
  activeParameters: 6_700_000,
  expertParameters: 15_300_000,
  expertBytes: 16_300_000,
  experts: 32,
  expertsUsed: 4,
  layers: 8,
  moeLayers: [1, 2, 3, 4, 5, 6, 7],
  sharedExperts: 1,
  quantization: 'Q8_0',
  vocabularySize: 4096,
  contextLength: 2048,
  trainedContextLength: 2048,
  fileBytes: FILE_BYTES,
  bytesPerToken: 7_100_000,
  hasChatTemplate: true,
  thinking: PLAIN_SPEECH.thinking,
  license: 'mit',
  sampling: {},
  stored: true,
};

const PREVIEW: ModelPreview = {
  id: 'https://example.org/big.gguf',
  name: 'Big MoE',
  architecture: 'qwen3moe',
  fileBytes: 4_000_000_000,
  parts: 1,
  fetchedBytes: 300_000,
  parameters: 7_000_000_000,
  activeParameters: 1_300_000_000,
  experts: 64,
  expertsUsed: 8,
  layers: 16,
  quantization: 'Q4_K',
  license: 'apache-2.0',
  trainedContextLength: 32_768,
  bytesPerToken: 800_000_000,
  hasChatTemplate: true,
  contextLength: 4096,
  memory: { weights: 400e6, experts: 3600e6, kvCache: 200e6, activations: 50e6 },
  verdict: { kind: 'fits' },
  storedBytes: 0,
};

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const requests: GenerateRequest[] = [];
  const loads: ModelSource[] = [];
  const deleted: string[] = [];
  const downloads: ModelSource[] = [];
  const loadOptions: LoadOptions[] = [];
  const downloadOptions: DownloadOptions[] = [];
  const loadErrors = [...(options.loadErrors ?? [])];
  const generateErrors = [...(options.generateErrors ?? [])];
  const inspectErrors = [...(options.inspectErrors ?? [])];
  const downloadErrors = [...(options.downloadErrors ?? [])];
  const speech = options.speech ?? PLAIN_SPEECH;
  const info: ModelInfo = { ...MODEL, thinking: speech.thinking, ...options.model };
  let stored = [...(options.stored ?? [])];
  let loaded = false;
  let tuning = [...(options.tuning ?? [])];
  let isTuningSkipped = false;
  /** What the KV cache holds. */
  let cached: string[] = [];
  /** Ends the load or generation under way. */
  let abortRunning: (() => void) | null = null;
  let restarts = 0;
  const listeners = new Set<(news: EngineNews) => void>();
  const tell = (news: EngineNews): void => {
    for (const listener of listeners) listener(news);
  };

  async function load(
    source: ModelSource,
    { storing = 'wanted' }: LoadOptions,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<ModelInfo> {
    loads.push(source);
    loaded = false;
    cached = [];
    const hasRoom = options.hasRoom ?? true;
    const refusal = hasRoom || storing === 'optional' ? null : failure('quota', 'There is no room for this model.');
    const error = loadErrors.shift() ?? refusal;
    const restartsBefore = restarts;
    const stop = new AbortController();
    abortRunning = () => stop.abort();
    for (let step = 0; step <= PROGRESS_STEPS; step++) {
      await orAborted(options.loadPace?.(step) ?? Promise.resolve(), stop.signal);
      if (restarts > restartsBefore) throw ENDED;
      if (stop.signal.aborted) throw failure('aborted', 'Stopped.');
      if (error !== null && step > 1) throw error;
      onProgress?.(progressAt(step));
    }
    loaded = true;
    abortRunning = null;
    if (!hasRoom) return { ...info, stored: false };
    if (!stored.some(({ id }) => id === info.id)) {
      stored = [
        ...stored,
        {
          id: info.id,
          name: info.name,
          totalBytes: FILE_BYTES,
          storedBytes: FILE_BYTES,
          complete: true,
          lastUsed: Date.now(),
          url: source.kind === 'url' ? source.url : null,
          verified: false,
        },
      ];
    }
    return info;
  }

  function preview(source: ModelSource, inspect: InspectOptions): ModelPreview {
    const id = source.kind === 'url' ? source.url : source.kind === 'stored' ? source.id : 'file';
    const storedBytes = stored.find((model) => model.id === id)?.storedBytes ?? 0;
    const contextLength = inspect.contextLength ?? PREVIEW.contextLength;
    return { ...PREVIEW, id, storedBytes, contextLength, ...options.preview?.(source, inspect) };
  }

  /** Stores a tenth of the file a step, so that a download that was paused goes on where it was. */
  async function download(
    source: ModelSource,
    onProgress: (progress: DownloadProgress) => void,
    signal?: AbortSignal,
  ): Promise<StoredModel> {
    downloads.push(source);
    const { id, name, fileBytes: totalBytes } = preview(source, {});
    const error = downloadErrors.shift() ?? null;
    const url = source.kind === 'url' ? source.url : null;
    let model: StoredModel = {
      id,
      name,
      totalBytes,
      storedBytes: 0,
      complete: false,
      lastUsed: 0,
      url,
      verified: false,
    };
    model = stored.find((one) => one.id === id) ?? model;
    onProgress({ stage: 'header', loadedBytes: 0, totalBytes: 0 });
    for (let step = Math.round((model.storedBytes / totalBytes) * DOWNLOAD_STEPS); step < DOWNLOAD_STEPS; step++) {
      const wait = options.downloadPace?.(step) ?? Promise.resolve();
      await (signal === undefined ? wait : orAborted(wait, signal));
      if (signal?.aborted === true) throw failure('aborted', 'Stopped.');
      if (error !== null && step > 1) throw error;
      const storedBytes = Math.round((totalBytes * (step + 1)) / DOWNLOAD_STEPS);
      model = { ...model, storedBytes, complete: storedBytes === totalBytes };
      stored = [...stored.filter((one) => one.id !== id), model];
      onProgress({ stage: 'download', loadedBytes: storedBytes, totalBytes });
    }
    onProgress({ stage: 'done', loadedBytes: totalBytes, totalBytes });
    return model;
  }

  async function* generate(request: GenerateRequest, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    requests.push(request);
    if (!loaded) throw failure('not-loaded', 'No model is loaded.');
    if (abortRunning !== null) throw failure('busy', 'An answer is under way.');
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    abortRunning = abort;
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) stop.abort();
    const error = generateErrors.shift() ?? null;
    const restartsBefore = restarts;
    try {
      const prompt = pieces(promptText(request.prompt));
      const reused = commonPrefix(prompt, cached);
      cached = [...prompt];
      for (const share of [0.25, 0.6, 1]) {
        await options.pace?.(-1);
        yield { type: 'prefill', done: Math.round(prompt.length * share), total: prompt.length };
      }
      const start = performance.now();
      const written = (options.answer ?? defaultAnswer)(request);
      const answer = tokensOf(written, speech.format.controls);
      const parser = parserFor(request, speech);
      const shown: AnswerPart[] = [];
      let sent = 0;
      let finishReason: FinishReason = 'stop';
      for (const [at, text] of answer.entries()) {
        if (sent === request.maxTokens) finishReason = 'length';
        else await orAborted(options.pace?.(sent) ?? Promise.resolve(), stop.signal);
        if (restarts > restartsBefore) throw ENDED;
        if (stop.signal.aborted) finishReason = 'aborted';
        if (finishReason !== 'stop') break;
        if (error !== null && sent === TOKENS_BEFORE_FAILURE) throw error;
        cached.push(text);
        const { channel: before } = parser;
        shown.push(...(speech.format.controls.has(text) ? parser.control(text) : parser.push(text)));
        const isLast = at === answer.length - 1 || sent + 1 === request.maxTokens;
        if (isLast) shown.push(...parser.flush());
        const channel = shown[0]?.channel ?? (before === 'answer' ? parser.channel : before);
        const others = isLast ? -1 : shown.findIndex((part) => part.channel !== channel);
        const own = shown.splice(0, others < 0 ? shown.length : others);
        const routing = traceOf(info, text, sent);
        const id = hash(text) % info.vocabularySize;
        yield {
          type: 'token',
          token: {
            id,
            channel,
            text: own.map((part) => part.text).join(''),
            logprob: -0.1,
            ...(request.trace === true && { routing }),
          },
        };
        sent++;
      }
      yield {
        type: 'done',
        finishReason,
        timings: {
          promptTokens: prompt.length,
          reusedTokens: reused,
          prefillMs: 12,
          outputTokens: sent,
          decodeMs: performance.now() - start,
        },
      };
    } finally {
      if (abortRunning === abort) abortRunning = null; // a load may have begun since
    }
  }

  return {
    requests,
    loads,
    deleted,
    downloads,
    loadOptions,
    downloadOptions,
    tell: (news) => {
      if (news.kind === 'model') loaded = news.model.kind === 'ready';
      tell(news);
    },
    activity: async () => {
      const activity: EngineActivity = {
        isShared: false,
        model: { kind: 'none' },
        downloads: [],
        ...options.activity,
      };
      loaded ||= activity.model.kind === 'ready';
      return activity;
    },
    inspect: async (source, inspect = {}) => {
      const error = inspectErrors.shift() ?? null;
      if (error !== null) throw error;
      return preview(source, inspect);
    },
    download: (source, chosen = {}, onProgress = () => {}, signal) => {
      downloadOptions.push(chosen);
      return download(source, onProgress, signal);
    },
    countTokens: async (prompt) => pieces(promptText(prompt)).length,
    load: (source, chosen = {}, onProgress) => {
      loadOptions.push(chosen);
      return load(source, chosen, onProgress);
    },
    generate,
    abort: async () => abortRunning?.(),
    unload: async () => {
      loaded = false;
    },
    device: async () => ({
      vendor: 'example',
      architecture: 'pretend-1',
      description: 'Pretend GPU',
      features: ['shader-f16', 'subgroups'],
      limits: { maxBufferSize: 2 ** 31 },
      isFallback: options.isFallback ?? false,
      ...(loaded && { tuning }),
    }),
    tune: async ({ force = false } = {}, onProgress = () => {}) => {
      if (!force && options.isFallback === true) return 'software';
      if (!force && !tuning.some(({ isOpen }) => isOpen)) return 'known';
      const places = tuning.length;
      isTuningSkipped = false;
      for (let measured = 0; measured < places; measured++) {
        onProgress({ places, measured, elapsedMs: measured, budgetMs: 2000 });
        await options.tunePace?.(measured);
        if (isTuningSkipped) return 'skipped';
        const choice = measured === 0 ? ([{ what: 'threads', count: 128 }] as const) : null;
        tuning[measured] = { ...(tuning[measured] as TunedPlace), choice, speedup: choice ? 1.25 : 1, isOpen: false };
      }
      return 'measured';
    },
    skipTuning: async () => {
      isTuningSkipped = true;
      tuning = tuning.map((place) => ({ ...place, isOpen: false }));
    },
    memory: async () => ({ weights: 4e6, experts: 17e6, kvCache: 2e6, activations: 1e6 }),
    probe: async () => options.probe ?? null,
    storage: async () => ({
      models: stored,
      usageBytes: stored.reduce((sum, model) => sum + model.storedBytes, 0),
      quotaBytes: options.quotaBytes ?? 60e9,
      persisted: options.persisted ?? true,
    }),
    deleteStoredModel: async (id) => {
      deleted.push(id);
      stored = stored.filter((model) => model.id !== id);
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restart: () => {
      restarts++;
      loaded = false;
      abortRunning?.();
      abortRunning = null;
      tell({ kind: 'restarted' });
    },
    get restarts() {
      return restarts;
    },
    fallSilent: (detail = 'Nothing for 10 s.') => tell({ kind: 'silent', detail }),
    answerAgain: () => tell({ kind: 'well' }),
    dispose: () => undefined,
  };
}

const ENDED = failure('engine-ended', 'The engine was restarted before this ended.');

function progressAt(step: number): LoadProgress {
  const stage =
    step === 0 ? 'header' : step < PROGRESS_STEPS - 1 ? 'download' : step < PROGRESS_STEPS ? 'pipelines' : 'ready';
  const share = Math.min(1, step / (PROGRESS_STEPS - 1));
  return { stage, share, loadedBytes: Math.round(share * FILE_BYTES), totalBytes: FILE_BYTES };
}

function failure(code: EngineErrorData['code'], message: string): EngineErrorData {
  return { code, message };
}

/** Words with the space before them, punctuation by itself: near enough to what a tokenizer does. */
export function pieces(text: string): string[] {
  return text.match(/ ?[\p{L}\p{N}]+|\s+|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** Control tokens are tokens by themselves. */
function tokensOf(text: string, controls: ReadonlySet<string>): string[] {
  const marks = [...controls].map((mark) => mark.replaceAll(/[|[\]/]/g, '\\$&'));
  if (marks.length === 0) return pieces(text);
  return text.split(new RegExp(`(${marks.join('|')})`)).flatMap((part) => (controls.has(part) ? [part] : pieces(part)));
}

function parserFor({ prompt, thinking }: GenerateRequest, { format, promptEnd }: ScriptedSpeech): AnswerParser {
  const last = prompt.kind === 'chat' && prompt.continueLast === true ? prompt.messages.at(-1) : undefined;
  const end = thinking?.mode === 'off' ? '' : promptEnd;
  return answerParser(format, end, last?.role === 'assistant' ? last : undefined);
}

function promptText(prompt: Prompt): string {
  switch (prompt.kind) {
    case 'chat': {
      const turns = prompt.messages.map(({ role, content }) => `<${role}>${content}`);
      return `${turns.join('')}<assistant>`;
    }
    case 'text':
      return prompt.text;
    case 'tokens':
      return prompt.tokens.join(' ');
    default:
      return prompt satisfies never;
  }
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

async function orAborted(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await Promise.race([wait, new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))]);
}

function hash(text: string): number {
  let value = 2166136261; // FNV-1a
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  return value;
}

/** Experts that depend on the token and the layer only, as a trained router's mostly do. */
function traceOf(info: ModelInfo, text: string, position: number): RoutingTrace {
  const size = info.moeLayers.length * info.expertsUsed;
  const experts = new Uint16Array(size);
  const weights = new Float32Array(size);
  info.moeLayers.forEach((layer, row) => {
    const taken = new Set<number>();
    let seed = hash(`${text}/${layer}/${position % 3}`);
    for (let k = 0; k < info.expertsUsed; k++) {
      do {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      } while (taken.has((seed >>> 16) % info.experts));
      const expert = (seed >>> 16) % info.experts;
      taken.add(expert);
      experts[row * info.expertsUsed + k] = expert;
      weights[row * info.expertsUsed + k] = 0.5 ** (k + 1) / (1 - 0.5 ** info.expertsUsed);
    }
  });
  return { experts, weights };
}

function defaultAnswer(request: GenerateRequest): string {
  const question = request.prompt.kind === 'chat' ? (request.prompt.messages.at(-1)?.content ?? '') : 'this';
  return `You said: ${question}`;
}
