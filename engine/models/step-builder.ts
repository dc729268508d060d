import type { WeightTypeName } from '../kernels/weight-types.ts';
import type { Gpu } from '../gpu/device.ts';
import { type Kernel, kernelBindings } from '../gpu/kernel.ts';
import {
  type BufferRegion,
  checkOperands,
  type Dispatch,
  type Operands,
  prepareDispatch,
  type Workgroups,
} from '../gpu/plan.ts';
import { attention, attentionMerge, type AttentionShape, headTransposed, kvWrite } from '../kernels/attention.ts';
import {
  combine,
  EXPERT_DISPATCH,
  EXPERT_TILE_BYTES,
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
import { type Product, productUniform } from '../kernels/product.ts';
import { ROUTE, router, type RouterShape } from '../kernels/router.ts';
import type { KernelTarget } from '../kernels/target.ts';
import { TUNING } from '../kernels/tuning.ts';
import type { SequenceMemory } from '../memory/sequence-memory.ts';
import type { LayerPages } from '../weights/expert-pages.ts';
import type { GateUpMatrix, PackedVector } from '../weights/weights.ts';
import type { Activation, StepBuffers } from './step-buffers.ts';

/** One token at a time, or many: the same mathematics by other kernels. */
export type StepMode = 'decode' | 'prefill';

interface PendingDispatch {
  readonly name: string;
  readonly kernel: Kernel;
  readonly operands: Operands;
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
  readonly memory: SequenceMemory;
  readonly #target: KernelTarget;
  readonly #pending: PendingDispatch[] = [];

  constructor(target: KernelTarget, buffers: StepBuffers, memory: SequenceMemory, mode: StepMode) {
    this.mode = mode;
    this.buffers = buffers;
    this.memory = memory;
    this.#target = target;
  }

  async finish(gpu: Gpu): Promise<readonly Dispatch[]> {
    return Promise.all(
      this.#pending.map(async ({ name, kernel, operands, workgroups }) =>
        prepareDispatch(gpu.device, name, await gpu.kernels.compile(kernel), operands, workgroups),
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
      const { step, tokens: ids } = this.buffers;
      const operands = { step, tokens: ids, x: x.region, weights: region };
      this.#add('embed', kernel, operands, (tokens) => [groups, tokens, 1]);
    }
  }

  /** y = RMSNorm(x) ⊙ weight, row by row. */
  norm(name: string, x: Activation, weight: PackedVector, y: Activation, options: NormOptions): void {
    const { epsilon, segments = 1, length = x.width / segments, lastOnly = false } = options;
    const shape = { length, segments, xToken: x.width, yToken: y.width, epsilon, lastOnly };
    const { kernel, lanes } = rmsNorm(this.#target, shape);
    const operands = { step: this.buffers.step, x: x.region, weight: weight.region, y: y.region };
    this.#add(name, kernel, operands, (tokens) => [
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
        xToken: x.width,
        xHead: heads?.xHead ?? 0,
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
    const operands = { x: x.region, y: y.region, product: this.#productRegion(product), weights: matrix };
    if (this.mode === 'decode' || oneToken) {
      const { kernel, groups } = matvec(this.#target, type, product.rows);
      this.#add(name, kernel, operands, [groups, heads, 1]);
    } else {
      const { kernel, groups, tileTokens } = matmul(this.#target, type, product.rows);
      this.#add(name, kernel, { step: this.buffers.step, ...operands }, (tokens) => [
        groups,
        Math.ceil(tokens / tileTokens),
        heads,
      ]);
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
    const operands = { x: x.region, y: y.region, weights: shard.region };
    this.#add(name, kernel, operands, (tokens) => [groups, tokens, heads.count]);
  }

  /** Rotates numbers of x, in place or into y. */
  rope(name: string, table: BufferRegion, x: Activation, shape: Rope, y?: Activation): void {
    const { kernel, groups } = rope(this.#target, shape);
    const { step } = this.buffers;
    const operands = y ? { step, table, x: x.region, y: y.region } : { step, table, y: x.region };
    this.#add(name, kernel, operands, (tokens) => [groups, tokens, 1]);
  }

  /** Appends the step's rows of x to a cache [context, x.width]. */
  remember(name: string, x: Activation, cache: BufferRegion): void {
    const shape = { length: x.width, xToken: x.width, cacheRow: x.width, cacheStart: 0 };
    const { kernel, groups } = kvWrite(this.#target, this.memory.shape.kvFormat, shape);
    this.#add(name, kernel, { step: this.buffers.step, x: x.region, cache }, (tokens) => [groups, tokens, 1]);
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
    const splits = this.mode === 'decode' ? TUNING[this.#target.profile].decodeSplits : 1;
    const split = { ...shape, splits };
    const { kvFormat } = this.memory.shape;
    const { heads, valueDim } = shape;
    const sums = splits === 1 ? out.region : this.buffers.scratch('attention sums', heads * splits * valueDim * 4);
    const partials =
      splits === 1 ? this.buffers.unused : this.buffers.scratch('attention partials', heads * splits * 8);
    const operands = { step: this.buffers.step, q: q.region, keys, values, out: sums, partials };
    const { kernel, workgroups } = attention(this.#target, kvFormat, split);
    this.#add(name, kernel, operands, workgroups);
    if (splits > 1) {
      const merge = attentionMerge(this.#target, split);
      this.#add(`${name} merge`, merge.kernel, { sums, partials, out: out.region }, (tokens) => [
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
      const operands = { x: x.region, h: h.region, weights: matrix.region };
      this.#add(`${name} gate and up`, kernel, operands, [groups, 1, 1]);
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
      xToken: columns,
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
    const pools = Object.fromEntries(pages.pools.map((region, i) => [`pool${i}`, region]));

    const [routerShard] = layer.router.shards;
    if (routerShard === undefined) throw new RangeError('a router without weights');
    const routes = buffers.scratch('routes', entries * ROUTE.bytes);
    const trace = {
      buffer: buffers.trace.buffer,
      offset: buffers.trace.offset + index * buffers.traceStride,
      size: used * ROUTE.bytes,
    };
    this.#add(
      `${name} router`,
      router(this.#target, { ...routing, type: layer.router.type, hasBias: bias !== undefined }),
      {
        step: buffers.step,
        x: x.region,
        bias: bias?.region ?? buffers.unused,
        page_table: pages.table,
        routes,
        route_trace: trace,
        weights: routerShard.region,
      },
      (tokens) => [tokens, 1, 1],
    );

    const h = buffers.activation('expert hidden', layout.hidden, entries);
    if (this.mode === 'decode') {
      const first = expertGateUp(this.#target, layout, pool);
      const firstOperands = { x: x.region, routes, h: h.region, ...pools };
      this.#add(`${name} experts gate and up`, first.kernel, firstOperands, [first.groups, used, 1]);
      const second = expertDown(this.#target, layout, pool, { used, scale });
      const secondOperands = { x: h.region, routes, y: y.region, ...pools };
      this.#add(`${name} experts down`, second.kernel, secondOperands, [second.groups, 1, 1]);
      return;
    }

    const order = buffers.scratch('expert order', entries * 4);
    const tiles = buffers.scratch(
      'expert tiles',
      maxExpertTiles(this.#target, maxTokens, used, experts) * EXPERT_TILE_BYTES,
    );
    const counts = buffers.scratch('expert dispatch', EXPERT_DISPATCH.bytes, true);
    const outputs = buffers.activation('expert outputs', layout.width, entries);
    const matmuls = {
      gate: expertMatmul(this.#target, 'gate', layout, pool, used),
      up: expertMatmul(this.#target, 'up', layout, pool, used),
      down: expertMatmul(this.#target, 'down', layout, pool, used),
    } as const satisfies Record<ExpertProjection, unknown>;
    const projection = (which: ExpertProjection, from: Activation, to: Activation): void => {
      const { kernel, product } = matmuls[which];
      const shape = this.#productRegion(product);
      const operands = { x: from.region, y: to.region, tiles, order, product: shape, ...pools };
      const offset = counts.offset + (which === 'down' ? EXPERT_DISPATCH.down : EXPERT_DISPATCH.gateAndUp);
      this.#add(`${name} experts ${which}`, kernel, operands, { indirect: counts.buffer, offset });
    };
    const { up, down } = matmuls;
    const sort = sortRoutes(this.#target, { experts, used, upGroups: up.groups, downGroups: down.groups });
    this.#add(`${name} sort`, sort, { step: buffers.step, routes, order, tiles, dispatch_args: counts }, [1, 1, 1]);
    projection('gate', x, h);
    projection('up', x, h);
    projection('down', h, outputs);
    const join = combine(this.#target, { width: layout.width, used, scale });
    const joinOperands = { routes, outputs: outputs.region, y: y.region };
    this.#add(`${name} combine`, join.kernel, joinOperands, (tokens) => [join.groups, tokens, 1]);
  }

  #add(name: string, kernel: Kernel, operands: Operands, workgroups: Workgroups): void {
    checkOperands(name, kernelBindings(kernel), operands); // here, so that a step on paper is checked as well
    this.#pending.push({ name, kernel, operands, workgroups });
  }
}
