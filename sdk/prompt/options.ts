import type { ServedModel } from '../api/service.ts';
import { type LanguageModelMessage, notSupported, readPrompt, type TextMessage } from './input.ts';

/** The engine's. */
export const MAX_TOP_K = 1000;
export const MAX_TEMPERATURE = 2;

export interface LanguageModelExpected {
  readonly type: 'text';
  /** BCP 47. */
  readonly languages?: readonly string[];
}

export interface LanguageModelCreateCoreOptions {
  /** 1 to 1000; goes with `temperature`, or not at all. */
  readonly topK?: number;
  /** 0 to 2. */
  readonly temperature?: number;
  readonly expectedInputs?: readonly LanguageModelExpected[];
  readonly expectedOutputs?: readonly LanguageModelExpected[];
}

export interface LanguageModelCreateOptions extends LanguageModelCreateCoreOptions {
  /** Aborting it ends the creation, and later the session. */
  readonly signal?: AbortSignal;
  /** Gets the target of `downloadprogress` events, with `loaded` from 0 to 1. */
  readonly monitor?: (monitor: EventTarget) => void;
  /** What was said before; a system message can only be the first. */
  readonly initialPrompts?: readonly LanguageModelMessage[];
}

export interface LanguageModelParams {
  readonly defaultTopK: number;
  readonly maxTopK: number;
  readonly defaultTemperature: number;
  readonly maxTemperature: number;
}

export interface SessionOptions {
  /** Undefined: as the model's file recommends. */
  readonly sampling: { readonly topK: number; readonly temperature: number } | undefined;
  readonly initial: readonly TextMessage[];
}

/** @throws NotSupportedError, RangeError, TypeError, as the browser's own API */
export function readOptions(options: LanguageModelCreateOptions): SessionOptions {
  const { initialPrompts } = options;
  checkExpected(options);
  refuse(options, 'tools');
  refuse(options, 'responseConstraint');
  if (initialPrompts !== undefined && !Array.isArray(initialPrompts)) throw new TypeError('initialPrompts is a list.');
  const { messages, isPrefixed } = readPrompt(initialPrompts ?? []);
  if (isPrefixed) throw new DOMException('A prefix is for prompt(), not for initialPrompts.', 'SyntaxError');
  if (messages.some(({ role }, i) => role === 'system' && i > 0))
    throw new TypeError('A system message can only be the first of the initialPrompts.');
  return { sampling: samplingOf(options), initial: messages };
}

function refuse(options: object, name: string): void {
  const value = (options as Record<string, unknown>)[name];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return;
  throw notSupported(`${name} is not supported by Mixtab.`);
}

function samplingOf({ topK, temperature }: LanguageModelCreateCoreOptions): SessionOptions['sampling'] {
  if (topK === undefined && temperature === undefined) return undefined;
  if (topK === undefined || temperature === undefined)
    throw notSupported('Give both topK and temperature, or neither of them.');
  const k = Math.floor(topK);
  if (!(k >= 1)) throw new RangeError('topK is at least 1.');
  if (!(temperature >= 0)) throw new RangeError('temperature is at least 0.');
  return { topK: Math.min(k, MAX_TOP_K), temperature: Math.min(temperature, MAX_TEMPERATURE) };
}

const KINDS: readonly string[] = ['text', 'image', 'audio'];

function checkExpected({ expectedInputs = [], expectedOutputs = [] }: LanguageModelCreateCoreOptions): void {
  for (const { type, languages = [] } of [...expectedInputs, ...expectedOutputs]) {
    if (!KINDS.includes(type)) throw new TypeError(`There is no type ${type as string}.`);
    const canonical = Intl.getCanonicalLocales([...languages]); // throws RangeError
    if (type !== 'text') throw notSupported(`The type ${type as string} is not supported: only text is.`);
    const unknown = canonical.find((language) => names.of(language) === undefined);
    if (unknown !== undefined) throw notSupported(`There is no language ${unknown}.`);
  }
}

/** Which languages a model knows, no file says; a tag that names none, no model knows. */
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

export function paramsOf({ sampling }: ServedModel): LanguageModelParams {
  const { topK = 0, temperature = 0.7 } = sampling;
  return {
    defaultTopK: topK === 0 ? MAX_TOP_K : topK,
    maxTopK: MAX_TOP_K,
    defaultTemperature: Math.fround(temperature),
    maxTemperature: MAX_TEMPERATURE,
  };
}
