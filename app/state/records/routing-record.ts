/** The routing of an answer, as it lies in the store: whole, and of one shape, or not at all. */
import * as v from 'valibot';
import { MAX_CELLS, MAX_LAYERS, RoutedModelShape } from '../../routing/record-bounds.ts';
import type { RoutingRecord } from '../../routing/routing-record.ts';
import { Key, wholeBetween } from './bounds.ts';

const MAX_EXPERTS = 65_536; // an expert's index has 16 bits
const MAX_TOKENS = 2 ** 20;

const Shape = v.object({
  layers: v.pipe(v.array(wholeBetween(0, MAX_LAYERS)), v.minLength(1), v.maxLength(MAX_LAYERS)),
  experts: wholeBetween(1, MAX_EXPERTS),
  used: wholeBetween(1, MAX_EXPERTS),
  texts: v.pipe(v.array(v.string()), v.maxLength(MAX_TOKENS)),
  count: wholeBetween(1, MAX_TOKENS),
  chosen: v.instance(Uint16Array),
  weights: v.instance(Float32Array),
  model: v.exactOptional(RoutedModelShape),
  file: v.exactOptional(Key),
  isIdsOnly: v.exactOptional(v.literal(true)),
});

/** @returns the record itself, so that it keeps its identity; null where it does not parse. */
export function parseRouting(value: unknown): RoutingRecord | null {
  const parsed = v.safeParse(Shape, value, { abortEarly: true });
  if (!parsed.success) return null;
  const { layers, experts, used, texts, count, chosen, weights } = parsed.output;
  const length = count * layers.length * used;
  if (used > experts || layers.length * experts > MAX_CELLS || texts.length < count) return null;
  if (chosen.length !== length || weights.length !== length) return null;
  if (!chosen.every((expert) => expert < experts) || !weights.every(Number.isFinite)) return null;
  return value as RoutingRecord;
}
