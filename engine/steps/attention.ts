import type { BufferRegion } from '../gpu/plan.ts';
import { attention, attentionMerge, type AttentionShape, kvWrite } from '../kernels/attention.ts';
import { type Rope, rope, type RopeStride } from '../kernels/pointwise.ts';
import { TUNING } from '../kernels/tuning.ts';
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

/** Appends the step's rows of x to a cache [context, x.width]. */
export function remember(step: StepBuilder, name: string, x: Activation, cache: BufferRegion): void {
  const shape = { length: x.width, xToken: x.width, cacheRow: x.width, cacheStart: 0 };
  const { kernel, groups } = kvWrite(step.target, step.memory.shape.kvFormat, shape);
  const operands = { step: step.buffers.step, x: x.region, cache };
  step.launch(name, kernel, operands, (tokens) => [groups, tokens, 1]);
}

/** out [tokens, heads, valueDim] = causal attention of q [tokens, heads, keyDim] over the caches. */
export function attend(
  step: StepBuilder,
  name: string,
  q: Activation,
  keys: BufferRegion,
  values: BufferRegion,
  out: Activation,
  shape: Omit<AttentionShape, 'splits'>,
): void {
  const { buffers, target } = step;
  const splits = step.size === 'one' ? TUNING[target.profile].decodeSplits : 1;
  const split = { ...shape, splits };
  const parts = shape.heads * splits;
  const sums = splits === 1 ? out.region : buffers.scratch('attention sums', parts * shape.valueDim * 4);
  const partials = splits === 1 ? buffers.unused : buffers.scratch('attention partials', parts * 8);
  const operands = { step: buffers.step, q: q.region, keys, values, out: sums, partials };
  const { kernel, workgroups } = attention(target, step.memory.shape.kvFormat, split);
  step.launch(name, kernel, operands, workgroups);
  if (splits > 1) {
    const merge = attentionMerge(target, split);
    step.launch(`${name} merge`, merge.kernel, { sums, partials, out: out.region }, (tokens) => [
      merge.groups,
      tokens,
      1,
    ]);
  }
}
