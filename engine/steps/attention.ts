import type { BufferRegion } from '../gpu/plan.ts';
import {
  attention,
  type AttentionGate,
  attentionMerge,
  type AttentionShape,
  kvRow,
  kvWrite,
} from '../kernels/attention.ts';
import { type Rope, rope, type RopeStride } from '../kernels/pointwise.ts';
import { TUNING } from '../kernels/tuning.ts';
import type { CacheRegion } from '../memory/sequence-memory.ts';
import type { PackedVector } from '../weights/weights.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

/** Where rotated numbers go, if not back to where they come from. */
export interface RotationTarget {
  readonly y: Activation;
  readonly stride: RopeStride;
}

/** Rotates numbers of x, in place or into another activation. */
export function rotate(
  step: StepBuilder,
  name: string,
  table: BufferRegion,
  x: Activation,
  shape: Omit<Rope, 'y'>,
  to?: RotationTarget,
): void {
  const { kernel, groups } = rope(step.target, { ...shape, ...(to && { y: to.stride }) });
  const common = { step: step.buffers.step, table };
  const operands = to ? { ...common, x: x.region, y: to.y.region } : { ...common, y: x.region };
  step.launch(name, kernel, operands, (tokens) => [groups, tokens, 1]);
}

/** Rows of a ring, or undefined where each position has its row. */
function ringRows(step: StepBuilder, { rows }: CacheRegion): number | undefined {
  return rows < step.memory.shape.contextLength ? rows : undefined;
}

/** Puts the step's rows of x into a cache [rows, x.width]. */
export function remember(step: StepBuilder, name: string, x: Activation, cache: CacheRegion): void {
  const rows = ringRows(step, cache);
  const { kvFormat } = step.memory.shape;
  const cacheRow = kvRow(kvFormat, x.width);
  const shape = { length: x.width, xToken: x.width, cacheRow, cacheStart: 0, ringRows: rows };
  const { kernel, groups } = kvWrite(step.target, kvFormat, shape);
  const operands = { step: step.buffers.step, x: x.region, cache: cache.region };
  step.launch(name, kernel, operands, (tokens) => [groups, tokens, 1]);
}

export interface Attention extends Omit<AttentionShape, 'splits' | 'ringRows' | 'hasSinks' | 'gate'> {
  /** A logit for each head that has no key: f32 [heads]. */
  readonly sinks?: PackedVector | undefined;
  /** What the output is multiplied by. */
  readonly gate?: (AttentionGate & { readonly x: Activation }) | undefined;
}

/** out [tokens, heads, valueDim] = causal attention of q [tokens, heads, keyDim] over the caches. */
export function attend(
  step: StepBuilder,
  name: string,
  q: Activation,
  keys: CacheRegion,
  values: CacheRegion,
  out: Activation,
  { sinks, gate, window = Infinity, ...sizes }: Attention,
): void {
  const { buffers, target } = step;
  const { contextLength, kvFormat } = step.memory.shape;
  const splits = step.size === 'one' ? TUNING[target.profile].decodeSplits : 1;
  const shape: AttentionShape = {
    ...sizes,
    keyRow: kvRow(kvFormat, sizes.keyRow),
    valueRow: kvRow(kvFormat, sizes.valueRow),
    splits,
    window: window < contextLength ? window : undefined,
    ringRows: ringRows(step, keys),
    hasSinks: sinks !== undefined,
    gate,
  };
  const parts = shape.heads * splits;
  const sumBytes = parts * shape.valueDim * 4;
  const sums = splits === 1 ? out.region : buffers.scratch(`attention sums ${sumBytes}`, sumBytes);
  const partials = splits === 1 ? buffers.unused : buffers.scratch(`attention partials ${parts}`, parts * 8);
  const gateOperand = gate && { gate: gate.x.region };
  const operands = {
    ...{ step: buffers.step, q: q.region, keys: keys.region, values: values.region, out: sums, partials },
    ...(sinks && { sinks: sinks.region }),
    ...(splits === 1 && gateOperand),
  };
  const { kernel, workgroups } = attention(target, kvFormat, shape);
  step.launch(name, kernel, operands, workgroups);
  if (splits > 1) {
    const merge = attentionMerge(target, shape);
    const mergeOperands = { sums, partials, out: out.region, ...gateOperand };
    step.launch(`${name} merge`, merge.kernel, mergeOperands, (tokens) => [merge.groups, tokens, 1]);
  }
}
