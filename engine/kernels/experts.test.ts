import { afterAll, beforeAll, describe, test } from 'vitest';
import { WEIGHT_TYPE_NAMES } from './weight-types.ts';
import type { BufferRegion, Operands } from '../gpu/plan.ts';
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
  type ExpertProjection,
  maxExpertTiles,
  type PageLayout,
  pageOffsets,
  type PoolShape,
  sortRoutes,
} from './experts.ts';
import { VEC_BYTES } from './packed-matrix.ts';
import { productUniform } from './product.ts';
import { ROUTE } from './router.ts';

const TYPES = WEIGHT_TYPE_NAMES;
const MISS = 0xffff_ffff;

interface Expert {
  readonly gate: RandomMatrix;
  readonly up: RandomMatrix;
  readonly down: RandomMatrix;
}

interface Layer {
  readonly layout: PageLayout;
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
  async function layerOf(layout: PageLayout, count: number, pools: PoolShape['pools']): Promise<Layer> {
    const offsets = pageOffsets(layout);
    const { width, hidden, gateUpType, downType } = layout;
    const slotsPerPool = Math.ceil((count + 2) / pools);
    const pool: PoolShape = { pools, slotsPerPool, pageVecs: offsets.end };
    const regions = Array.from({ length: pools }, () => runner.empty((slotsPerPool * pool.pageVecs * VEC_BYTES) / 4));
    const free = Array.from({ length: slotsPerPool * pools }, (_, slot) => slot);
    const slots = Array.from({ length: count }, () => free.splice(Math.floor(random() * free.length), 1)[0] ?? -1);
    const experts = slots.map(() => ({
      gate: randomMatrix(random, gateUpType, hidden, width),
      up: randomMatrix(random, gateUpType, hidden, width),
      down: randomMatrix(random, downType, width, hidden),
    }));
    for (const [e, { gate, up, down }] of experts.entries()) {
      const slot = slots[e] ?? -1;
      const region = regions[Math.floor(slot / slotsPerPool)] as BufferRegion;
      const base = (slot % slotsPerPool) * pool.pageVecs;
      await runner.upload(gateUpType, gate.bytes, hidden, width, region, base);
      await runner.upload(gateUpType, up.bytes, hidden, width, region, base + offsets.up);
      await runner.upload(downType, down.bytes, width, hidden, region, base + offsets.down);
    }
    return {
      layout,
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
      expertsReference(layer.experts, resident, x.subarray(t * width, (t + 1) * width)).forEach((value, i) => {
        y[t * width + i] = (y[t * width + i] ?? NaN) + SCALE * value;
      });
    });
    return y;
  }

  function inputs(layer: Layer, tokens: number): { x: Float32Array<ArrayBuffer>; before: Float32Array<ArrayBuffer> } {
    const { width } = layer.layout;
    return { x: gaussian(random, tokens * width, 1 / 16), before: gaussian(random, tokens * width) };
  }

  async function expectDecode(layer: Layer, used: number, missing = -1): Promise<void> {
    const { layout, pool, pools } = layer;
    const choices = choose(layer, 1, used);
    const { x, before } = inputs(layer, 1);
    const routes = routesBuffer(layer, choices, missing);
    const h = runner.buffer(new Float32Array(used * layout.hidden + 32).fill(7));
    const y = runner.buffer(before);
    const first = expertGateUp(runner.gpu, layout, pool);
    await runner.run(first.kernel, { x: runner.buffer(x), routes, h, ...pools }, [first.groups, used, 1]);
    const second = expertDown(runner.gpu, layout, pool, { used, scale: SCALE });
    await runner.run(second.kernel, { x: h, routes, y, ...pools }, [second.groups, 1, 1]);
    expectClose(await runner.floats(y, before.length), expected(layer, choices, missing, x, before), 2e-5);
  }

  async function expectPrefill(layer: Layer, tokens: number, used: number, missing = -1, unused = -1): Promise<void> {
    const { layout, pool, pools } = layer;
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

    const upGroups = expertMatmul(gpu, 'up', layout, pool, used).groups;
    const downGroups = expertMatmul(gpu, 'down', layout, pool, used).groups;
    const sort = sortRoutes(gpu, { experts, used, upGroups, downGroups });
    await runner.run(sort, { step: runner.step(tokens), routes, order, tiles, dispatch_args: counts }, [1, 1, 1]);
    const multiply = async (projection: ExpertProjection, from: BufferRegion, to: BufferRegion): Promise<void> => {
      const { kernel, product } = expertMatmul(gpu, projection, layout, pool, used);
      const shape = runner.uniform(productUniform(product));
      const operands = { x: from, y: to, tiles, order, product: shape, ...pools };
      await runner.run(kernel, operands, { indirect: counts.buffer, offset: projection === 'down' ? 12 : 0 });
    };
    await multiply('gate', runner.buffer(x), h);
    await multiply('up', runner.buffer(x), h);
    await multiply('down', h, outputs);
    const join = combine(gpu, { width: layout.width, used, scale: SCALE });
    await runner.run(join.kernel, { routes, outputs, y }, [join.groups, tokens, 1]);
    expectClose(await runner.floats(y, before.length), expected(layer, choices, missing, x, before), 2e-5);
  }

  /** Prefill has no lanes: with subgroups its kernels are the same. */
  const HAS_PREFILL = !target.subgroups;

  test.each(TYPES)('in %s', async (type) => {
    const layer = await layerOf({ gateUpType: type, downType: type, width: 256, hidden: 256 }, 3, 1);
    await expectDecode(layer, 2);
    // The tiled kernel of `lanes` takes seconds to compile; products.test.ts has it in every type.
    if (target.profile === 'rows') await expectPrefill(layer, 11, 2);
  });

  test.each([1, 2, 4] as const)('in %i pools, down projection of another type, one page missing', async (pools) => {
    const layer = await layerOf({ gateUpType: 'Q4_0', downType: 'Q8_0', width: 96, hidden: 32 }, 7, pools);
    await expectDecode(layer, 7);
    await expectDecode(layer, 7, 4);
    if (HAS_PREFILL) await expectPrefill(layer, 20, 3, 4, 2);
  });

  // Rows that end within a group of four and a tile; columns that end within a unit.
  test.each([
    { width: 36, hidden: 20, experts: 5, used: 1, tokens: 1 },
    { width: 68, hidden: 100, experts: 2, used: 2, tokens: 33 },
  ])('width $width, hidden $hidden, $tokens tokens', async ({ width, hidden, experts, used, tokens }) => {
    const layer = await layerOf({ gateUpType: 'F16', downType: 'F32', width, hidden }, experts, 1);
    await expectDecode(layer, used);
    if (HAS_PREFILL) await expectPrefill(layer, tokens, used);
  });

  test('adds nothing where no page is resident', async () => {
    const layer = await layerOf({ gateUpType: 'F32', downType: 'F32', width: 32, hidden: 32 }, 1, 1);
    await expectDecode(layer, 1, 0);
    if (HAS_PREFILL) await expectPrefill(layer, 3, 1, 0);
  });
});
