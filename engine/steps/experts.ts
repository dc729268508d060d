import type { BufferRegion, Operands } from '../gpu/plan.ts';
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
import type { PackedMatrix } from '../kernels/packed-matrix.ts';
import { ROUTE, router, type RouterShape } from '../kernels/router.ts';
import type { LayerPages } from '../weights/expert-pages.ts';
import type { PackedVector } from '../weights/weights.ts';
import { productRegion } from './linear.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

export interface RouterLayer {
  readonly matrix: PackedMatrix;
  readonly bias?: PackedVector | undefined;
  readonly routing: Omit<RouterShape, 'type' | 'hasBias'>;
  /** Which routed layer this is, counted from 0. */
  readonly index: number;
}

/** Which experts each token of the step goes to, with their weights and pages: until the next routing. */
export interface Routes {
  readonly region: BufferRegion;
  readonly experts: number;
  readonly used: number;
}

/** Chooses the experts of x. */
export function route(
  step: StepBuilder,
  name: string,
  { matrix, bias, routing, index }: RouterLayer,
  pages: LayerPages,
  x: Activation,
): Routes {
  const { buffers } = step;
  const { experts, used } = routing;
  const [shard] = matrix.shards;
  if (shard === undefined || matrix.shards.length !== 1) throw new RangeError(`${name} must fit one buffer`);
  const routes = buffers.scratch('routes', buffers.shape.maxTokens * used * ROUTE.bytes);
  const trace = {
    buffer: buffers.trace.buffer,
    offset: buffers.trace.offset + index * buffers.traceStride,
    size: used * ROUTE.bytes,
  };
  const kernel = router(step.target, { ...routing, type: matrix.type, hasBias: bias !== undefined });
  const operands = {
    step: buffers.step,
    x: x.region,
    bias: bias?.region ?? buffers.unused,
    page_table: pages.table,
    routes,
    route_trace: trace,
    weights: shard.region,
  };
  step.launch(name, kernel, operands, (tokens) => [tokens, 1, 1]);
  return { region: routes, experts, used };
}

/** y += scale · Σ over the chosen experts of x, weighted. */
export function experts(
  step: StepBuilder,
  name: string,
  pages: LayerPages,
  routes: Routes,
  x: Activation,
  y: Activation,
  scale = 1,
): void {
  const entries = step.buffers.shape.maxTokens * routes.used;
  const h = step.buffers.activation('expert hidden', pages.layout.hidden, entries);
  const work = { name, pages, routes, pools: poolOperands(pages), x, h, y, scale };
  if (step.size === 'one') expertsOfOne(step, work);
  else expertsOfMany(step, work);
}

interface ExpertWork {
  readonly name: string;
  readonly pages: LayerPages;
  readonly routes: Routes;
  readonly pools: Operands;
  readonly x: Activation;
  readonly h: Activation;
  readonly y: Activation;
  readonly scale: number;
}

function poolOperands({ pools }: LayerPages): Operands {
  return Object.fromEntries(pools.map((region, i) => [`pool${i}`, region]));
}

/** Only the chosen experts' pages are read. */
function expertsOfOne(step: StepBuilder, { name, pages, routes, pools, x, h, y, scale }: ExpertWork): void {
  const { layout, shape } = pages;
  const { used, region } = routes;
  const first = expertGateUp(step.target, layout, shape);
  const firstOperands = { x: x.region, routes: region, h: h.region, ...pools };
  step.launch(`${name} gate and up`, first.kernel, firstOperands, [first.groups, used, 1]);
  const second = expertDown(step.target, layout, shape, { used, scale });
  const secondOperands = { x: h.region, routes: region, y: y.region, ...pools };
  step.launch(`${name} down`, second.kernel, secondOperands, [second.groups, 1, 1]);
}

/** The step's (token, choice) entries sorted by expert, and multiplied expert by expert. */
function expertsOfMany(step: StepBuilder, { name, pages, routes, pools, x, h, y, scale }: ExpertWork): void {
  const { buffers, target } = step;
  const { layout, shape: pool } = pages;
  const { used, experts: count, region } = routes;
  const { maxTokens } = buffers.shape;
  const entries = maxTokens * used;
  const order = buffers.scratch('expert order', entries * 4);
  const tiles = buffers.scratch('expert tiles', maxExpertTiles(target, maxTokens, used, count) * EXPERT_TILE_BYTES);
  const counts = buffers.scratch('expert dispatch', EXPERT_DISPATCH.bytes, true);
  const outputs = buffers.activation('expert outputs', layout.width, entries);
  const matmuls = {
    gate: expertMatmul(target, 'gate', layout, pool, used),
    up: expertMatmul(target, 'up', layout, pool, used),
    down: expertMatmul(target, 'down', layout, pool, used),
  } as const satisfies Record<ExpertProjection, unknown>;

  const { up, down } = matmuls;
  const sort = sortRoutes(target, { experts: count, used, upGroups: up.groups, downGroups: down.groups });
  const sortOperands = { step: buffers.step, routes: region, order, tiles, dispatch_args: counts };
  step.launch(`${name} sort`, sort, sortOperands, [1, 1, 1]);

  const project = (which: ExpertProjection, from: Activation, to: Activation): void => {
    const { kernel, product } = matmuls[which];
    const shape = productRegion(step, product);
    const operands = { x: from.region, y: to.region, tiles, order, product: shape, ...pools };
    const offset = counts.offset + (which === 'down' ? EXPERT_DISPATCH.down : EXPERT_DISPATCH.gateAndUp);
    step.launch(`${name} ${which}`, kernel, operands, { indirect: counts.buffer, offset });
  };
  project('gate', x, h);
  project('up', x, h);
  project('down', h, outputs);

  const join = combine(target, { width: layout.width, used, scale });
  const joinOperands = { routes: region, outputs: outputs.region, y: y.region };
  step.launch(`${name} combine`, join.kernel, joinOperands, (tokens) => [join.groups, tokens, 1]);
}
