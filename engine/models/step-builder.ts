import type { WeightTypeName } from '../kernels/weight-types.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { type BufferRegion, type Dispatch, prepareDispatch, type Workgroups } from '../gpu/plan.ts';
import {
  attention,
  attentionMerge,
  type AttentionShape,
  decodeSplits,
  headTransposed,
  kvWrite,
} from '../kernels/attention.ts';
import {
  combine,
  expertDown,
  expertGateUp,
  expertMatmul,
  type ExpertProjection,
  maxExpertTiles,
  sortRoutes,
} from '../kernels/experts.ts';
import { matmul } from '../kernels/matmul.ts';
import { gateUp, matvec } from '../kernels/matvec.ts';
import { packedVecs, type PackedMatrix, rowUnits } from '../kernels/packed-matrix.ts';
import { embed, type Rope, rmsNorm, rope } from '../kernels/pointwise.ts';
import { type Product, PRODUCT_BINDING, productUniform } from '../kernels/product.ts';
import { ROUTE_BYTES, router, type RouterShape } from '../kernels/router.ts';
import type { KernelTarget } from '../kernels/target.ts';
import type { LayerPages } from '../weights/expert-pages.ts';
import type { GateUpMatrix, PackedVector } from '../weights/weights.ts';
import type { Activation, StepBuffers } from './step-buffers.ts';

/** One token at a time, or many: the same mathematics by other kernels. */
export type StepMode = 'decode' | 'prefill';

interface PendingDispatch {
  readonly name: string;
  readonly kernel: Kernel;
  readonly bindings: Readonly<Record<number, BufferRegion>>;
  readonly workgroups: Workgroups;
}

export interface NormOptions {
  readonly epsilon: number;
  /** Norm `segments` parts of each row by themselves: a head each. Default 1. */
  readonly segments?: number;
  /** Only the first `length` numbers of a row (or segment); default: all. */
  readonly length?: number;
  readonly lastOnly?: boolean;
}

export interface MultiplyOptions {
  readonly scale?: number;
  /** y += instead of y =. */
  readonly accumulate?: boolean;
  /** A product a head, with strides in floats. */
  readonly heads?: {
    readonly count: number;
    readonly rows: number;
    readonly xHead: number;
    readonly yHead: number;
    readonly wHead: number;
    readonly wStart: number;
  };
  /** One token even in prefill: the output of the step's last token. */
  readonly oneToken?: boolean;
}

export interface FeedForward {
  readonly gateUp: GateUpMatrix;
  readonly down: PackedMatrix;
}

export interface MoeLayer {
  readonly pages: LayerPages;
  readonly router: PackedMatrix;
  readonly bias?: PackedVector | undefined;
  readonly routing: Omit<RouterShape, 'type' | 'hasBias'>;
  /** Which MoE layer this is, counted from 0. */
  readonly index: number;
}

/**
 * Writes down the launches of a step, once; model files call its methods in the order of the computation. `finish` compiles
 * what is needed and returns the launches, ready to be replayed.
 */
export class StepBuilder {
  readonly mode: StepMode;
  readonly buffers: StepBuffers;
  readonly #target: KernelTarget;
  readonly #pending: PendingDispatch[] = [];

  constructor(target: KernelTarget, buffers: StepBuffers, mode: StepMode) {
    this.mode = mode;
    this.buffers = buffers;
    this.#target = target;
  }

  async finish(gpu: Gpu): Promise<readonly Dispatch[]> {
    return Promise.all(
      this.#pending.map(async ({ name, kernel, bindings, workgroups }) =>
        prepareDispatch(gpu.device, name, await gpu.kernels.compile(kernel), bindings, workgroups),
      ),
    );
  }

  activation(name: string, width: number): Activation {
    return this.buffers.activation(name, width);
  }

  /** x [tokens, width] = scale · rows of `matrix` [vocabulary, width] for the step's tokens. */
  embed(matrix: PackedMatrix, x: Activation, scale = 1): void {
    for (const { region, firstRow, rows } of matrix.shards) {
      const shape = { type: matrix.type, rows, firstRow, rowUnits: rowUnits(x.width), width: x.width, scale };
      const { kernel, groups } = embed(this.#target, shape);
      const bindings = { 0: this.buffers.step, 1: this.buffers.tokens, 2: x.region, 10: region };
      this.#add('embed', kernel, bindings, (tokens) => [groups, tokens, 1]);
    }
  }

  /** y = RMSNorm(x) ⊙ weight, row by row. */
  norm(name: string, x: Activation, weight: PackedVector, y: Activation, options: NormOptions): void {
    const { epsilon, segments = 1, length = x.width / segments, lastOnly = false } = options;
    const shape = { length, segments, xToken: x.width, yToken: y.width, epsilon, lastOnly };
    const { kernel, lanes } = rmsNorm(this.#target, shape);
    const bindings = { 0: this.buffers.step, 1: x.region, 2: weight.region, 3: y.region };
    this.#add(name, kernel, bindings, (tokens) => [
      Math.ceil(((lastOnly ? 1 : tokens) * segments) / lanes.perWorkgroup),
      1,
      1,
    ]);
  }

  /** y [tokens, rows] = scale · x [tokens, columns] · Wᵀ, or a product a head. */
  multiply(name: string, matrix: PackedMatrix, x: Activation, y: Activation, options: MultiplyOptions = {}): void {
    const { scale = 1, accumulate = false, heads, oneToken = false } = options;
    for (const { region, firstRow, rows } of matrix.shards) {
      const product: Product = {
        rows: heads?.rows ?? rows,
        rowUnits: rowUnits(matrix.columns),
        wRows: rows,
        wHead: heads?.wHead ?? 0,
        wStart: heads?.wStart ?? 0,
        xToken: x.width / 4,
        xHead: (heads?.xHead ?? 0) / 4,
        yToken: y.width,
        yHead: heads?.yHead ?? 0,
        yStart: firstRow,
        epilogue: accumulate ? 'add' : 'store',
        scale,
      };
      this.#product(name, matrix.type, product, x, y, region, heads?.count ?? 1, oneToken);
    }
  }

  /** A product with one token's kernel or many tokens'. */
  #product(
    name: string,
    type: WeightTypeName,
    product: Product,
    x: Activation,
    y: Activation,
    matrix: BufferRegion,
    heads = 1,
    oneToken = false,
  ): void {
    const operands = { 1: x.region, 2: y.region, [PRODUCT_BINDING]: this.#productRegion(product), 10: matrix };
    if (this.mode === 'decode' || oneToken) {
      const { kernel, groups } = matvec(this.#target, type, product.rows);
      this.#add(name, kernel, operands, [groups, heads, 1]);
    } else {
      const { kernel, groups, tileTokens } = matmul(this.#target, type, product.rows);
      const bindings = { 0: this.buffers.step, ...operands };
      this.#add(name, kernel, bindings, (tokens) => [groups, Math.ceil(tokens / tileTokens), heads]);
    }
  }

  #productRegion(product: Product): BufferRegion {
    const data = productUniform(product);
    return this.buffers.constant(`product ${new Uint32Array(data).join(' ')}`, data);
  }

  /**
   * y[t, h] = W_hᵀ x[t, h] for the rows `wStart + h · wHead` … of each head; strides in floats.
   * x [tokens, heads, xHead], y [tokens, heads, yHead].
   */
  multiplyTransposed(
    name: string,
    matrix: PackedMatrix,
    x: Activation,
    y: Activation,
    heads: { readonly count: number; readonly inner: number; xHead: number; yHead: number; wHead: number },
  ): void {
    const [shard] = matrix.shards;
    if (shard === undefined || matrix.shards.length !== 1) throw new RangeError(`${name} must fit one buffer`);
    const { kernel, groups } = headTransposed(this.#target, {
      type: matrix.type,
      matrixRows: matrix.rows,
      columns: matrix.columns,
      rowUnits: rowUnits(matrix.columns),
      inner: heads.inner,
      xToken: x.width,
      xHead: heads.xHead,
      yToken: y.width,
      yHead: heads.yHead,
      wHead: heads.wHead,
      wStart: 0,
    });
    const bindings = { 1: x.region, 2: y.region, 10: shard.region };
    this.#add(name, kernel, bindings, (tokens) => [groups, tokens, heads.count]);
  }

  /** Rotates numbers of x, in place or into y. */
  rope(name: string, table: BufferRegion, x: Activation, shape: Rope, y?: Activation): void {
    const { kernel, groups } = rope(this.#target, shape);
    const bindings = y
      ? { 0: this.buffers.step, 1: table, 2: y.region, 3: x.region }
      : { 0: this.buffers.step, 1: table, 2: x.region };
    this.#add(name, kernel, bindings, (tokens) => [groups, tokens, 1]);
  }

  /** Appends the step's rows of x to a cache [context, x.width]. */
  remember(name: string, x: Activation, cache: BufferRegion): void {
    const shape = { length: x.width, xToken: x.width, cacheRow: x.width, cacheStart: 0 };
    const { kernel, groups } = kvWrite(this.#target, this.buffers.shape.kvFormat, shape);
    this.#add(name, kernel, { 0: this.buffers.step, 1: x.region, 2: cache }, (tokens) => [groups, tokens, 1]);
  }

  /** out [tokens, heads, valueDim] = causal attention of q [tokens, heads, keyDim] over the caches. */
  attention(
    name: string,
    q: Activation,
    keys: BufferRegion,
    values: BufferRegion,
    out: Activation,
    shape: Omit<AttentionShape, 'splits'>,
  ): void {
    const splits = this.mode === 'decode' ? decodeSplits(this.#target) : 1;
    const split = { ...shape, splits };
    const { kvFormat } = this.buffers.shape;
    const { heads, valueDim } = shape;
    const sums = splits === 1 ? out.region : this.buffers.scratch('attention sums', heads * splits * valueDim * 4);
    const partials =
      splits === 1 ? this.buffers.unused : this.buffers.scratch('attention partials', heads * splits * 8);
    const bindings = { 0: this.buffers.step, 1: q.region, 2: keys, 3: values, 4: sums, 5: partials };
    const { kernel, workgroups } = attention(this.#target, kvFormat, split);
    this.#add(name, kernel, bindings, workgroups);
    if (splits > 1) {
      const merge = attentionMerge(this.#target, split);
      this.#add(`${name} merge`, merge.kernel, { 1: sums, 2: partials, 3: out.region }, (tokens) => [
        merge.groups,
        tokens,
        1,
      ]);
    }
  }

  /** y += scale · W_down (silu(W_gate x) ⊙ W_up x) */
  feedForward(name: string, { gateUp: matrix, down }: FeedForward, x: Activation, y: Activation, scale = 1): void {
    const h = this.activation(`hidden ${matrix.rows}`, matrix.rows);
    if (this.mode === 'decode') {
      const shape = { type: matrix.type, rows: matrix.rows, rowUnits: rowUnits(matrix.columns) };
      const { kernel, groups } = gateUp(this.#target, shape);
      const bindings = { 1: x.region, 2: h.region, 10: matrix.region };
      this.#add(`${name} gate and up`, kernel, bindings, [groups, 1, 1]);
    } else {
      this.#halfOfGateUp(`${name} gate`, matrix, 'gate', x, h);
      this.#halfOfGateUp(`${name} up`, matrix, 'up', x, h);
    }
    this.multiply(`${name} down`, down, h, y, { scale, accumulate: true });
  }

  #halfOfGateUp(name: string, matrix: GateUpMatrix, half: 'gate' | 'up', x: Activation, h: Activation): void {
    const { type, rows, columns, region } = matrix;
    const product: Product = {
      rows,
      rowUnits: rowUnits(columns),
      wBase: half === 'gate' ? 0 : packedVecs(type, rows * rowUnits(columns)),
      wRows: rows,
      xToken: columns / 4,
      yToken: rows,
      epilogue: half === 'gate' ? 'store' : 'swiglu',
      scale: 1,
    };
    this.#product(name, type, product, x, h, region);
  }

  /** y += scale · Σ over the experts that the router chooses for x, weighted. */
  moe(name: string, layer: MoeLayer, x: Activation, y: Activation, scale = 1): void {
    const { pages, routing, index, bias } = layer;
    const { buffers } = this;
    const { experts, used } = routing;
    const { layout, shape: pool } = pages;
    const { maxTokens } = buffers.shape;
    const entries = maxTokens * used;
    const pools = Object.fromEntries(pages.pools.map((region, i) => [10 + i, region]));

    const [routerShard] = layer.router.shards;
    if (routerShard === undefined) throw new RangeError('a router without weights');
    const routes = buffers.scratch('routes', entries * ROUTE_BYTES);
    const trace = {
      buffer: buffers.trace.buffer,
      offset: buffers.trace.offset + index * buffers.traceStride,
      size: used * ROUTE_BYTES,
    };
    this.#add(
      `${name} router`,
      router(this.#target, { ...routing, type: layer.router.type, hasBias: bias !== undefined }),
      {
        0: buffers.step,
        1: x.region,
        2: bias?.region ?? buffers.unused,
        3: pages.table,
        4: routes,
        5: trace,
        10: routerShard.region,
      },
      (tokens) => [tokens, 1, 1],
    );

    const h = buffers.activation('expert hidden', layout.hidden, entries);
    if (this.mode === 'decode') {
      const first = expertGateUp(this.#target, layout, pool);
      const firstBindings = { 1: x.region, 2: routes, 3: h.region, ...pools };
      this.#add(`${name} experts gate and up`, first.kernel, firstBindings, [first.groups, used, 1]);
      const second = expertDown(this.#target, layout, pool, { used, scale });
      const secondBindings = { 1: h.region, 2: routes, 3: y.region, ...pools };
      this.#add(`${name} experts down`, second.kernel, secondBindings, [second.groups, 1, 1]);
      return;
    }

    const order = buffers.scratch('expert order', entries * 4);
    const tiles = buffers.scratch('expert tiles', maxExpertTiles(this.#target, maxTokens, used, experts) * 16);
    const counts = buffers.scratch('expert dispatch', 24, true);
    const outputs = buffers.activation('expert outputs', layout.width, entries);
    const matmuls = {
      gate: expertMatmul(this.#target, 'gate', layout, pool, used),
      up: expertMatmul(this.#target, 'up', layout, pool, used),
      down: expertMatmul(this.#target, 'down', layout, pool, used),
    } as const satisfies Record<ExpertProjection, unknown>;
    const projection = (which: ExpertProjection, from: Activation, to: Activation): void => {
      const { kernel, product } = matmuls[which];
      const shape = this.#productRegion(product);
      const bindings = { 1: from.region, 2: to.region, 3: tiles, 4: order, [PRODUCT_BINDING]: shape, ...pools };
      const offset = counts.offset + (which === 'down' ? 12 : 0);
      this.#add(`${name} experts ${which}`, kernel, bindings, { indirect: counts.buffer, offset });
    };
    const { up, down } = matmuls;
    const sort = sortRoutes(this.#target, { experts, used, upGroups: up.groups, downGroups: down.groups });
    this.#add(`${name} sort`, sort, { 0: buffers.step, 1: routes, 2: order, 3: tiles, 4: counts }, [1, 1, 1]);
    projection('gate', x, h);
    projection('up', x, h);
    projection('down', h, outputs);
    const join = combine(this.#target, { width: layout.width, used, scale });
    const joinBindings = { 1: routes, 2: outputs.region, 3: y.region };
    this.#add(`${name} combine`, join.kernel, joinBindings, (tokens) => [join.groups, tokens, 1]);
  }

  #add(name: string, kernel: Kernel, bindings: Readonly<Record<number, BufferRegion>>, workgroups: Workgroups): void {
    this.#pending.push({ name, kernel, bindings, workgroups });
  }
}
