/**
 * A recorded answer in the fragment of an address, which no server ever sees: `embed.html#answer=…` plays it back without a model.
 * The bytes, before they are deflated and written as base64url:
 *
 *     version              1
 *     flags                1 it has routing, 2 ids alone are known, 4 the sizes of the model, 8 texts of tokens are spelled out, 16 its layers and shared experts
 *     model, question, reasoning, answer                       texts
 *     tokenMs × 10, promptTokens, outputTokens                 whole numbers
 *     with routing:
 *       layers, and of each its distance from the one before
 *       experts, used, tokens, bits of a strength
 *       six sizes of the model, with flag 4; its layers and shared experts, with flag 16
 *       of each token the length of its text in UTF-16 units, or with flag 8 the text
 *       [tokens, layers, used] expert (as many bits as the highest needs) and strength
 *
 * A strength is the weight as a share of the largest in its row: only shares within a layer are ever shown.
 * What is read is of strangers: bounded before it is unpacked, while it is, and after.
 */
import * as v from 'valibot';
import { checkReplay, type Replay, ReplayError } from '../../embed/replay.ts';
import type { RoutedModel, RoutingRecord } from '../routing/routing-record.ts';
import { fromBase64Url, toBase64Url } from './base64-url.ts';
import { deflate, inflate, TooMuchError } from './bounded-deflate.ts';
import { PackedBytes, PackedReader } from './packed-bytes.ts';

/** Characters of the fragment's value. Longer addresses are cut by programs that people paste them into. */
export const LONGEST_LINK = 8_000;
/** Read from an address at most: later versions may write longer ones. */
const LONGEST_READ = 32_000;
/** Bytes that a link may unpack to; the longest that is written has a fifth of it. */
export const MOST_UNPACKED = 256 * 1024;

const VERSION = 1;
const ROUTING = 1;
const IDS_ONLY = 2;
const SIZES = 4;
const SPELLED = 8;
const ALWAYS_ON = 16;
/** Bits of a strength, tried in this order until the link is short enough. */
const STRENGTH_BITS = [6, 4, 3, 2] as const;
const MOST_STRENGTH_BITS = 8;
const SIZE_NAMES = [
  'parameters',
  'activeParameters',
  'expertParameters',
  'expertBytes',
  'fileBytes',
  'bytesPerToken',
] as const satisfies readonly (keyof RoutedModel)[];

const DAMAGED = 'This link is damaged: a part of it is missing, or was changed on its way. Ask for it once more.';

/** The value of the fragment; null where the answer is too long for a link, and goes into a file. */
export async function writeAnswerLink(replay: Replay): Promise<string | null> {
  const { routing } = replay;
  const strengths = routing === null || routing.isIdsOnly === true ? [0] : STRENGTH_BITS;
  for (const bits of strengths) {
    if (routing !== null && traceBytes(routing, bits) * (4 / 3) > LONGEST_LINK) continue;
    const packed = packedReplay(replay, bits);
    if (packed.length > MOST_UNPACKED) continue;
    const link = toBase64Url(await deflate(packed));
    if (link.length <= LONGEST_LINK) return link;
  }
  return null;
}

/** @throws ReplayError in words for whoever opened it */
export async function readAnswerLink(link: string): Promise<Replay> {
  if (link.length > LONGEST_READ) throw new ReplayError('This link is longer than any that Mixtab writes.');
  const bytes = fromBase64Url(link);
  if (bytes === null) throw new ReplayError(DAMAGED);
  let unpacked: Uint8Array;
  try {
    unpacked = await inflate(bytes, MOST_UNPACKED);
  } catch (error) {
    if (error instanceof TooMuchError) throw new ReplayError('This link would unpack to far more than an answer.');
    throw new ReplayError(DAMAGED);
  }
  try {
    return checkReplay(unpackedReplay(new PackedReader(unpacked)));
  } catch (error) {
    if (error instanceof ReplayError) throw error;
    throw new ReplayError(DAMAGED); // it ended too early, or was no text
  }
}

function packedReplay(
  { model, question, reasoning, answer, tokenMs, promptTokens, outputTokens, routing }: Replay,
  strengthBits: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new PackedBytes();
  const texts = routing?.texts.slice(0, routing.count) ?? [];
  const isSpelled = texts.join('') !== reasoning + answer;
  bytes.whole(VERSION);
  bytes.whole(
    (routing === null ? 0 : ROUTING) |
      (routing?.isIdsOnly === true ? IDS_ONLY : 0) |
      (routing?.model === undefined ? 0 : SIZES) |
      (isSpelled ? SPELLED : 0) |
      (hasAlwaysOn(routing?.model) ? ALWAYS_ON : 0),
  );
  for (const text of [model, question, reasoning, answer]) bytes.text(text);
  for (const number of [tokenMs * 10, promptTokens, outputTokens]) bytes.whole(number);
  if (routing === null) return bytes.bytes();
  const { layers, experts, used, count, model: sizes } = routing;
  bytes.whole(layers.length);
  layers.forEach((layer, row) => bytes.whole(layer - (layers[row - 1] ?? 0)));
  for (const number of [experts, used, count, strengthBits]) bytes.whole(number);
  if (sizes !== undefined) for (const name of SIZE_NAMES) bytes.whole(sizes[name]);
  if (hasAlwaysOn(sizes)) for (const number of [sizes.layers, sizes.sharedExperts]) bytes.whole(number);
  for (const text of texts) {
    if (isSpelled) bytes.text(text);
    else bytes.whole(text.length);
  }
  bytes.bits(traceBits(routing, strengthBits));
  return bytes.bytes();
}

function hasAlwaysOn(model: RoutedModel | undefined): model is Required<RoutedModel> {
  return model?.layers !== undefined && model.sharedExperts !== undefined;
}

function* traceBits(
  { chosen, weights, used, experts }: RoutingRecord,
  strengthBits: number,
): Generator<readonly [number, number]> {
  const idBits = bitsFor(experts);
  const most = 2 ** strengthBits - 1;
  for (let row = 0; row < chosen.length; row += used) {
    const largest = weights.subarray(row, row + used).reduce((max, weight) => Math.max(max, weight), 0);
    for (let at = row; at < row + used; at++) {
      yield [chosen[at] ?? 0, idBits];
      const share = largest > 0 ? Math.max(0, weights[at] ?? 0) / largest : 0;
      if (strengthBits > 0) yield [Math.round(share * most), strengthBits];
    }
  }
}

/** At least one, so that what a link may count is bounded by its length. */
function bitsFor(experts: number): number {
  return Math.max(1, Math.ceil(Math.log2(experts)));
}

function traceBytes({ count, layers, used, experts }: Shape, strengthBits: number): number {
  return Math.ceil((count * layers.length * used * (bitsFor(experts) + strengthBits)) / 8);
}

type Shape = Pick<RoutingRecord, 'count' | 'layers' | 'used' | 'experts'>;

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
/** Checked before anything of its size is reserved; the rest of what a recording may be, `checkReplay` knows. */
const Head = v.object({
  layers: whole(1, 1024),
  experts: whole(1, 65_535),
  used: whole(1, 65_535),
  count: whole(1, 20_000),
  strengthBits: whole(0, MOST_STRENGTH_BITS),
});

function unpackedReplay(reader: PackedReader): Replay {
  if (reader.whole() !== VERSION)
    throw new ReplayError('This link was written by a newer Mixtab. Reload this page, or open the link there.');
  const flags = reader.whole();
  const [model, question, reasoning, answer] = [reader.text(), reader.text(), reader.text(), reader.text()];
  const tokenMs = reader.whole() / 10;
  const [promptTokens, outputTokens] = [reader.whole(), reader.whole()];
  return {
    ...{ model, question, reasoning, answer, tokenMs, promptTokens, outputTokens },
    routing: (flags & ROUTING) === 0 ? null : unpackedRouting(reader, flags, reasoning + answer),
  };
}

function unpackedRouting(reader: PackedReader, flags: number, written: string): RoutingRecord {
  const rows = v.parse(Head.entries.layers, reader.whole());
  const layers: number[] = [];
  for (let row = 0; row < rows; row++) layers.push((layers.at(-1) ?? 0) + reader.whole());
  const { experts, used, count, strengthBits } = v.parse(Head, {
    layers: rows,
    experts: reader.whole(),
    used: reader.whole(),
    count: reader.whole(),
    strengthBits: reader.whole(),
  });
  const sizes = (flags & SIZES) === 0 ? undefined : sizesOf(reader, (flags & ALWAYS_ON) !== 0);
  let at = 0;
  const texts = Array.from({ length: count }, () =>
    (flags & SPELLED) === 0 ? written.slice(at, (at += reader.whole())) : reader.text(),
  );
  if (reader.left !== traceBytes({ count, layers, used, experts }, strengthBits)) throw new ReplayError(DAMAGED);
  const length = count * rows * used;
  const chosen = new Uint16Array(length);
  const weights = new Float32Array(length);
  const idBits = bitsFor(experts);
  const numbers = reader.bits();
  numbers.next();
  for (let row = 0; row < length; row += used) {
    let sum = 0;
    for (let i = row; i < row + used; i++) {
      chosen[i] = numbers.next(idBits).value;
      const strength = strengthBits === 0 ? 1 : numbers.next(strengthBits).value;
      weights[i] = strength;
      sum += strength;
    }
    for (let i = row; i < row + used; i++) weights[i] = sum > 0 ? (weights[i] ?? 0) / sum : 1 / used;
  }
  return {
    ...{ layers, experts, used, texts, count, chosen, weights },
    ...(sizes !== undefined && { model: sizes }),
    ...((flags & IDS_ONLY) !== 0 && { isIdsOnly: true as const }),
  };
}

function sizesOf(reader: PackedReader, knowsLayers: boolean): RoutedModel {
  const [parameters, activeParameters, expertParameters, expertBytes, fileBytes, bytesPerToken] = SIZE_NAMES.map(() =>
    reader.whole(),
  ) as [number, number, number, number, number, number];
  const sizes = { parameters, activeParameters, expertParameters, expertBytes, fileBytes, bytesPerToken };
  return knowsLayers ? { ...sizes, layers: reader.whole(), sharedExperts: reader.whole() } : sizes;
}
