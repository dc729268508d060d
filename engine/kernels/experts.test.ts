import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ActivationFunction, isGated, SILU } from './activations.ts';
import { WEIGHT_TYPE_NAMES, type WeightTypeName } from './weight-types.ts';
import type { BufferRegion, Operands } from '../gpu/plan.ts';
import type { ReferenceSides } from '../reference/products.ts';
import { expertsReference, type ReferenceRoute } from '../reference/routing.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { type RandomMatrix, randomMatrix } from '../testing/random-weights.ts';
import {
  combine,
  expertDown,
  expertGateUp,
  expertMatmul,
  gateRows,
  type ExpertProjection,
  type MatrixLayout,
  maxExpertTiles,
  type PageLayout,
  pagePlaces,
  type PoolShape,
  sortRoutes,
} from './experts.ts';
import { ACTIVATION_FRAGMENTS } from './fragments.ts';
import { gateUpParts } from './matvec.ts';
import { type MatrixPlace, VEC_BYTES } from './packed-matrix.ts';
import { productUniform } from './product.ts';
import { ROUTE } from './router.ts';

const TYPES = WEIGHT_TYPE_NAMES;
const ACTIVATIONS = Object.keys(ACTIVATION_FRAGMENTS) as (keyof typeof ACTIVATION_FRAGMENTS)[];

/** Matrices that are nothing but weights. */
function plain(gateUp: WeightTypeName, down: WeightTypeName, width: number, hidden: number): PageLayout {
  const matrix = (type: WeightTypeName): MatrixLayout => ({ type, hasBias: false, hasFactor: false });
  return { gate: matrix(gateUp), up: matrix(gateUp), down: matrix(down), width, hidden };
}
const MISS = 0xffff_ffff;

interface Expert {
  readonly gate: Projection | undefined;
  readonly up: Projection;
  readonly down: Projection;
}

type Projection = RandomMatrix & ReferenceSides;

interface Layer {
  readonly layout: PageLayout;
  readonly activation: ActivationFunction;
  readonly pool: PoolShape;
  readonly experts: readonly Expert[];
  readonly slots: readonly number[];
  readonly pools: Operands;
}

describe.each(TEST_TARGETS)('experts ($profile, subgroups $subgroups)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(15);
  const SCALE = 0.5;

  /** Random experts, in pages that lie in the pools in no order; the slots between them are empty. */
  async function layerOf(
    layout: PageLayout,
    count: number,
    pools: PoolShape['pools'],
    activation = SILU,
  ): Promise<Layer> {
    const offsets = pagePlaces(layout);
    const { width, hidden } = layout;
    const projection = (
      { type, hasBias, hasFactor }: MatrixLayout,
      rows: number,
      columns: number,
    ): RandomMatrix & ReferenceSides => ({
      ...randomMatrix(random, type, rows, columns),
      bias: hasBias ? gaussian(random, rows) : undefined,
      factor: hasFactor ? 0.5 + random() : undefined,
    });
    const upload = async (
      region: BufferRegion,
      base: number,
      matrix: Projection | undefined,
      place: MatrixPlace | undefined,
    ): Promise<void> => {
      if (!matrix || !place) return;
      const { type, bytes, rows, columns, factor, bias } = matrix;
      await runner.upload(type, bytes, rows, columns, region, base + place.base);
      const write = async (numbers: Float32Array<ArrayBuffer>, at: number): Promise<void> =>
        runner.upload('F32', new Uint8Array(numbers.buffer), 1, numbers.length, region, base + place.base + at);
      if (factor !== undefined) await write(Float32Array.of(factor), place.factor);
      if (bias) await write(Float32Array.from(bias), place.bias);
    };
    const slotsPerPool = Math.ceil((count + 2) / pools);
    const pool: PoolShape = { pools, slotsPerPool, pageVecs: offsets.end };
    const regions = Array.from({ length: pools }, () => runner.empty((slotsPerPool * pool.pageVecs * VEC_BYTES) / 4));
    const free = Array.from({ length: slotsPerPool * pools }, (_, slot) => slot);
    const slots = Array.from({ length: count }, () => free.splice(Math.floor(random() * free.length), 1)[0] ?? -1);
    const experts = slots.map(() => ({
      gate: layout.gate && projection(layout.gate, hidden, width),
      up: projection(layout.up, hidden, width),
      down: projection(layout.down, width, hidden),
    }));
    for (const [e, { gate, up, down }] of experts.entries()) {
      const slot = slots[e] ?? -1;
      const region = regions[Math.floor(slot / slotsPerPool)] as BufferRegion;
      const base = (slot % slotsPerPool) * pool.pageVecs;
      await upload(region, base, gate, offsets.gate);
      await upload(region, base, up, offsets.up);
      await upload(region, base, down, offsets.down);
    }
    return {
      layout,
      activation,
      pool,
      experts,
      slots,
      pools: Object.fromEntries(regions.map((region, i) => [`pool${i}`, region])),
    };
  }

  /** `used` different experts a token; `except` is never chosen. */
  function choose(layer: Layer, tokens: number, used: number, except = -1): ReferenceRoute[][] {
    return Array.from({ length: tokens }, () => {
      const open = layer.experts.map((_, e) => e).filter((e) => e !== except);
      return Array.from({ length: used }, () => ({
        expert: open.splice(Math.floor(random() * open.length), 1)[0] ?? -1,
        weight: random(),
      }));
    });
  }

  /** As the router writes them; pages of `missing` are not resident. */
  function routesBuffer(layer: Layer, routes: readonly ReferenceRoute[][], missing: number): BufferRegion {
    const words = new Uint32Array((routes.flat().length * ROUTE.bytes) / 4);
    const floats = new Float32Array(words.buffer);
    routes.flat().forEach(({ expert, weight }, i) => {
      words.set([expert, expert === missing ? MISS : (layer.slots[expert] ?? -1)], i * 4);
      floats[i * 4 + 2] = weight;
    });
    return runner.buffer(words);
  }

  /** y before plus what the resident experts add. */
  function expected(
    layer: Layer,
    routes: readonly ReferenceRoute[][],
    missing: number,
    x: Float32Array,
    before: Float32Array,
  ): Float32Array {
    const { width } = layer.layout;
    const y = before.slice();
    routes.forEach((choices, t) => {
      const resident = choices.filter(({ expert }) => expert !== missing);
      expertsReference(layer.activation, layer.experts, resident, x.subarray(t * width, (t + 1) * width)).forEach(
        (value, i) => {
          y[t * width + i] = (y[t * width + i] ?? NaN) + SCALE * value;
        },
      );
    });
    return y;
  }

  function inputs(layer: Layer, tokens: number): { x: Float32Array<ArrayBuffer>; before: Float32Array<ArrayBuffer> } {
    const { width } = layer.layout;
    return { x: gaussian(random, tokens * width, 1 / 16), before: gaussian(random, tokens * width) };
  }

  async function expectDecode(layer: Layer, used: number, missing = -1): Promise<void> {
    const { layout, pool, pools, activation } = layer;
    const choices = choose(layer, 1, used);
    const { x, before } = inputs(layer, 1);
    const routes = routesBuffer(layer, choices, missing);
    const h = runner.buffer(new Float32Array(used * layout.hidden + 32).fill(7));
    const y = runner.buffer(before);
    for (const part of gateUpParts(layout)) {
      const first = expertGateUp(runner.gpu, part, layout, pool, activation);
      await runner.run(first.kernel, { x: runner.buffer(x), routes, h, ...pools }, [first.groups, used, 1]);
    }
    const second = expertDown(runner.gpu, layout, pool, { used, scale: SCALE });
    await runner.run(second.kernel, { x: h, routes, y, ...pools }, [second.groups, 1, 1]);
    expectClose(await runner.floats(y, before.length), expected(layer, choices, missing, x, before), 2e-5);
  }

  async function expectPrefill(layer: Layer, tokens: number, used: number, missing = -1, unused = -1): Promise<void> {
    const { layout, pool, pools, activation } = layer;
    const { gpu } = runner;
    const choices = choose(layer, tokens, used, unused);
    const { x, before } = inputs(layer, tokens);
    const routes = routesBuffer(layer, choices, missing);
    const entries = tokens * used;
    const experts = layer.experts.length;
    const order = runner.empty(entries);
    const tiles = runner.empty(maxExpertTiles(gpu, tokens, used, experts) * 4);
    const counts = runner.empty(6);
    // What an earlier step has left must not be seen, where a page is missing either.
    const h = runner.buffer(new Float32Array(entries * layout.hidden + 32).fill(7));
    const outputs = runner.buffer(new Float32Array(entries * layout.width).fill(7));
    const y = runner.buffer(before);

    const upGroups = expertMatmul(gpu, 'up', layout, pool, used, activation).groups;
    const downGroups = expertMatmul(gpu, 'down', layout, pool, used, activation).groups;
    const sort = sortRoutes(gpu, { experts, used, upGroups, downGroups });
    await runner.run(sort, { step: runner.step(tokens), routes, order, tiles, dispatch_args: counts }, [1, 1, 1]);
    const multiply = async (projection: ExpertProjection, from: BufferRegion, to: BufferRegion): Promise<void> => {
      const { kernel, product } = expertMatmul(gpu, projection, layout, pool, used, activation);
      const shape = runner.uniform(productUniform(product));
      const operands = { x: from, y: to, tiles, order, product: shape, ...pools };
      await runner.run(kernel, operands, { indirect: counts.buffer, offset: projection === 'down' ? 12 : 0 });
    };
    if (layout.gate) await multiply('gate', runner.buffer(x), h);
    await multiply('up', runner.buffer(x), h);
    await multiply('down', h, outputs);
    const join = combine(gpu, { width: layout.width, used, scale: SCALE });
    await runner.run(join.kernel, { routes, outputs, y }, [join.groups, tokens, 1]);
    expectClose(await runner.floats(y, before.length), expected(layer, choices, missing, x, before), 2e-5);
  }

  /** Prefill has no lanes: with subgroups its kernels are the same. */
  const HAS_PREFILL = !target.subgroups;

  test.each(TYPES)('in %s', async (type) => {
    const layer = await layerOf(plain(type, type, 256, 256), 3, 1);
    await expectDecode(layer, 2);
    // The tiled kernel of `lanes` takes seconds to compile; products.test.ts has it in every type.
    if (target.profile === 'rows') await expectPrefill(layer, 11, 2);
  });

  test.each([1, 2, 4] as const)('in %i pools, down projection of another type, one page missing', async (pools) => {
    const layer = await layerOf(plain('Q4_0', 'Q8_0', 96, 32), 7, pools);
    await expectDecode(layer, 7);
    await expectDecode(layer, 7, 4);
    if (HAS_PREFILL) await expectPrefill(layer, 20, 3, 4, 2);
  });

  // Rows that end within a group of four and a tile; columns that end within a unit.
  test.each([
    { width: 36, hidden: 20, experts: 5, used: 1, tokens: 1 },
    { width: 68, hidden: 100, experts: 2, used: 2, tokens: 33 },
  ])('width $width, hidden $hidden, $tokens tokens', async ({ width, hidden, experts, used, tokens }) => {
    const layer = await layerOf(plain('F16', 'F32', width, hidden), experts, 1);
    await expectDecode(layer, used);
    if (HAS_PREFILL) await expectPrefill(layer, tokens, used);
  });

  const HIDDEN = { width: 96, hidden: 36 };
  const side = { hasBias: true, hasFactor: true };

  test.each(ACTIVATIONS)('%s, with biases and factors', async (kind) => {
    const activation: ActivationFunction = kind === 'clamped-silu' ? { kind, limit: 0.3 } : { kind };
    const gate = isGated(activation) ? ({ type: 'Q8_0', ...side } as const) : undefined;
    const layout = { ...HIDDEN, gate, up: { type: 'Q8_0', ...side }, down: { type: 'F16', ...side } } as const;
    const layer = await layerOf(layout, 5, 2, activation);
    await expectDecode(layer, 3);
    await expectDecode(layer, 3, 2);
    if (HAS_PREFILL) await expectPrefill(layer, 9, 3, 2);
  });

  test.each([true, false])('gate and up in different types, with biases: %s', async (hasBias) => {
    const matrix = (type: WeightTypeName): MatrixLayout => ({ type, hasBias, hasFactor: false });
    const layout = { ...HIDDEN, gate: matrix('Q4_0'), up: matrix('Q5_1'), down: matrix('F32') };
    const layer = await layerOf(layout, 5, 1);
    await expectDecode(layer, 3, 1);
    if (HAS_PREFILL) await expectPrefill(layer, 9, 3, 1);
  });

  test('gates rows by what they come from', async () => {
    const [tokens, width, hidden] = [5, 68, 36];
    const x = gaussian(random, tokens * width, 1 / 4);
    const w = gaussian(random, width, 1 / 2);
    const h = gaussian(random, tokens * hidden);
    const region = runner.buffer(h);
    const { kernel, lanes } = gateRows(runner.gpu, { width, hidden });
    const operands = { step: runner.step(tokens), x: runner.buffer(x), w: runner.buffer(w), h: region };
    await runner.run(kernel, operands, [Math.ceil(tokens / lanes.perWorkgroup), 1, 1]);
    const expected = h.map((value, i) => {
      const row = x.subarray(Math.floor(i / hidden) * width);
      const logit = w.reduce((sum, weight, c) => sum + weight * (row[c] ?? NaN), 0);
      return value / (1 + Math.exp(-logit));
    });
    expectClose(await runner.floats(region, h.length), expected);
  });

  test('adds nothing where no page is resident', async () => {
    const layer = await layerOf(plain('F32', 'F32', 32, 32), 1, 1);
    await expectDecode(layer, 1, 0);
    if (HAS_PREFILL) await expectPrefill(layer, 3, 1, 0);
  });
});
