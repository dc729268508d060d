import type { BufferRegion, Operands } from '../gpu/plan.ts';
import type { ActivationFunction } from '../kernels/activations.ts';
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
import { gateUpParts, typesOf } from '../kernels/matvec.ts';
import type { PackedMatrix } from '../kernels/packed-matrix.ts';
import { chooser, ROUTE, router, type RouterShape, TRACED_ROUTE } from '../kernels/router.ts';
import type { LayerPages } from '../weights/expert-pages.ts';
import type { PackedVector } from '../weights/weights.ts';
import { type InputNorm, multiply, productRegion, withoutFactor } from './linear.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation, StepBuffers } from './step-buffers.ts';

export interface RouterLayer {
  readonly layer: number;
  readonly matrix: PackedMatrix;
  /** For the choice alone. */
  readonly bias?: PackedVector | undefined;
  /** Of the logits. */
  readonly logitBias?: PackedVector | undefined;
  readonly routing: Omit<RouterShape, 'type' | 'hasBias' | 'hasLogitBias'>;
}

/** Which experts each token of the step goes to, with their weights and pages: until the next routing. */
export interface Routes {
  readonly region: BufferRegion;
  readonly experts: number;
  readonly used: number;
}

/** Where the last routing has left its choice. */
export function routesOf({ buffers }: StepBuilder, { experts, used }: RouterLayer['routing']): Routes {
  const region = buffers.scratch('routes', mostEntries(buffers) * ROUTE.bytes);
  return { region, experts, used: buffers.variant?.used ?? used };
}

/** Whether {@link route} can norm what it reads: where a product makes the logits, and a kernel chooses. */
export function normsWhileRouting({ target, size }: StepBuilder): boolean {
  return target.profile === 'lanes' && size === 'one';
}

/**
 * Chooses the experts of x.
 * @param norm of x, where {@link normsWhileRouting}
 * @returns x as experts shall read it: normed
 */
export function route(
  step: StepBuilder,
  name: string,
  { layer, matrix, bias: ownBias, logitBias, routing: ownRouting }: RouterLayer,
  pages: LayerPages,
  x: Activation,
  norm?: InputNorm,
): Activation {
  const { buffers } = step;
  const [shard] = withoutFactor(name, matrix);
  if (shard === undefined || matrix.shards.length !== 1) throw new RangeError(`${name} must fit one buffer`);
  const { variant } = buffers;
  const routing = { ...ownRouting, used: variant?.used ?? ownRouting.used, traceAll: variant?.traceAll ?? false };
  const bias = variant === undefined ? ownBias?.region : variant.choiceBias(layer, routing.experts, ownBias?.region);
  const trace = {
    buffer: buffers.trace.buffer,
    offset: buffers.trace.offset + buffers.shape.routed.findIndex((one) => one.layer === layer) * buffers.traceStride,
    size: (routing.used + 1) * TRACED_ROUTE.bytes * (routing.traceAll ? buffers.shape.maxTokens : 1),
  };
  const hasBias = bias !== undefined;
  const hasLogitBias = logitBias !== undefined;
  const common = {
    step: buffers.step,
    bias: bias ?? buffers.unused,
    page_table: pages.table,
    routes: routesOf(step, routing).region,
    route_trace: trace,
    logit_bias: logitBias?.region ?? buffers.unused,
  };
  const workgroups = (tokens: number): readonly [number, number, number] => [tokens, 1, 1];
  if (norm) {
    const width = x.width + routing.experts;
    const both = buffers.activation(`normed beside logits ${width}`, width, 1);
    multiply(step, `${name} logits`, matrix, x, both, { yStart: x.width, norm });
    const own = { length: x.width, epsilon: norm.epsilon };
    const kernel = chooser(step.target, { ...routing, hasBias, hasLogitBias }, own);
    const operands = { ...common, normed: both.region, x: x.region, x_weight: norm.weight.region };
    step.launch(name, kernel, operands, workgroups);
    return { name: both.name, region: both.region, width: x.width };
  }
  if (normsWhileRouting(step)) {
    // One workgroup would read the whole matrix, while all other cores wait.
    const logits = step.activation(`router logits ${routing.experts}`, routing.experts);
    multiply(step, `${name} logits`, matrix, x, logits);
    const kernel = chooser(step.target, { ...routing, hasBias, hasLogitBias });
    step.launch(name, kernel, { ...common, given: logits.region }, workgroups);
  } else {
    const kernel = router(step.target, { ...routing, type: matrix.type, hasBias, hasLogitBias });
    step.launch(name, kernel, { ...common, x: x.region, weights: shard.region }, workgroups);
  }
  return x;
}

/** Most (token, choice) entries of a step, in whichever layer. */
function mostEntries({ shape: { maxTokens, routed } }: StepBuffers): number {
  return maxTokens * Math.max(1, ...routed.map(({ used }) => used));
}

/** y += scale · Σ over the chosen experts of x, weighted. */
export function experts(
  step: StepBuilder,
  name: string,
  pages: LayerPages,
  routes: Routes,
  activation: ActivationFunction,
  x: Activation,
  y: Activation,
  scale = 1,
): void {
  const { hidden } = pages.layout;
  const h = step.buffers.activation(`expert hidden ${hidden}`, hidden, mostEntries(step.buffers));
  const work = { name, pages, routes, activation, pools: poolOperands(pages), x, h, y, scale };
  if (step.size === 'one') expertsOfOne(step, work);
  else expertsOfMany(step, work);
}

interface ExpertWork {
  readonly name: string;
  readonly pages: LayerPages;
  readonly routes: Routes;
  readonly activation: ActivationFunction;
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
function expertsOfOne(step: StepBuilder, { name, pages, routes, activation, pools, x, h, y, scale }: ExpertWork): void {
  const { layout, shape } = pages;
  const { used, experts: all, region } = routes;
  const { width, hidden } = layout;
  const first = step.tuned('gate_up', `${typesOf(layout)} ${hidden} × ${width}, ${used} of ${all}`);
  for (const part of gateUpParts(layout)) {
    const { kernel, groups } = expertGateUp(first.target, part, layout, shape, activation);
    const operands = { x: x.region, routes: region, h: h.region, ...pools };
    step.launch(`${name} ${part}`, kernel, operands, [groups, used, 1], first.site);
  }
  const { target, site } = step.tuned('expert_down', `${layout.down.type} ${width} × ${hidden}, ${used} of ${all}`);
  const second = expertDown(target, layout, shape, { used, scale });
  const operands = { x: h.region, routes: region, y: y.region, ...pools };
  step.launch(`${name} down`, second.kernel, operands, [second.groups, 1, 1], site);
}

/** The step's (token, choice) entries sorted by expert, and multiplied expert by expert. */
function expertsOfMany(step: StepBuilder, work: ExpertWork): void {
  const { name, pages, routes, activation, pools, x, h, y, scale } = work;
  const { buffers } = step;
  const { layout, shape: pool } = pages;
  const { used, experts: count, region } = routes;
  const types = `${typesOf(layout)}, ${layout.down.type}`;
  const place = step.tuned('expert_matmul', `${types} ${layout.hidden} × ${layout.width}, ${used} of ${count}`);
  const { target, site } = place; // all of one layer, because they share tiles
  const { maxTokens, routed } = buffers.shape;
  const most = Math.max(...routed.map((layer) => maxExpertTiles(target, maxTokens, layer.used, layer.experts)));
  const order = buffers.scratch('expert order', mostEntries(buffers) * 4);
  const tiles = buffers.scratch(`expert tiles ${most}`, most * EXPERT_TILE_BYTES);
  const counts = buffers.scratch('expert dispatch', EXPERT_DISPATCH.bytes, true);
  const outputs = buffers.activation(`expert outputs ${layout.width}`, layout.width, mostEntries(buffers));
  const matmulOf = (projection: ExpertProjection): ReturnType<typeof expertMatmul> =>
    expertMatmul(target, projection, layout, pool, used, activation);

  const shape = { experts: count, used, upGroups: matmulOf('up').groups, downGroups: matmulOf('down').groups };
  const sortOperands = { step: buffers.step, routes: region, order, tiles, dispatch_args: counts };
  step.launch(`${name} sort`, sortRoutes(target, shape), sortOperands, [1, 1, 1], site);

  const project = (which: ExpertProjection, from: Activation, to: Activation): void => {
    const { kernel, product } = matmulOf(which);
    const operands = {
      x: from.region,
      y: to.region,
      tiles,
      order,
      product: productRegion(step, product),
      ...pools,
    };
    const offset = counts.offset + (which === 'down' ? EXPERT_DISPATCH.down : EXPERT_DISPATCH.gateAndUp);
    step.launch(`${name} ${which}`, kernel, operands, { indirect: counts.buffer, offset }, site);
  };
  if (layout.gate) project('gate', x, h);
  project('up', x, h);
  project('down', h, outputs);

  const join = combine(target, { width: layout.width, used, scale });
  const joinOperands = { routes: region, outputs: outputs.region, y: y.region };
  step.launch(`${name} combine`, join.kernel, joinOperands, (tokens) => [join.groups, tokens, 1], site);
}
