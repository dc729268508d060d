/**
 * A recorded answer, as a file: question, tokens with the times that they came at, and which experts each went through. The page
 * writes it ("Embed this answer"), the frame plays it back without a model. What comes from a host is not trusted.
 */
import * as v from 'valibot';
import { MAX_CELLS, MAX_LAYERS, RoutedModelShape } from '../app/routing/record-bounds.ts';
import type { RoutingRecord } from '../app/routing/routing-record.ts';
import { LIMITS } from './protocol.ts';

export const REPLAY_FORMAT = 'mixtab-replay';
const REPLAY_VERSION = 1;

const MAX_TOKENS = 20_000;
const MAX_EXPERTS = 65_535;
const MAX_TOKEN_TEXT = 10_000;
const MAX_TEXT = 1_000_000;

const Count = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

const Routing = v.object({
  /** Indices of the layers that have routed experts. */
  layers: v.pipe(v.array(whole(0, MAX_LAYERS)), v.minLength(1), v.maxLength(MAX_LAYERS)),
  experts: whole(1, MAX_EXPERTS),
  used: whole(1, MAX_EXPERTS),
  /** Texts of the tokens that have a trace; those of the answer, most often. */
  texts: v.pipe(v.array(text(MAX_TOKEN_TEXT)), v.minLength(1), v.maxLength(MAX_TOKENS)),
  /** Base64 of little-endian 16-bit numbers [tokens, layers, used]: experts, best first. */
  chosen: text(LIMITS.replay),
  /** Base64 as above: the weights that multiplied the experts' outputs, in 65,535ths of `largest`. */
  weights: text(LIMITS.replay),
  largest: v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e6)),
  model: v.exactOptional(RoutedModelShape),
  /** Absent in most: see `RoutingRecord`. */
  isIdsOnly: v.exactOptional(v.literal(true)),
});

/** A routing as it stands in files, JSON alone. */
export type FiledRouting = v.InferOutput<typeof Routing>;

/** What a recording says beside its routing. */
const FACTS = {
  model: text(200),
  question: text(LIMITS.text),
  answer: text(MAX_TEXT),
  reasoning: text(MAX_TEXT),
  /** Milliseconds from one token to the next, on average. */
  tokenMs: v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(60_000)),
  promptTokens: Count,
  outputTokens: Count,
};

const File = v.object({
  format: v.literal(REPLAY_FORMAT),
  version: v.literal(REPLAY_VERSION),
  ...FACTS,
  routing: v.nullable(Routing),
});

/** The same of one that is not JSON, whose shape was checked while it was read. */
const Unpacked = v.object({
  ...FACTS,
  routing: v.nullable(
    v.pipe(
      v.object({
        ...{ layers: Routing.entries.layers, experts: Routing.entries.experts, used: Routing.entries.used },
        texts: Routing.entries.texts,
        count: whole(1, MAX_TOKENS),
        chosen: v.instance(Uint16Array),
        weights: v.instance(Float32Array),
        model: v.exactOptional(RoutedModelShape),
        isIdsOnly: v.exactOptional(v.literal(true)),
      }),
      v.check(
        ({ layers, experts, used, count, texts, chosen, weights }) =>
          isModelLike(layers, experts, used) &&
          texts.length === count &&
          chosen.length === count * layers.length * used &&
          weights.length === chosen.length &&
          chosen.every((expert) => expert < experts) &&
          weights.every(Number.isFinite),
      ),
    ),
  ),
});

export interface Replay {
  /** The model's name. */
  readonly model: string;
  readonly question: string;
  readonly answer: string;
  readonly reasoning: string;
  readonly tokenMs: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly routing: RoutingRecord | null;
}

/** Why a file is no recording, in words. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/** Layers in their order, and no more experts than a model has. */
function isModelLike(layers: readonly number[], experts: number, used: number): boolean {
  return (
    used <= experts &&
    layers.length * experts <= MAX_CELLS &&
    layers.every((layer, row) => row === 0 || layer > (layers[row - 1] ?? 0))
  );
}

/** @throws ReplayError where it is more, or something else, than a recording may be */
export function checkReplay(replay: Replay): Replay {
  if (!v.is(Unpacked, replay)) throw new ReplayError('This is no recording that this Mixtab understands.');
  return replay;
}

/** @throws ReplayError */
export function parseReplay(source: string): Replay {
  if (source.length > LIMITS.replay) throw new ReplayError('The recording is too long.');
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    throw new ReplayError('The file is no recording of Mixtab: it is not JSON.');
  }
  const parsed = v.safeParse(File, json, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ReplayError(
      `The file is no recording that this Mixtab understands: ${v.getDotPath(issue) ?? 'it'} should be ${issue.expected ?? 'within its limits'}.`.slice(
        0,
        400,
      ),
    );
  }
  const { routing, format: _format, version: _version, ...rest } = parsed.output;
  return { ...rest, routing: routing === null ? null : recordOf(routing) };
}

/** Of a file; null where it does not parse. */
export function parseRoutingOfFile(value: unknown): RoutingRecord | null {
  const parsed = v.safeParse(Routing, value, { abortEarly: true });
  if (!parsed.success) return null;
  try {
    return recordOf(parsed.output);
  } catch (error) {
    if (error instanceof ReplayError) return null;
    throw error;
  }
}

function recordOf({ chosen, weights, largest, texts, ...shape }: FiledRouting): RoutingRecord {
  const { layers, experts, used } = shape;
  const count = texts.length;
  const length = count * layers.length * used;
  const isShaped = used <= experts && layers.length * experts <= MAX_CELLS && length * 2 <= LIMITS.replay;
  if (!isShaped) throw new ReplayError('The recording counts experts that no model has.');
  const ids = numbersOf(chosen, length);
  const shares = numbersOf(weights, length);
  if (!ids.every((expert) => expert < experts))
    throw new ReplayError('The recording names an expert that there is not.');
  return {
    ...shape,
    texts,
    count,
    chosen: ids,
    weights: Float32Array.from(shares, (share) => (share * largest) / 65_535),
  };
}

function numbersOf(base64: string, length: number): Uint16Array {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    throw new ReplayError('The recording is damaged: its numbers are no base64.');
  }
  if (binary.length !== length * 2)
    throw new ReplayError('The recording is damaged: it has too few numbers, or too many.');
  const numbers = new Uint16Array(length);
  for (let at = 0; at < length; at++) numbers[at] = binary.charCodeAt(2 * at) | (binary.charCodeAt(2 * at + 1) << 8);
  return numbers;
}

/** @throws ReplayError where the answer is longer than anybody would play back */
export function writeReplay(replay: Replay): string {
  const { routing, ...rest } = replay;
  const source = JSON.stringify({
    format: REPLAY_FORMAT,
    version: REPLAY_VERSION,
    ...rest,
    routing: routing === null ? null : routingForFile(routing),
  });
  parseReplay(source); // what would not be played back is not written
  return source;
}

/** As it stands in files: experts exactly, weights to 16 bits. */
export function routingForFile(record: RoutingRecord): FiledRouting {
  const { texts, count, chosen, weights, layers, experts, used, model, isIdsOnly } = record;
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  return {
    ...{ layers: [...layers], experts, used, texts: texts.slice(0, count), largest },
    chosen: base64Of(chosen),
    weights: base64Of(
      Uint16Array.from(weights, (weight) => (largest > 0 ? Math.round((Math.max(0, weight) / largest) * 65_535) : 0)),
    ),
    ...(model !== undefined && { model }),
    ...(isIdsOnly === true && { isIdsOnly }),
  };
}

function base64Of(numbers: Uint16Array): string {
  let binary = '';
  for (const number of numbers) binary += String.fromCharCode(number & 255, number >> 8);
  return btoa(binary);
}

/** Null where it is longer than a recording may be. */
export function replayFile(replay: Replay): Blob | null {
  try {
    return new Blob([writeReplay(replay)], { type: 'application/json' });
  } catch (error) {
    if (error instanceof ReplayError) return null;
    throw error;
  }
}
