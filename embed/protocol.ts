/**
 * What a host page and a frame of Mixtab say to each other: JSON-RPC 2.0 over a MessageChannel, which a versioned hello opens.
 * Described for others in docs/embed.md. Both sides check all that they get with the schemas here, so that nothing of the other
 * side is believed. Shared by the element, the frame and the package in `sdk/`.
 *
 *     frame → window.parent       waiting { versions, instance }  nothing secret: it goes to whoever embeds
 *     host  → frame's window      hello { version, options }      with one port of a MessageChannel
 *     frame → port                the answer to hello { version, instance }, or an error in words
 *     host  ⇄ frame, on the port  requests with answers one way, notices the other
 */
import * as v from 'valibot';

/** What this build speaks. Another number is refused, in words, by both sides. */
export const PROTOCOL_VERSION = 1;

/** What one side may ask of the other at most. Far above what anybody needs; they keep a page from filling the visitor's memory. */
export const LIMITS = {
  /** Characters of one text. */
  text: 100_000,
  /** Messages of a conversation that a host sets, and characters of all of them. */
  messages: 500,
  allText: 1_000_000,
  address: 4096,
  suggestions: 12,
  suggestion: 500,
  /** Questions that wait for their turn. */
  waiting: 16,
  /** Requests in any one second. */
  perSecond: 100,
  /** Bytes of a replay. */
  replay: 8_000_000,
} as const;

/** JSON-RPC's own numbers, and one of ours for each thing that a host can react to. */
export const RPC_ERROR = {
  invalidRequest: -32_600,
  unknownMethod: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  /** `data.versions`: what would be understood. */
  version: -32_000,
  /** The engine or the model refused; `data.code` is an `EngineErrorCode`. */
  engine: -32_001,
  stopped: -32_002,
  tooMany: -32_003,
  /** Not while a recording is played back. */
  replay: -32_004,
} as const;

// ── What is set ─────────────────────────────────────────────────────────────────────────────────────────────────────

/* The annotations let the build of embed.js leave out what only the frame checks. */

/* @__NO_SIDE_EFFECTS__ */
function between(least: number, most: number) {
  return v.pipe(v.number(), v.minValue(least), v.maxValue(most));
}

/* @__NO_SIDE_EFFECTS__ */
function whole(least: number, most: number) {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
}

/* @__NO_SIDE_EFFECTS__ */
function text(most: number) {
  return v.pipe(v.string(), v.maxLength(most));
}

const STYLE_VALUE = v.exactOptional(text(200));

/** All of an embed's settings: absent is the default. A host always states the whole. */
export const Options = v.object({
  /** Address of a .gguf file, or `hf:owner/name[/file][:quantization]`; the bundled model if absent. */
  model: v.exactOptional(text(LIMITS.address)),
  /** A question to begin with. */
  prompt: v.exactOptional(text(LIMITS.text)),
  suggestions: v.exactOptional(v.pipe(v.array(text(LIMITS.suggestion)), v.maxLength(LIMITS.suggestions))),
  system: v.exactOptional(text(LIMITS.text)),
  routing: v.exactOptional(v.picklist(['on', 'only', 'off'])),
  /** Tokens. */
  context: v.exactOptional(whole(128, 10_000_000)),
  temperature: v.exactOptional(between(0, 2)),
  topP: v.exactOptional(between(0, 1)),
  seed: v.exactOptional(whole(0, 2 ** 32 - 1)),
  maxTokens: v.exactOptional(whole(1, 1_000_000)),
  theme: v.exactOptional(v.picklist(['auto', 'light', 'dark'])),
  lang: v.exactOptional(text(35)),
  /** Address of a recording: it is played back, without a model. */
  replay: v.exactOptional(text(LIMITS.address)),
  /** Values of CSS: a colour, a length, families, a colour. */
  style: v.exactOptional(
    v.object({ accent: STYLE_VALUE, radius: STYLE_VALUE, font: STYLE_VALUE, background: STYLE_VALUE }),
  ),
});
export type EmbedOptions = v.InferOutput<typeof Options>;

/** A message as hosts give it; what was said before. */
export const HostMessages = v.pipe(
  v.array(v.object({ role: v.picklist(['user', 'assistant']), content: text(LIMITS.text) })),
  v.maxLength(LIMITS.messages),
  v.check((messages) => messages.reduce((sum, { content }) => sum + content.length, 0) <= LIMITS.allText),
);
export type HostMessage = v.InferOutput<typeof HostMessages>[number];

// ── From the host ───────────────────────────────────────────────────────────────────────────────────────────────────

const RequestId = v.union([text(64), v.pipe(v.number(), v.safeInteger())]);
export type RequestId = v.InferOutput<typeof RequestId>;

const NONE = v.optional(v.object({}));

/** What may be asked of a frame, and with what. */
export const METHODS = {
  /** Loads the model now. The visitor has agreed to that, by a click in the host page. */
  start: NONE,
  /** Sends a question, as if the visitor had written it. */
  ask: v.object({ text: v.pipe(text(LIMITS.text), v.minLength(1)) }),
  /** Ends the answer under way, and what waits. */
  stop: NONE,
  clear: NONE,
  setMessages: v.object({ messages: HostMessages }),
  /** Null: the bundled one. Ends when it is loaded, where anything has been loaded before. */
  setModel: v.object({ model: v.nullable(text(LIMITS.address)) }),
  setOptions: v.object({ options: Options }),
  /** The text of a recording that the frame cannot fetch by itself, because the host's server lets no other site read it. */
  setReplay: v.object({ text: text(LIMITS.replay) }),
} as const;
export type Method = keyof typeof METHODS;
export type Params<M extends Method> = v.InferInput<(typeof METHODS)[M]>;

/* @__NO_SIDE_EFFECTS__ */
function requestOf<T extends v.GenericSchema<unknown, string>>(method: T) {
  return v.object({ jsonrpc: v.literal('2.0'), id: RequestId, method, params: v.optional(v.unknown()) });
}

export const Request = requestOf(text(64));

export const HELLO = 'mixtab.hello';
export const WAITING = 'mixtab.waiting';

/** Looked at before anything else of a message, so that other messages of the page are left alone. */
export const Hello = requestOf(v.literal(HELLO));
/** The version is looked at first: what else there is, a later one may have changed. */
export const HelloVersion = v.object({ version: v.number() });
export const HelloParams = v.object({ version: v.literal(PROTOCOL_VERSION), options: Options });

// ── From the frame ──────────────────────────────────────────────────────────────────────────────────────────────────

/** `params.versions` says which ones it speaks: for people who look, as the hello is answered in words. */
export const Waiting = v.object({ jsonrpc: v.literal('2.0'), method: v.literal(WAITING) });
/** Made up anew by each document that a frame shows: another one means that the frame was reloaded. */
export const WaitingInstance = v.object({ ...Waiting.entries, params: v.object({ instance: v.string() }) });

/** The frame counts nothing below zero; the element need not doubt it, and stays small. */
const Count = v.number();
const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** In tokens. */
const Usage = v.object({ promptTokens: Count, completionTokens: Count, reasoningTokens: Count, totalTokens: Count });
export type Usage = v.InferOutput<typeof Usage>;

const Answer = v.object({
  text: v.string(),
  reasoning: v.string(),
  usage: Usage,
  /** `stop`, `stop-string`, `length`, `context` or `aborted`. */
  finishReason: v.string(),
});
export type Answer = v.InferOutput<typeof Answer>;

const Failure = v.object({ code: v.string(), message: v.string() });

/** What a frame tells by itself, by its name. */
export const NOTICES = {
  /** A model is loaded, or a recording is there. */
  ready: v.object({
    /** Absent where a recording is played. */
    model: v.optional(v.object({ name: v.string(), bytes: Count, contextLength: Count })),
    /** Where the weights lie: `shared`, `cross-origin`, `own` or `memory`. See docs/embed.md. */
    storage: v.optional(v.string()),
  }),
  progress: v.object({ stage: v.string(), share: v.optional(Share), loadedBytes: Count, totalBytes: Count }),
  /** `channel`: `answer`, `reasoning` or `tool-call`. */
  token: v.object({ text: v.string(), channel: v.string() }),
  answer: Answer,
  error: Failure,
  /** CSS pixels that would show all of it. */
  size: v.object({ height: Count }),
  /** It would play a recording back that it could not fetch; `url` is the host's own. */
  wantsReplay: v.object({ url: v.string() }),
} as const;
export type NoticeName = keyof typeof NOTICES;
export type Notices = { readonly [Name in NoticeName]: v.InferOutput<(typeof NOTICES)[Name]> };

/** Of most methods nothing but that it is done. */
const Done = v.object({});
export const RESULTS = {
  ...{ start: Done, ask: Answer, stop: Done, clear: Done, setMessages: Done, setModel: Done, setOptions: Done },
  setReplay: Done,
} as const;
export type Result<M extends Method> = v.InferOutput<(typeof RESULTS)[M]>;

export const Notice = v.object({ jsonrpc: v.literal('2.0'), method: v.string(), params: v.unknown() });

const RpcFailure = v.object({
  code: v.number(),
  message: v.string(),
  data: v.optional(v.object({ code: v.optional(v.string()) })),
});
export type RpcFailure = v.InferOutput<typeof RpcFailure>;

/** Exactly one of `result` and `error`; ids are the host's own numbers. */
export const Response = v.object({
  jsonrpc: v.literal('2.0'),
  id: v.number(),
  result: v.optional(v.unknown()),
  error: v.optional(RpcFailure),
});
