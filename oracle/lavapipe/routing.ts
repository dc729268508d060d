// What the routers of a step chose, from which scores, and how near a tie was where another run chose otherwise.
import { readBuffer } from '../../engine/gpu/buffers.ts';
import type { Dispatch } from '../../engine/gpu/plan.ts';
import { GATINGS, type Gating, ROUTE } from '../../engine/kernels/router.ts';
import { comparedReference, groupScores } from '../../engine/reference/routing.ts';

/** The launches that choose experts, and no others, write routes and their trace. */
export function isRouter({ operands }: Dispatch): boolean {
  return 'route_trace' in operands;
}

/** What one router left for the tokens of a step. */
export interface RouterChoice {
  readonly launch: string;
  readonly used: number;
  /** As they lie on the GPU: `Route` [tokens, used]. */
  readonly routes: ArrayBuffer;
  /** [tokens][used]: ids in rising order. */
  readonly experts: readonly (readonly number[])[];
}

export function routesRegion({ operands }: Dispatch): {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
} {
  if (operands['routes'] === undefined) throw new Error('a router has routes');
  return operands['routes'];
}

export async function readChoice(device: GPUDevice, router: Dispatch, tokens: number): Promise<RouterChoice> {
  const used = override(router, 'USED');
  const routes = await readBuffer(device, routesRegion(router), tokens * used * ROUTE.bytes);
  const experts = Array.from({ length: tokens }, (_, token) =>
    Array.from({ length: used }, (__, i) => ROUTE.read(routes, (token * used + i) * ROUTE.bytes).expert).toSorted(
      (a, b) => a - b,
    ),
  );
  return { launch: router.name, used, routes, experts };
}

function override({ name, kernel }: Dispatch, key: string): number {
  const value = kernel.kernel.overrides[key];
  if (value === undefined) throw new Error(`${name} has no ${key}`);
  return value;
}

async function numbers(device: GPUDevice, router: Dispatch, operand: string): Promise<Float32Array> {
  const region = router.operands[operand];
  if (region === undefined) throw new Error(`${router.name} binds no ${operand}`);
  return new Float32Array(await readBuffer(device, region));
}

/** The scores that a router chose by, and how groups of them compete. */
export interface Scores {
  /** [tokens][experts] */
  readonly choice: readonly (readonly number[])[];
  readonly groups: number;
  readonly groupsUsed: number;
}

/**
 * Computed here in f64 from what the router reads, which no later launch of the step may have overwritten yet.
 * @throws Error where its matrix is not in F32, as in no file
 */
export async function readScores(device: GPUDevice, router: Dispatch, tokens: number): Promise<Scores> {
  const experts = override(router, 'EXPERTS');
  const gating = gatingOf(override(router, 'GATING'));
  const hasBias = override(router, 'HAS_BIAS') === 1;
  const hasLogitBias = override(router, 'HAS_LOGIT_BIAS') === 1;
  const bias = [...(await numbers(device, router, 'bias'))];
  const logitBias = await numbers(device, router, 'logit_bias');
  const products = await logitsOf(device, router, tokens, experts);
  const choice = products.map(
    (logits) =>
      comparedReference(
        logits.map((logit, e) => logit + (hasLogitBias ? (logitBias[e] ?? NaN) : 0)),
        bias,
        { gating, hasBias },
      ).choice,
  );
  return { choice, groups: override(router, 'GROUPS'), groupsUsed: override(router, 'GROUPS_USED') };
}

function gatingOf(constant: number): Gating {
  const found = (Object.keys(GATINGS) as Gating[]).find((gating) => GATINGS[gating] === constant);
  if (found === undefined) throw new Error(`no gating is ${constant}`);
  return found;
}

async function logitsOf(device: GPUDevice, router: Dispatch, tokens: number, experts: number): Promise<number[][]> {
  const rows = Array.from({ length: tokens }, (_, token) => token);
  const ids = Array.from({ length: experts }, (_, e) => e);
  if ('given' in router.operands) {
    const given = await numbers(device, router, 'given');
    return rows.map((token) => ids.map((e) => given[token * experts + e] ?? NaN));
  }
  if (!router.kernel.kernel.fragments.some(({ name }) => name === 'f32')) {
    throw new Error(`${router.name} is not in F32`);
  }
  const [x, matrix] = [await numbers(device, router, 'x'), await numbers(device, router, 'weights')];
  const width = override(router, 'ROW_UNITS') * 32;
  const stride = override(router, 'X_TOKEN') * 4;
  return rows.map((token) =>
    ids.map((e) => {
      let sum = 0;
      for (let i = 0; i < Math.min(width, stride); i++)
        sum += (matrix[e * width + i] ?? NaN) * (x[token * stride + i] ?? NaN);
      return sum;
    }),
  );
}

/** Experts of one token that another run chose instead of these. */
export interface Flip {
  readonly launch: string;
  readonly token: number;
  readonly slots: number;
  /** By how much those that were dropped are better than those that were taken, as a share of the spread of all scores. */
  readonly margin: number;
}

/** Where two runs chose differently; margins are of the scores of the first. */
export function flipsBetween(exact: RouterChoice, scores: Scores, other: RouterChoice): readonly Flip[] {
  return exact.experts.flatMap((chosen, token) => {
    const taken = other.experts[token] ?? [];
    const dropped = chosen.filter((e) => !taken.includes(e));
    if (dropped.length === 0) return [];
    const added = taken.filter((e) => !chosen.includes(e));
    return [
      {
        launch: exact.launch,
        token,
        slots: dropped.length,
        margin: marginOf(scores.choice[token] ?? [], scores, chosen, dropped, added),
      },
    ];
  });
}

function marginOf(
  choice: readonly number[],
  { groups, groupsUsed }: Scores,
  chosen: readonly number[],
  dropped: readonly number[],
  added: readonly number[],
): number {
  const spread = Math.max(...choice) - Math.min(...choice);
  const score = (e: number): number => choice[e] ?? NaN;
  const ofGroups = groupScores(choice, groups);
  const groupOf = (e: number): number => Math.floor((e * groups) / choice.length);
  const open = ofGroups
    .map((_, g) => g)
    .toSorted((a, b) => (ofGroups[b] ?? 0) - (ofGroups[a] ?? 0))
    .slice(0, groupsUsed);
  if (chosen.some((e) => groups > 1 && !open.includes(groupOf(e)))) return Infinity; // then these are not its scores
  const opened = added.map(groupOf).filter((g) => groups > 1 && !open.includes(g));
  if (opened.length > 0) {
    const last = Math.min(...open.map((g) => ofGroups[g] ?? NaN));
    return (last - Math.min(...opened.map((g) => ofGroups[g] ?? NaN))) / spread;
  }
  return (Math.max(...dropped.map(score)) - Math.min(...added.map(score))) / spread;
}
