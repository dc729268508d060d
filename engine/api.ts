/**
 * The whole public contract of the engine. The page (`app/`) knows nothing else of it but `engine/client.ts`.
 *
 * Everything here crosses the worker boundary by structured clone: plain objects, typed arrays, `File`s.
 */

// ── Errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type EngineErrorCode =
  | 'no-webgpu' // the browser has no WebGPU, or no adapter
  | 'device-lost' // the GPU was reset or taken away; loading again helps
  | 'out-of-memory' // GPU allocation failed
  | 'not-gguf' // no GGUF file, or a version we do not read
  | 'corrupt-file' // truncated, or counts/offsets/sizes that contradict the file
  | 'unsupported-architecture'
  | 'unsupported-tensor-type'
  | 'unsupported-tokenizer'
  | 'network' // unreachable, HTTP error, no CORS
  | 'source-changed' // the remote file is no longer the one that was begun
  | 'quota' // not enough room in IndexedDB
  | 'wrong-content' // what was downloaded is not what was published: its SHA-256 differs
  | 'aborted'
  | 'not-loaded' // generate before load
  | 'busy' // a generation is under way
  | 'context-full' // the prompt alone exceeds the context
  | 'bad-request'
  | 'engine-ended' // the engine was restarted before it could answer
  | 'template-limit' // the model's chat template takes too long, or too much memory
  | 'internal';

/** An error as it crosses the boundary. `message` says what happened and what the person can do about it. */
export interface EngineErrorData {
  readonly code: EngineErrorCode;
  readonly message: string;
  /** For the developer: offsets, names, the underlying message. */
  readonly detail?: string;
}

// ── Models ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where the bytes of a GGUF file come from. Split files (`-00001-of-00003.gguf`) are given by their first part. */
export type ModelSource =
  | { readonly kind: 'url'; readonly url: string }
  /**
   * All parts of a split file, in any order, or the one file. `disk`: whoever gives them finds them again by itself, under this key;
   * they are read where they are, and no copy is stored.
   */
  | { readonly kind: 'file'; readonly files: readonly File[]; readonly disk?: string }
  /** A model in the store, by its key: the way back to a dropped file after a reload. */
  | { readonly kind: 'stored'; readonly id: string };

export type KvCacheFormat = 'f32' | 'f16' | 'q8_0';

export interface LoadOptions {
  /** Context length in tokens to reserve the KV cache for; default: min(model's, 4096). */
  readonly contextLength?: number;
  /**
   * Number format of the KV cache; default: 'f32' where that takes at most 256 MiB, else 'f16'. 'q8_0' takes 9 bits per number, about
   * half of 'f16', and rounds keys and values to 8 bits with a factor for each 32.
   */
  readonly kvCache?: KvCacheFormat;
  /**
   * What becomes of a model from an address that there is no room to store. `wanted` (default): the load fails with `quota`.
   * `optional`: it is used for this visit, without being stored.
   */
  readonly storing?: 'wanted' | 'optional';
}

export type LoadStage =
  | 'queued' // answers of other tabs that share the engine are ended first
  | 'header' // reading and checking the GGUF header
  | 'download' // bytes are arriving from the source into the store (and the GPU)
  | 'read' // bytes come from the store
  | 'pipelines' // all bytes are there, and shaders are still compiling
  | 'ready';

/** Progress of a load; `loadedBytes` never falls, and ends at `totalBytes`. */
export interface LoadProgress {
  readonly stage: LoadStage;
  /** Of all that the load does, bytes and shaders, in time that it is expected to take: 0 to 1, never falling. */
  readonly share: number;
  /** Shaders that the first token needs, once it is known which. They compile while the bytes arrive. */
  readonly shaders?: { readonly compiled: number; readonly total: number };
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** Bytes that were stored once and are gone, because the browser removed them: they come from the source again. */
  readonly lostBytes?: number;
}

/** What one decoded token at a position of some hundred takes of this device at the least, so that its speed can be foretold. */
export interface DecodeCost {
  /** Bytes read and written: weights of the active experts, caches, states, activations. */
  readonly bytes: number;
  /** Floating-point operations, a multiply-add being two. */
  readonly operations: number;
  /** Kernel launches, one after the other. */
  readonly launches: number;
}

/** Work that was timed alone on this device: products as decoding has them, in no cache. */
export interface SpeedProbe {
  readonly cost: DecodeCost;
  /** Milliseconds that all of it took. */
  readonly ms: number;
}

export interface ModelInfo {
  /** Key of the stored copy, for `deleteStoredModel`. */
  readonly id: string;
  readonly name: string;
  /** `general.architecture`, such as `deepseek2`. */
  readonly architecture: string;
  /** Total weights, and those that take part in one token. */
  readonly parameters: number;
  readonly activeParameters: number;
  /** Weights and bytes (in the file) of all routed experts of all layers together. */
  readonly expertParameters: number;
  readonly expertBytes: number;
  /** Routed experts a layer, and how many of them a token uses. */
  readonly experts: number;
  readonly expertsUsed: number;
  readonly layers: number;
  /** The layers that have routed experts, counted from 0 as in the file (N of `blk.N`); rows of a routing trace are in this order. */
  readonly moeLayers: readonly number[];
  /** Experts of each of these layers that work for every token, beside the routed ones. */
  readonly sharedExperts: number;
  /** Most common tensor type, such as `Q8_0`. */
  readonly quantization: string;
  readonly vocabularySize: number;
  /** Context reserved now, and the longest the model was trained for. */
  readonly contextLength: number;
  readonly trainedContextLength: number;
  readonly fileBytes: number;
  /** Bytes of weights read from memory for one decoded token. */
  readonly bytesPerToken: number;
  readonly decode?: DecodeCost;
  readonly hasChatTemplate: boolean;
  readonly thinking: ThinkingSupport;
  /** `general.license`, such as `apache-2.0`; null where the file names none. */
  readonly license: string | null;
  /** What the file's publisher would have it sampled with (`general.sampling.*`); empty where it names nothing of use. */
  readonly sampling: SamplingDefaults;
  /** Whether all of it is in the store: the next visit needs no source. */
  readonly stored: boolean;
}

/** Whether a model can run here, judged before it is downloaded. */
export type FitVerdict =
  /** `note`: what had to be guessed, in words. WebGPU tells the sizes of buffers, but not how much memory the GPU has. */
  | { readonly kind: 'fits'; readonly note?: string }
  /** It would with a context of so many tokens, fewer than were asked for. */
  | { readonly kind: 'shorter-context'; readonly contextLength: number; readonly note?: string }
  /** Why not, in words that say what would help. `storage`: the GPU could take it, the browser's storage cannot. */
  | { readonly kind: 'too-large'; readonly what: 'gpu' | 'storage'; readonly message: string }
  /** The engine does not run this architecture, tensor type or tokenizer (yet). */
  | { readonly kind: 'unsupported'; readonly error: EngineErrorData };

export interface InspectOptions {
  /** Context length in tokens that the memory is wanted for; default: as in {@link LoadOptions}. */
  readonly contextLength?: number;
  /** As in {@link LoadOptions}. */
  readonly kvCache?: KvCacheFormat;
}

/** What the header of a GGUF file tells, a few hundred KB of it, before anything else is downloaded. */
export interface ModelPreview {
  /** Key of the copy that a download would store. */
  readonly id: string;
  readonly name: string;
  readonly architecture: string;
  /** Of the file(s), all parts of a split model together. */
  readonly fileBytes: number;
  readonly parts: number;
  /** Bytes of the file that were fetched to learn this (none where the store had them). */
  readonly fetchedBytes: number;
  readonly parameters: number;
  /** As far as the header tells: equal to `parameters` in a dense model. */
  readonly activeParameters: number;
  readonly experts: number;
  readonly expertsUsed: number;
  readonly layers: number;
  readonly quantization: string;
  readonly license: string | null;
  readonly trainedContextLength: number;
  readonly bytesPerToken: number;
  readonly hasChatTemplate: boolean;
  /** The context that `memory` and `verdict` are for. */
  readonly contextLength: number;
  /** GPU memory needed at that context; null where the architecture is not known. */
  readonly memory: MemoryReport | null;
  /** Missing where the engine cannot run it. */
  readonly decode?: DecodeCost;
  readonly verdict: FitVerdict;
  /** Bytes that the store has already. */
  readonly storedBytes: number;
}

export interface DownloadOptions {
  /** Lower-case hex SHA-256 of each file, in the order of the parts; checked when all has arrived. Null: not published. */
  readonly sha256?: readonly (string | null)[];
}

/**
 * - `header`: asking for sizes and versions
 * - `download`: bytes are arriving; those that the store had count from the start
 * - `verify`: the SHA-256 of what was stored is compared; `loadedBytes` counts anew
 * - `done`
 */
export interface DownloadProgress {
  readonly stage: 'header' | 'download' | 'verify' | 'done';
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** As in {@link LoadProgress}. */
  readonly lostBytes?: number;
}

// ── Generation ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A call of a tool, as a model wrote it. */
export interface ToolCall {
  /** Names the call, so that a result can name it too. */
  readonly id?: string;
  /** Empty where the model's notation was not understood: then templates get nothing of the call. */
  readonly name: string;
  /** JSON, or where there is no name all that was written. */
  readonly arguments: string;
}

/** A message in its parts: templates get reasoning, calls and results apart from `content`, and write them as the model learned them. */
export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      /** The answer itself, without marks. */
      readonly content: string;
      readonly reasoning?: string;
      readonly toolCalls?: readonly ToolCall[];
      /**
       * The ids that the answer was generated as, marks included. They stand in the prompt where they say what the template
       * writes, so that the cache holds all of the answer; elsewhere they are ignored.
       */
      readonly tokens?: readonly number[];
    }
  /** What a tool returned. */
  | { readonly role: 'tool'; readonly content: string; readonly callId: string; readonly name?: string };

/** What a part of an answer is for. A call is shown as what it is: tools that the page runs are yet to come. */
export type Channel = 'reasoning' | 'answer' | 'tool-call';

/** How a model may be asked to think. */
export interface ThinkingSupport {
  /** Whether it has marks for reasoning, so that a limit makes sense. */
  readonly reasons: boolean;
  /** What its template listens to: `on`, `off`, or efforts such as `low`; the least thinking first. None: nothing. */
  readonly modes: readonly string[];
  /** The mode that holds where none is asked for; null where that is not known. */
  readonly usual: string | null;
}

export interface ThinkingRequest {
  /** One of {@link ThinkingSupport.modes}; default: as the template has it. */
  readonly mode?: string;
  /** The most tokens of reasoning: then it is ended as the model would end it, and the answer follows. */
  readonly limit?: number;
}

export type Prompt =
  /**
   * Goes through the model's chat template. `continueLast`: the last message is an answer that broke off; what is
   * generated goes on where its content ends, or where that is empty its reasoning.
   */
  | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[]; readonly continueLast?: boolean }
  /** Tokenized as it stands; a BOS is added if the model asks for one. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly number[] };

/** All optional; omitted ones are off. The order is llama.cpp's: penalty, top-k, top-p, min-p, temperature. */
export interface Sampling {
  /** 0 (default) is greedy. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  /** 1 (default) is off; applies to the last 64 tokens. */
  readonly repetitionPenalty?: number;
  /** Unsigned 32-bit; default: random. */
  readonly seed?: number;
}

/** Recommended values, as far as there are any: within 0 to 2 (temperature), 1000 (top-k), 1 (top-p, min-p), 1 to 2 (penalty). */
export type SamplingDefaults = Omit<Sampling, 'seed'>;

/** One routed expert: of the layer `blk.N` of the file, counted from 0. */
export interface ExpertPlace {
  readonly layer: number;
  readonly expert: number;
}

/**
 * Chooses experts otherwise than the model would. All of it is about the choice alone: a chosen expert's weight is what the gate says of it
 * without any of this (divided by the sum of the chosen ones, where the model does that). A choice score is a probability where the
 * gate is a softmax, 0 to 1 where it is a sigmoid, with the balancing bias of the file added, and a logit where the softmax is over the
 * chosen. Where experts are in groups, groups are ranked by the same scores.
 */
export interface RoutingRequest {
  /** Never chosen. */
  readonly mute?: readonly ExpertPlace[];
  /** In these layers no others are chosen. */
  readonly only?: readonly { readonly layer: number; readonly experts: readonly number[] }[];
  /** `amount` is added to the choice score: at most a million either way. */
  readonly boost?: readonly (ExpertPlace & { readonly amount: number })[];
  /** How many experts a token uses, from 1 to twice as many as the model does. */
  readonly expertsUsed?: number;
}

export interface GenerateRequest {
  readonly prompt: Prompt;
  readonly sampling?: Sampling;
  /** Default: until the context is full. */
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  /** Of chats alone. */
  readonly thinking?: ThinkingRequest;
  /** Also report the K most probable tokens at each generated position (of the distribution before sampling filters). */
  readonly logprobs?: number;
  /** Also report the K most probable tokens at each prompt position, and the one that stands there where it is none of them. */
  readonly promptLogprobs?: number;
  /** Also report the bytes that each token, of the prompt too, and each of the most probable ones at its place, adds to a text. */
  readonly tokenBytes?: boolean;
  /** Also report the experts chosen in each layer for each generated token. */
  readonly trace?: boolean;
  /** With {@link trace} or {@link promptTrace}: also what the router compared ({@link RoutingTrace.scores}). */
  readonly traceScores?: boolean;
  /** Also report the experts chosen for each token of the prompt: all of it is run again, and nothing of it is taken from the cache. */
  readonly promptTrace?: boolean;
  /** Default: experts are chosen as the model chooses. What was computed otherwise is not taken from the cache. */
  readonly routing?: RoutingRequest;
  /**
   * The `ModelInfo.id` of the model that is meant. An engine that several tabs share may have loaded another one meanwhile: then
   * this one is loaded again before the request runs. Default: whichever is loaded.
   */
  readonly model?: string;
}

export interface TokenLogprob {
  readonly id: number;
  readonly logprob: number;
  /** With {@link GenerateRequest.tokenBytes}; none of a control token. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/**
 * Routing of the forward pass that produced one token: row-major [moeLayers, expertsUsed], each row sorted as the router
 * chose (best first); `weights` are those that multiplied the experts' outputs. {@link RoutingRequest.expertsUsed} makes rows longer
 * or shorter.
 */
export interface RoutingTrace {
  readonly experts: Uint16Array;
  readonly weights: Float32Array;
  readonly scores?: RoutingScores;
}

/** What a router compared, row-major [moeLayers, expertsUsed + 1]: of the chosen experts as in the trace, and of the runner-up. */
export interface RoutingScores {
  /** What the gate made of the logits: the weights come from these. */
  readonly gate: Float32Array;
  /** What was compared: with the balancing bias, and what {@link RoutingRequest} added. Below -1e29: muted, or of a group that took no part. */
  readonly choice: Float32Array;
  /** [moeLayers]: the best expert that was not chosen, or 65535 where all are. */
  readonly next: Uint16Array;
}

export interface GeneratedToken {
  readonly id: number;
  /** Where its text belongs. Marks between the channels belong to the channel that they open or close, and have no text. */
  readonly channel: Channel;
  /** What this token adds to its channel: may be empty while a UTF-8 character, a stop string or a mark is incomplete. */
  readonly text: string;
  /** Of a token that was not chosen but written to end the reasoning (see {@link ThinkingRequest}): 0. */
  readonly logprob: number;
  /** As in {@link TokenLogprob}. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly top?: readonly TokenLogprob[];
  readonly routing?: RoutingTrace;
}

/**
 * - `stop`: an end-of-turn token
 * - `stop-string`: one of `request.stop` (it is not part of the text)
 * - `length`: `maxTokens` reached
 * - `context`: the context is full
 * - `aborted`: `abort()`
 */
export type FinishReason = 'stop' | 'stop-string' | 'length' | 'context' | 'aborted';

export interface GenerateTimings {
  /** Prompt tokens, and how many of them were still in the KV cache from the turn before. */
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly prefillMs: number;
  readonly outputTokens: number;
  readonly decodeMs: number;
}

export type GenerateEvent =
  /** It waits for requests of other tabs, or for a load; so many run before it (1: it is next). Told anew when that changes. */
  | { readonly type: 'queued'; readonly place: number }
  | { readonly type: 'prefill'; readonly done: number; readonly total: number }
  | {
      readonly type: 'prompt';
      readonly tokens: readonly number[];
      /** With {@link GenerateRequest.tokenBytes}: what each token adds to a text. */
      readonly bytes?: readonly Uint8Array<ArrayBuffer>[];
      /** `logprobs[i]` is the distribution of token i given those before it; null for the first. */
      readonly logprobs?: readonly (readonly TokenLogprob[] | null)[];
      /**
       * With {@link GenerateRequest.promptTrace}: of all tokens but the last, whose pass produces the first token of the answer and is
       * reported there.
       */
      readonly routing?: readonly RoutingTrace[];
    }
  | { readonly type: 'token'; readonly token: GeneratedToken }
  | { readonly type: 'done'; readonly finishReason: FinishReason; readonly timings: GenerateTimings };

// ── Reports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface DeviceReport {
  readonly vendor: string;
  readonly architecture: string;
  /** Empty where the browser does not tell, as most do not. */
  readonly device?: string;
  readonly description: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** True on software adapters such as SwiftShader. */
  readonly isFallback: boolean;
  /** How the loaded model's kernels are shaped here, by {@link Engine.tune}; undefined where no model is loaded. */
  readonly tuning?: readonly TunedPlace[];
}

/** What kernels do whose shapes are measured: products of one token and of many, and attention of one token. */
export type TunedKind = 'matvec' | 'gate_up' | 'expert_down' | 'attention' | 'matmul' | 'expert_matmul';

/** One respect in which a kernel's shape differs from the built-in one. */
export type ShapePart =
  | { readonly what: 'threads' | 'rows' | 'lanes' | 'splits'; readonly count: number }
  /** Each thread works alone, or several share a row; single precision, no subgroups, inputs that are not fetched for all at once. */
  | { readonly what: 'alone' | 'shared' | 'f32' | 'no-subgroups' | 'direct' };

/** Launches of a model that have one kind, weight type and size. */
export interface TunedPlace {
  readonly kind: TunedKind;
  /** Weight type and sizes, such as `Q4_K 768 × 2048, 8 of 128`. */
  readonly shape: string;
  /** Null: the built-in shape. */
  readonly choice: readonly ShapePart[] | null;
  /** Time that the built-in shape takes by that of the chosen one; 1 where none was faster, null where nothing was measured. */
  readonly speedup: number | null;
  /** Whether {@link Engine.tune} would measure it. */
  readonly isOpen: boolean;
  /** What is not used here whatever its speed: it computes something else, fails, or took the device with it. */
  readonly rejected: readonly { readonly shape: readonly ShapePart[]; readonly why: TuningRejection }[];
}

export type TuningRejection = 'wrong' | 'failed' | 'lost';

export interface TuneOptions {
  /** Measures again what is known, and on software adapters too, whose shapes are measured before they are built in. */
  readonly force?: boolean;
  /** The longest that it may take, in milliseconds; default 2000, at most 60,000. */
  readonly budgetMs?: number;
}

export interface TuningProgress {
  /** Of the loaded model. */
  readonly places: number;
  readonly measured: number;
  /** The run ends with its budget, whatever is left. */
  readonly elapsedMs: number;
  readonly budgetMs: number;
}

/**
 * - `measured`: all that the budget allowed; what is faster is used from now on
 * - `known`: from an earlier run; nothing was measured
 * - `skipped`: {@link Engine.skipTuning}
 * - `interrupted`: a request came, or the model went; what is left can be measured another time
 * - `software`: not on this adapter, unless it is forced
 */
export type TuningEnd = 'measured' | 'known' | 'skipped' | 'interrupted' | 'software';

/** Bytes of GPU memory by purpose. */
export interface MemoryReport {
  readonly weights: number;
  readonly experts: number;
  readonly kvCache: number;
  readonly activations: number;
}

/** A model in the store. `complete` is false while some chunks are missing: loading it again resumes. */
export interface StoredModel {
  readonly id: string;
  readonly name: string;
  readonly totalBytes: number;
  readonly storedBytes: number;
  readonly complete: boolean;
  /** Milliseconds since the epoch. */
  readonly lastUsed: number;
  /** Where it came from (the first part), or null for a local file. */
  readonly url: string | null;
  /** Whether all of it was compared with a published SHA-256. */
  readonly verified: boolean;
  /** Bytes of a copy that was complete once and that the browser has removed since. */
  readonly lostBytes?: number;
}

export interface StorageReport {
  readonly models: readonly StoredModel[];
  readonly usageBytes: number;
  readonly quotaBytes: number;
  /** Whether the browser promised not to evict the data. */
  readonly persisted: boolean;
}

// ── The engine ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What the worker exposes and the client wraps. Callbacks are comlink proxies. Every method rejects with an
 * {@link EngineErrorData}-shaped error (`EngineError` in `engine/errors.ts`).
 */
export interface Engine {
  /** Loads a model, replacing the one before. Calling it while a load runs aborts the earlier one. */
  load(source: ModelSource, options: LoadOptions, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo>;
  /** Runs one generation; events arrive in batches, in order; resolves after `done` was delivered. */
  generate(request: GenerateRequest, onEvents: (events: readonly GenerateEvent[]) => void): Promise<void>;
  /** Ends the running load or generation. A generation ends with `done` and reason `aborted`, within a token. */
  abort(): Promise<void>;
  /** Frees the GPU memory. The stored copy stays. */
  unload(): Promise<void>;
  /** Reads the header of a model, and judges whether it would run here. May run beside anything else. */
  inspect(source: ModelSource, options: InspectOptions): Promise<ModelPreview>;
  /**
   * Brings a model from its address into the store without loading it, beside whatever else runs. What has arrived stays
   * when it ends early, and calling it again goes on from there. `task` names it for {@link cancelDownload}.
   */
  download(
    task: string,
    source: ModelSource,
    options: DownloadOptions,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<StoredModel>;
  /** Ends a download under way: it rejects with `aborted`. Nothing happens where there is none of that name. */
  cancelDownload(task: string): Promise<void>;
  /** Length of a prompt in tokens, as `generate` would count it. */
  countTokens(prompt: Prompt): Promise<number>;
  device(): Promise<DeviceReport>;
  /**
   * Once nothing else runs, measures for at most two seconds which shapes of the heaviest kernels are the fastest for the loaded model
   * on this device, and uses those from then on, at later visits too. A generation or load that is asked for ends it at once. A second
   * call joins the first. Nothing happens where all is known.
   */
  tune(options: TuneOptions, onProgress: (progress: TuningProgress) => void): Promise<TuningEnd>;
  /** Ends it, and it is not begun again by itself for this model. */
  skipTuning(): Promise<void>;
  memory(): Promise<MemoryReport>;
  /** Times some work on the device; null where something else ran meanwhile, or it has no room. */
  probe(): Promise<SpeedProbe | null>;
  storage(): Promise<StorageReport>;
  deleteStoredModel(id: string): Promise<void>;
}

/** How it stands with the engine that a client has. */
export type EngineNews =
  /** It has not answered for ten seconds while something was asked of it, or its worker failed: `restart` helps. */
  | { readonly kind: 'silent'; readonly detail: string }
  /** It answers again: it was busy. */
  | { readonly kind: 'well' }
  /** There is a new one, with no model loaded. */
  | { readonly kind: 'restarted' }
  /** Another tab that shares the engine has it load a model, or did; `none`: it was unloaded. */
  | { readonly kind: 'model'; readonly model: EngineModel }
  /** Another tab that shares the engine began a download: `download` of the same source joins it. */
  | { readonly kind: 'download'; readonly source: ModelSource };

/** The model of an engine. */
export type EngineModel =
  | { readonly kind: 'none' }
  /** `load` with the same source and options joins it. */
  | {
      readonly kind: 'loading';
      readonly source: ModelSource;
      readonly options: LoadOptions;
      readonly progress: LoadProgress;
    }
  | { readonly kind: 'ready'; readonly source: ModelSource; readonly info: ModelInfo }
  | { readonly kind: 'failed'; readonly source: ModelSource; readonly error: EngineErrorData };

/** What an engine is at, before this client asks anything of it. */
export interface EngineActivity {
  /** Whether all tabs of this version of the page have this engine: else each has one of its own. */
  readonly isShared: boolean;
  readonly model: EngineModel;
  /** What is being downloaded. */
  readonly downloads: readonly ModelSource[];
}

/**
 * What `engine/client.ts` gives the page: the same, with generation as an async stream, and an engine that is started anew
 * where it has to be. Calls that were under way then reject with `engine-ended`; downloads go on by themselves.
 */
export interface EngineClient {
  /** Known once the engine runs. */
  activity(): Promise<EngineActivity>;
  /**
   * As {@link Engine.load}. Where tabs share the engine: a model that is loaded already is given at once, one that is being loaded
   * is waited for together, and answers of other tabs end before another model takes their place.
   */
  load(source: ModelSource, options?: LoadOptions, onProgress?: (progress: LoadProgress) => void): Promise<ModelInfo>;
  /**
   * Breaking out of the loop, or aborting the signal, aborts the generation. Where the engine has not said within two seconds
   * that it did, the stream ends as `aborted` all the same.
   */
  generate(request: GenerateRequest, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, void>;
  /** Ends this client's loads and generations. An engine that does not hear it within two seconds is restarted. */
  abort(): Promise<void>;
  unload(): Promise<void>;
  inspect(source: ModelSource, options?: InspectOptions): Promise<ModelPreview>;
  /** Aborting the signal pauses: what has arrived stays. */
  download(
    source: ModelSource,
    options?: DownloadOptions,
    onProgress?: (progress: DownloadProgress) => void,
    signal?: AbortSignal,
  ): Promise<StoredModel>;
  countTokens(prompt: Prompt): Promise<number>;
  device(): Promise<DeviceReport>;
  /** As {@link Engine.tune}. */
  tune(options?: TuneOptions, onProgress?: (progress: TuningProgress) => void): Promise<TuningEnd>;
  skipTuning(): Promise<void>;
  memory(): Promise<MemoryReport>;
  /** Times some work on the device; null where something else ran meanwhile, or it has no room. */
  probe(): Promise<SpeedProbe | null>;
  storage(): Promise<StorageReport>;
  deleteStoredModel(id: string): Promise<void>;
  /** @returns ends the listening. */
  watch(listener: (news: EngineNews) => void): () => void;
  /** Ends the engine in whatever it does, for all that share it, and starts a new one. */
  restart(): void;
  /** Lets go of the engine, which ends with its last client; nothing may be called afterwards. */
  dispose(): void;
}
