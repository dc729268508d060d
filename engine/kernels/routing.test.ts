import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTER_TYPE_NAMES } from './weight-types.ts';
import { multiplyReference } from '../reference/products.ts';
import { comparedReference, routeReference, sortRoutesReference } from '../reference/routing.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_PROFILES } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { type RandomMatrix, randomMatrix } from '../testing/random-weights.ts';
import { maxExpertTiles, sortRoutes } from './experts.ts';
import { matmulShape } from './matmul.ts';
import { chooser, NOBODY, ROUTE, router, type RouterShape, TRACED_ROUTE } from './router.ts';

const TYPES = ROUTER_TYPE_NAMES;
const ROUTE_WORDS = ROUTE.bytes / 4;
const TRACE_WORDS = TRACED_ROUTE.bytes / 4;
const MISS = 0xffff_ffff;

type Routing = Omit<RouterShape, 'type' | 'width'>;

const PLAIN: Routing = {
  experts: 12,
  used: 4,
  groups: 1,
  groupsUsed: 1,
  gating: 'softmax',
  hasBias: false,
  hasLogitBias: false,
  normalize: false,
  weightScale: 1,
};

const ROUTINGS: Readonly<Record<string, Routing>> = {
  softmax: PLAIN,
  'softmax, weights normalized': { ...PLAIN, experts: 70, used: 8, normalize: true },
  'softmax over the chosen': { ...PLAIN, experts: 9, used: 2, gating: 'softmax-chosen' },
  'biased logits': { ...PLAIN, gating: 'softmax-chosen', hasLogitBias: true },
  'both biases': { ...PLAIN, gating: 'sigmoid', hasBias: true, hasLogitBias: true, normalize: true },
  'all experts': { ...PLAIN, experts: 3, used: 3 },
  'one expert': { ...PLAIN, experts: 1, used: 1, normalize: true },
  'sigmoid with bias': { ...PLAIN, gating: 'sigmoid', hasBias: true, weightScale: 2.5 },
  'as DeepSeek-V3': {
    ...PLAIN,
    experts: 32,
    used: 6,
    groups: 8,
    groupsUsed: 3,
    gating: 'sigmoid',
    hasBias: true,
    normalize: true,
    weightScale: 2.5,
  },
  'a trace of all tokens': { ...PLAIN, gating: 'sigmoid', hasBias: true, traceAll: true },
  'groups by softmax': { ...PLAIN, experts: 12, used: 3, groups: 4, groupsUsed: 1, weightScale: 16 },
};

// The router has no lanes: with subgroups it is the same.
describe.each(TEST_PROFILES)('routing ($profile)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(14);

  interface Routed {
    readonly expert: number;
    readonly slot: number;
    readonly weight: number;
  }

  function routesOf(words: Uint32Array): Routed[] {
    const floats = new Float32Array(words.buffer);
    return Array.from({ length: words.length / ROUTE_WORDS }, (_, i) => ({
      expert: words[i * ROUTE_WORDS] ?? -1,
      slot: words[i * ROUTE_WORDS + 1] ?? -1,
      weight: floats[i * ROUTE_WORDS + 2] ?? NaN,
    }));
  }

  /** Routes [tokens · used], and those that the trace has of the last token. */
  async function route(
    matrix: RandomMatrix,
    routing: Routing,
    x: Float32Array<ArrayBuffer>,
    bias: number[],
    logitBias: number[] = [],
  ) {
    const { used, experts } = routing;
    const width = matrix.columns;
    const tokens = x.length / width;
    const weights = await runner.matrix(matrix.type, matrix.bytes, experts, width);
    const slots = Uint32Array.from({ length: experts }, (_, e) => (e === 2 ? MISS : 1000 - e));
    const routes = runner.empty(tokens * used * ROUTE_WORDS);
    const traceRows = routing.traceAll === true ? tokens : 1;
    const trace = runner.empty(traceRows * (used + 1) * TRACE_WORDS);
    const operands = {
      step: runner.step(tokens),
      x: runner.buffer(x),
      bias: runner.buffer(Float32Array.from(bias)),
      logit_bias: runner.buffer(Float32Array.from(logitBias)),
      page_table: runner.buffer(slots),
      routes,
      route_trace: trace,
      weights,
    };
    await runner.run(router(runner.gpu, { ...routing, type: matrix.type, width }), operands, [tokens, 1, 1]);
    const chosen = routesOf(await runner.words(routes, tokens * used * ROUTE_WORDS));
    const traced = await runner.words(trace, traceRows * (used + 1) * TRACE_WORDS);
    // The same where the logits come from elsewhere.
    const logits = Array.from({ length: tokens }, (_, t) => [
      ...multiplyReference(matrix, x.subarray(t * width, (t + 1) * width)),
    ]).flat();
    const { x: _, weights: __, ...common } = operands;
    const given = runner.buffer(Float32Array.from(logits));
    await runner.run(chooser(runner.gpu, routing), { ...common, given }, [tokens, 1, 1]);
    const again = routesOf(await runner.words(routes, tokens * used * ROUTE_WORDS));
    expect(again.map(({ expert }) => expert)).toEqual(chosen.map(({ expert }) => expert));
    expectClose(
      again.map(({ weight }) => weight),
      chosen.map(({ weight }) => weight),
    );
    return {
      routes: chosen,
      trace: traced,
      slots,
    };
  }

  async function expectTwin(matrix: RandomMatrix, routing: Routing, tokens: number): Promise<void> {
    const { used, experts } = routing;
    const width = matrix.columns;
    const x = gaussian(random, tokens * width, 1 / 16);
    const bias = Array.from(gaussian(random, experts, 0.3));
    const logitBias = Array.from(gaussian(random, experts, 0.3));
    const { routes, trace, slots } = await route(matrix, routing, x, bias, logitBias);
    for (let t = 0; t < tokens; t++) {
      const logits = Array.from(multiplyReference(matrix, x.subarray(t * width, (t + 1) * width)));
      const biased = logits.map((logit, e) => logit + (routing.hasLogitBias ? (logitBias[e] ?? NaN) : 0));
      const expected = routeReference(biased, bias, routing);
      const actual = routes.slice(t * used, (t + 1) * used);
      expect(actual.map(({ expert }) => expert)).toEqual(expected.map(({ expert }) => expert));
      expect(actual.map(({ slot }) => slot)).toEqual(expected.map(({ expert }) => slots[expert]));
      expectClose(
        actual.map(({ weight }) => weight),
        expected.map(({ weight }) => weight),
      );
      const row = routing.traceAll === true ? t : 0;
      if (row < t || (row === 0 && t < tokens - 1 && routing.traceAll !== true)) continue;
      const traced = Array.from({ length: used + 1 }, (_, j) =>
        TRACED_ROUTE.read(trace.buffer as ArrayBuffer, (row * (used + 1) + j) * TRACED_ROUTE.bytes),
      );
      const compared = comparedReference(biased, bias, routing);
      const next = routeReference(biased, bias, { ...routing, used: used + 1 })[used]?.expert;
      expect(traced.map(({ expert }) => expert & NOBODY)).toEqual([
        ...actual.map(({ expert }) => expert),
        used < experts ? (next ?? expect.any(Number)) : NOBODY,
      ]);
      expect(traced.map(({ weight }) => weight)).toEqual([...actual.map(({ weight }) => weight), 0]);
      for (const { expert, score, choice } of traced.slice(0, next === undefined ? used : used + 1)) {
        expectClose([score], [compared.scores[expert] ?? NaN]);
        expectClose([choice], [compared.choice[expert] ?? NaN]);
      }
    }
  }

  test.each(Object.entries(ROUTINGS))('%s', async (_, routing) => {
    await expectTwin(randomMatrix(random, 'F32', routing.experts, 100), routing, 5);
  });

  // Logits that a product has made of the normed x, as it lies: the experts find it normed.
  test.each([
    { name: 'plain', routing: PLAIN, width: 100 },
    { name: 'with both biases', routing: { ...PLAIN, hasBias: true, hasLogitBias: true }, width: 36 },
  ])('leaves one token normed, $name', async ({ routing, width }) => {
    const { used, experts } = routing;
    const [x, weight] = [gaussian(random, width, 3), gaussian(random, width)];
    const matrix = randomMatrix(random, 'F32', experts, width);
    const epsilon = 0.1;
    const mean = x.reduce((sum, number) => sum + number * number, 0) / width;
    const expected = x.map((number, i) => (number / Math.sqrt(mean + epsilon)) * (weight[i] ?? NaN));
    const logits = multiplyReference(matrix, expected);
    const [bias, logitBias] = [gaussian(random, experts, 0.3), gaussian(random, experts, 0.3)];
    const normed = runner.buffer(Float32Array.from([...new Float32Array(width), ...logits]));
    const routes = runner.empty(used * ROUTE_WORDS);
    const operands = {
      ...{ step: runner.step(1), x: runner.buffer(x), x_weight: runner.buffer(weight), normed, routes },
      ...{ bias: runner.buffer(bias), logit_bias: runner.buffer(logitBias) },
      page_table: runner.buffer(new Uint32Array(experts)),
      route_trace: runner.empty((used + 1) * TRACE_WORDS),
    };
    await runner.run(chooser(runner.gpu, routing, { length: width, epsilon }), operands, [1, 1, 1]);
    expectClose(await runner.floats(normed, width), expected);
    const biased = Array.from(logits, (logit, e) => logit + (routing.hasLogitBias ? (logitBias[e] ?? NaN) : 0));
    expect(routesOf(await runner.words(routes, used * ROUTE_WORDS)).map(({ expert }) => expert)).toEqual(
      routeReference(biased, Array.from(bias), routing).map(({ expert }) => expert),
    );
  });

  test.each(TYPES)('weights in %s', async (type) => {
    await expectTwin(randomMatrix(random, type, PLAIN.experts, 256), PLAIN, 3);
  });

  test('takes the lower index of equal experts', async () => {
    const matrix = randomMatrix(random, 'F32', 8, 32);
    matrix.bytes.fill(0);
    matrix.weights.fill(0);
    const { routes } = await route(matrix, { ...PLAIN, experts: 8, used: 3 }, new Float32Array(32).fill(1), []);
    expect(routes.map(({ expert }) => expert)).toEqual([0, 1, 2]);
  });

  // Fewer entries than experts; experts with none, one tile, exactly full tiles, several; more experts than threads.
  test.each([
    { experts: 6, used: 2, tokens: 1 },
    { experts: 5, used: 2, tokens: 100 },
    { experts: 1, used: 1, tokens: 64 },
    { experts: 300, used: 8, tokens: 40 },
  ])('sorts $tokens tokens, $used of $experts experts', async ({ experts, used, tokens }) => {
    const { tileTokens } = matmulShape(runner.gpu);
    const chosen = Array.from({ length: tokens }, () => {
      // The last expert but one never; low ones often.
      const open = Array.from({ length: experts }, (_, e) => e).filter((e) => experts === 1 || e !== experts - 2);
      return Array.from({ length: used }, () => open.splice(Math.floor(random() ** 2 * open.length), 1)[0] ?? -1);
    }).flat();
    const routes = new Uint32Array(chosen.length * ROUTE_WORDS);
    chosen.forEach((expert, i) => routes.set([expert, 7 + expert, 0, 0], i * ROUTE_WORDS));
    const order = runner.empty(chosen.length);
    const maxTiles = maxExpertTiles(runner.gpu, tokens, used, experts);
    const tiles = runner.empty(maxTiles * 4);
    const counts = runner.empty(6);
    const kernel = sortRoutes(runner.gpu, { experts, used, upGroups: 12, downGroups: 34 });
    const operands = { step: runner.step(tokens), routes: runner.buffer(routes), order, tiles, dispatch_args: counts };
    await runner.run(kernel, operands, [1, 1, 1]);

    const expected = sortRoutesReference(chosen, tileTokens);
    const [up = 0, tileCount = 0, ...rest] = await runner.words(counts, 6);
    expect([up, tileCount, ...rest]).toEqual([12, expected.length, 1, 34, expected.length, 1]);
    expect(tileCount).toBeLessThanOrEqual(maxTiles);
    const sorted = await runner.words(order, chosen.length);
    const words = await runner.words(tiles, tileCount * 4);
    const entries = new Map<number, number[]>();
    for (let i = 0; i < tileCount; i++) {
      const [slot = 0, first = 0, count = 0] = words.subarray(i * 4);
      expect({ expert: slot - 7, count }).toEqual(expected[i]);
      entries.set(slot - 7, [...(entries.get(slot - 7) ?? []), ...sorted.subarray(first, first + count)]);
    }
    for (const [expert, list] of entries)
      expect(list.sort((a, b) => a - b)).toEqual(chosen.flatMap((e, i) => (e === expert ? [i] : [])));
  });
});
