import type { BufferRegion } from '../gpu/plan.ts';
import {
  attention,
  type AttentionGate,
  attentionMerge,
  attentionTile,
  attentionTiled,
  type AttentionShape,
  kvRow,
  kvWriteQ80,
} from '../kernels/attention.ts';
import { attentionShared, decodeSplits, sharesReads } from '../kernels/attention-shared.ts';
import {
  type PlaceFormat,
  type PlaceHeads,
  placeHeads as placeHeadsKernel,
  type PlaceLatent,
  placeLatent as placeLatentKernel,
  type Rotation,
} from '../kernels/place-heads.ts';
import type { CacheRegion } from '../memory/sequence-memory.ts';
import type { PackedVector } from '../weights/weights.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation, Part } from './step-buffers.ts';

/** Rows of a ring, or undefined where each position has its row. */
function ringRows(step: StepBuilder, { rows }: CacheRegion): number | undefined {
  return rows < step.memory.shape.contextLength ? rows : undefined;
}

/** Where what is to be cached goes first: into caches of most formats itself. */
function placeFormat(step: StepBuilder): PlaceFormat {
  const { kvFormat } = step.memory.shape;
  return kvFormat === 'q8_0' ? 'none' : kvFormat;
}

/** Puts the step's rows of x into a cache [rows, x.width] in q8_0. */
function rememberQ80(step: StepBuilder, name: string, x: Activation, cache: CacheRegion): void {
  const shape = { length: x.width, xToken: x.width, ringRows: ringRows(step, cache) };
  const { kernel, groups } = kvWriteQ80(step.target, shape);
  const operands = { step: step.buffers.step, x: x.region, cache: cache.region };
  step.launch(name, kernel, operands, (tokens) => [groups, tokens, 1]);
}

export interface HeadPlaces {
  /** [tokens, heads, keyDim] */
  readonly q: Activation;
  readonly keys: CacheRegion;
  readonly values: CacheRegion;
}

export interface HeadForm extends Omit<PlaceHeads, 'norm' | 'rope' | 'keyRow' | 'valueRow' | 'ringRows'> {
  readonly norm:
    { readonly over: 'head' | 'row'; readonly query: PackedVector; readonly key: PackedVector } | undefined;
  readonly rope: (Rotation & { readonly table: BufferRegion }) | undefined;
}

/** Norms and rotates the heads of `row` [tokens, queries | keys | values], and puts them where attention finds them. */
export function placeHeads(
  step: StepBuilder,
  name: string,
  row: Activation,
  { norm, rope, ...sizes }: HeadForm,
  to: HeadPlaces,
): void {
  const { buffers } = step;
  const format = placeFormat(step);
  const [keyRow, valueRow] = [sizes.kvHeads * sizes.keyDim, sizes.kvHeads * sizes.valueDim];
  const shape = { ...sizes, norm: norm?.over, rope, keyRow, valueRow, ringRows: ringRows(step, to.keys) };
  const { kernel, lanes } = placeHeadsKernel(step.target, format, shape);
  const rows = format === 'none' && {
    keys: step.activation(`keys ${keyRow}`, keyRow),
    values: step.activation(`values ${valueRow}`, valueRow),
  };
  const operands = {
    step: buffers.step,
    table: rope?.table ?? buffers.unused,
    x: row.region,
    q_weight: norm?.query.region ?? buffers.unused,
    k_weight: norm?.key.region ?? buffers.unused,
    q: to.q.region,
    keys: (rows || to).keys.region,
    values: (rows || to).values.region,
  };
  const groups = Math.ceil((sizes.heads + 2 * sizes.kvHeads) / lanes.perWorkgroup);
  step.launch(name, kernel, operands, (tokens) => [groups, tokens, 1]);
  if (rows) {
    rememberQ80(step, `${name}, keys`, rows.keys, to.keys);
    rememberQ80(step, `${name}, values`, rows.values, to.values);
  }
}

export interface LatentForm extends Omit<PlaceLatent, 'kv' | 'x' | 'rope' | 'cacheRow'> {
  readonly rope: Rotation & { readonly table: BufferRegion };
  /** Of the latent. */
  readonly norm: PackedVector;
  readonly kv: Part;
  /** Queries, from the first head's rotary numbers on, and from one head to the next. */
  readonly queries: Part & { readonly head: number };
}

/** A token's latent and shared key go into the cache, normed and rotated, and its queries' rotary numbers into q [tokens, heads, row]. */
export function placeLatent(
  step: StepBuilder,
  name: string,
  { norm, kv, queries, ...sizes }: LatentForm,
  to: { readonly q: Activation; readonly cache: CacheRegion },
): void {
  const { buffers } = step;
  const format = placeFormat(step);
  const cacheRow = sizes.latent + sizes.rope.ropeDim;
  const { kernel, lanes } = placeLatentKernel(step.target, format, {
    ...sizes,
    kv: { token: kv.of.width, start: kv.start },
    x: { token: queries.of.width, head: queries.head, start: queries.start },
    cacheRow,
  });
  const row = format === 'none' && step.activation(`keys ${cacheRow}`, cacheRow);
  const operands = {
    ...{ step: buffers.step, table: sizes.rope.table, kv: kv.of.region, x: queries.of.region, weight: norm.region },
    ...{ q: to.q.region, cache: (row || to.cache).region },
  };
  const groups = Math.ceil((1 + sizes.heads) / lanes.perWorkgroup);
  step.launch(name, kernel, operands, (tokens) => [groups, tokens, 1]);
  if (row) rememberQ80(step, `${name}, row`, row, to.cache);
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
  const { buffers } = step;
  const { contextLength, kvFormat } = step.memory.shape;
  const { heads, kvHeads, keyDim, valueDim } = sizes;
  const form = `${kvFormat} ${heads} to ${kvHeads} × ${keyDim}${valueDim === keyDim ? '' : ` and ${valueDim}`}${window < contextLength ? `, window ${window}` : ''}`;
  const decode = step.size === 'one' ? step.tuned('attention', form) : undefined;
  const { target, site } = decode ?? { target: step.target, site: undefined };
  const isShared = sharesReads(target, sizes);
  const splits = step.size === 'one' ? decodeSplits(target, sizes) : 1;
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
  const gateOperand = gate && { gate: gate.x.region };
  const read = { step: buffers.step, q: q.region, keys: keys.region, values: values.region };
  const sinkOperand = sinks && { sinks: sinks.region };
  const tile = step.size === 'many' && target.profile === 'lanes' ? attentionTile(target, kvFormat, sizes) : undefined;
  if (tile) {
    const { kernel, workgroups } = attentionTiled(kvFormat, shape, tile);
    step.launch(
      name,
      kernel,
      { ...read, out: out.region, partials: buffers.unused, ...sinkOperand, ...gateOperand },
      workgroups,
    );
    return;
  }
  const parts = shape.heads * splits;
  const sumBytes = parts * shape.valueDim * 4;
  const sums = splits === 1 ? out.region : buffers.scratch(`attention sums ${sumBytes}`, sumBytes);
  const partials = splits === 1 ? buffers.unused : buffers.scratch(`attention partials ${parts}`, parts * 8);
  const operands = {
    ...{ ...read, out: sums, partials },
    ...sinkOperand,
    ...(splits === 1 && gateOperand),
  };
  const { kernel, workgroups } = isShared
    ? attentionShared(kvFormat, shape, step.size)
    : attention(target, kvFormat, shape);
  step.launch(name, kernel, operands, workgroups, site);
  if (splits > 1) {
    const merge = attentionMerge(target, shape);
    const mergeOperands = { sums, partials, out: out.region, ...gateOperand };
    step.launch(`${name} merge`, merge.kernel, mergeOperands, (tokens) => [merge.groups, tokens, 1], site);
  }
}
