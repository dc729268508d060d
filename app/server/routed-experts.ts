/**
 * The experts that servers tell, as a record that the routing view draws. Both of those that tell any give ids without weights, of all
 * positions but the last: prompt first, and of each the experts that read the token there. What read a position wrote the next.
 *
 * - vLLM (`--enable-return-routed-experts`): `choices[].routed_experts` of whole answers, base64 of an `.npy` of token × layer × choice;
 *   before version 0.22 nested lists of the written tokens alone, beside `prompt_routed_experts`.
 * - SGLang (`--enable-return-routed-experts`, asked for with `return_routed_experts`): `sglext.routed_experts`, base64 of plain int32
 *   without a shape, in streams too.
 *
 * Layers that have no routed experts are told as zeros.
 */
import type { RoutingRecord } from '../routing/routing-record.ts';
import { parseRouting } from '../state/records/routing-record.ts';
import { parseNpy } from './npy.ts';

/** Bytes of one answer's ids; the largest models need 2 kB per token. */
const MOST_BYTES = 64 * 2 ** 20;
/** More experts per token has no known model. */
const MOST_USED = 64;
const HIGHEST_ID = 65_534; // the next one stands for "not recorded" in 16 bits

/** Ids of expert choices, row-major [rows, layers, used]. */
interface Ids {
  readonly rows: number;
  readonly layers: number;
  readonly used: number;
  readonly values: ArrayLike<number>;
}

/** Of vLLM. @param texts of the tokens that were written. @returns null where it is not what it should be. */
export function routingFromNpy(told: string, texts: readonly string[]): RoutingRecord | null {
  const bytes = decodeBase64(told);
  if (bytes === null) return null;
  try {
    const { shape, values } = parseNpy(bytes);
    const [rows = 0, layers = 0, used = 0] = shape;
    return shape.length === 3 ? recordOf({ rows, layers, used, values }, texts) : null;
  } catch {
    return null;
  }
}

/** Of vLLM before 0.22. @param prompt the same of the prompt: what read its last token wrote the first one. */
export function routingFromLists(told: unknown, prompt: unknown, texts: readonly string[]): RoutingRecord | null {
  const before = Array.isArray(prompt) ? prompt.slice(-1) : [];
  if (!Array.isArray(told) || told.length > MOST_BYTES) return null;
  const tokens: unknown[] = [...before, ...told].slice(0, Math.max(1, texts.length));
  const layers = lengthOf(tokens[0]);
  const used = lengthOf(layers === 0 ? undefined : (tokens[0] as unknown[])[0]);
  if (layers * used === 0 || tokens.length * layers * used * 4 > MOST_BYTES) return null;
  const values = new Int32Array(tokens.length * layers * used);
  let at = 0;
  for (const token of tokens) {
    if (lengthOf(token) !== layers) return null;
    for (const layer of token as unknown[]) {
      if (lengthOf(layer) !== used) return null;
      for (const id of layer as unknown[]) {
        if (!Number.isInteger(id)) return null;
        values[at++] = id as number;
      }
    }
  }
  // Without the prompt's last row, nothing is known of the first token.
  return recordOf({ rows: tokens.length, layers, used, values }, before.length > 0 ? texts : texts.slice(1));
}

/** Of SGLang. @param positions tokens of prompt and answer together, less one. */
export function routingFromInt32(told: string, positions: number, texts: readonly string[]): RoutingRecord | null {
  const bytes = decodeBase64(told);
  if (bytes === null || bytes.length % 4 !== 0 || positions < 1) return null;
  const values = new Int32Array(bytes.buffer);
  const width = values.length / positions;
  if (!Number.isInteger(width) || width < 1) return null;
  const used = choicesPerLayer(values, positions, width);
  return recordOf({ rows: positions, layers: width / used, used, values }, texts);
}

/** So many ids are looked at for their shape: some thousand tokens, and a moment of time whatever a server sends. */
const MOST_SAMPLED = 1_000_000;

/**
 * How many experts a token uses per layer, which nobody tells: those of one layer are all different, those of two layers are not, in
 * some token. So it is the largest number that divides a token's ids into groups without doubles.
 */
function choicesPerLayer(values: ArrayLike<number>, rows: number, width: number): number {
  const sampled = Math.min(rows, Math.ceil(MOST_SAMPLED / width));
  for (let used = Math.min(MOST_USED, width); used > 1; used--) {
    if (width % used === 0 && layersOf({ rows: sampled, layers: width / used, used, values }) !== null) return used;
  }
  return 1;
}

/** The layers that have experts; null where these are no choices: the same expert twice. */
function layersOf({ rows, layers, used, values }: Ids): number[] | null {
  const has = new Uint8Array(layers);
  for (let row = 0; row < rows; row++) {
    const start = row * layers * used;
    if (!isRecorded(values, start, start + layers * used)) continue;
    for (let layer = 0; layer < layers; layer++) {
      const from = start + layer * used;
      if (isZero(values, from, from + used)) continue;
      if (hasDouble(values, from, from + used)) return null;
      has[layer] = 1;
    }
  }
  const found = [...has.keys()].filter((layer) => has[layer] === 1);
  if (used === 1) return found;
  // Zeros are several times the same expert where another token chose different ones.
  for (let row = 0; row < rows; row++) {
    const start = row * layers * used;
    if (!isRecorded(values, start, start + layers * used)) continue;
    for (const layer of found) {
      if (isZero(values, start + layer * used, start + (layer + 1) * used)) return null;
    }
  }
  return found;
}

function recordOf(ids: Ids, texts: readonly string[]): RoutingRecord | null {
  const { rows, layers, used, values } = ids;
  if (used < 1 || used > MOST_USED || layers < 1) return null;
  const first = Math.max(0, rows - texts.length);
  const own = { ...ids, rows: rows - first, values: rowsFrom(ids, first) };
  const moeLayers = layersOf(own);
  if (moeLayers === null || moeLayers.length === 0) return null;
  const chosen: number[] = [];
  const kept: string[] = [];
  const ofFirst = texts.slice(Math.max(0, texts.length - rows));
  for (let row = first; row < rows; row++) {
    const start = row * layers * used;
    if (!isRecorded(values, start, start + layers * used)) continue;
    for (const layer of moeLayers) {
      for (let choice = 0; choice < used; choice++) chosen.push(values[start + layer * used + choice] ?? 0);
    }
    kept.push(ofFirst[row - first] ?? '');
  }
  return parseRouting({
    layers: moeLayers,
    experts: chosen.reduce((most, id) => Math.max(most, id), 0) + 1,
    used,
    texts: kept,
    count: kept.length,
    chosen: Uint16Array.from(chosen),
    weights: new Float32Array(chosen.length).fill(1 / used),
    isIdsOnly: true,
  } satisfies RoutingRecord);
}

function rowsFrom({ layers, used, values }: Ids, first: number): ArrayLike<number> {
  const start = first * layers * used;
  return ArrayBuffer.isView(values) ? (values as Int32Array).subarray(start) : Array.from(values).slice(start);
}

/** Nothing is known of positions whose ids are out of range, or all zero. */
function isRecorded(values: ArrayLike<number>, from: number, to: number): boolean {
  let isAllZero = true;
  for (let at = from; at < to; at++) {
    const id = values[at] ?? -1;
    if (id < 0 || id > HIGHEST_ID) return false;
    if (id !== 0) isAllZero = false;
  }
  return !isAllZero;
}

function isZero(values: ArrayLike<number>, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (values[at] !== 0) return false;
  return true;
}

function hasDouble(values: ArrayLike<number>, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    for (let other = at + 1; other < to; other++) if (values[at] === values[other]) return true;
  }
  return false;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length > (MOST_BYTES / 3) * 4) return null;
  try {
    const decoded = atob(text);
    const bytes = new Uint8Array(decoded.length);
    for (let at = 0; at < decoded.length; at++) bytes[at] = decoded.charCodeAt(at);
    return bytes;
  } catch {
    return null;
  }
}
