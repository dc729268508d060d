import type { ExpertPlace, RoutingRequest } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { RoutedLayer } from '../steps/step-buffers.ts';

/** A {@link RoutingRequest} that was understood. */
export interface Steering {
  readonly used: number;
  /** Added to choice scores, by layer: f32 [experts]. */
  readonly added: ReadonlyMap<number, Float32Array>;
  /** Two that are equal choose alike. */
  readonly key: string;
}

/** Below whatever a score can be with a boost, and above that of a group that takes no part (`LOWEST` in the router). */
const MUTED = -1e30;
const MAX_BOOST = 1e6;

const refused = (message: string): EngineError => new EngineError('bad-request', message);

/**
 * @returns undefined where nothing is changed: then experts are chosen as the model chooses
 * @throws EngineError `bad-request` for layers without experts, numbers out of range, an expert that is named twice, and where fewer
 *   experts are left than are used
 */
export function steeringOf(request: RoutingRequest | undefined, routed: readonly RoutedLayer[]): Steering | undefined {
  if (request === undefined) return undefined;
  const { mute = [], only = [], boost = [], expertsUsed } = request;
  if (mute.length + only.length + boost.length === 0 && expertsUsed === undefined) return undefined;
  const [first] = routed;
  if (first === undefined) throw refused('This model has no experts to choose from: it is dense.');
  const used = usedOf(expertsUsed, first);
  const layers = new Map(routed.map((layer) => [layer.layer, layer]));
  const added = new Map<number, Float32Array>();
  const of = (layer: number): Float32Array => {
    const vector = added.get(layer) ?? new Float32Array(layerOf(layers, layer).experts);
    added.set(layer, vector);
    return vector;
  };
  const named = new Set<string>();
  const take = ({ layer, expert }: ExpertPlace, amount: number): void => {
    requireExpert(layerOf(layers, layer), expert);
    const name = `${layer}:${expert}`;
    if (named.has(name)) throw refused(`Expert ${expert} of layer ${layer} is named twice. Mute it or boost it, once.`);
    named.add(name);
    of(layer)[expert] = amount;
  };
  const alone = new Set<number>();
  for (const { layer, experts } of only) {
    const { experts: count } = layerOf(layers, layer);
    for (const expert of experts) requireExpert(layerOf(layers, layer), expert);
    if (alone.has(layer))
      throw refused(`Layer ${layer} is named twice among those in which only some experts are left.`);
    alone.add(layer);
    const left = new Set(experts);
    for (let expert = 0; expert < count; expert++) if (!left.has(expert)) take({ layer, expert }, MUTED);
  }
  for (const place of mute) take(place, MUTED);
  for (const { amount, ...place } of boost) {
    if (!(Math.abs(amount) <= MAX_BOOST))
      throw refused(`A boost is a number from -${MAX_BOOST} to ${MAX_BOOST}, not ${amount}.`);
    take(place, amount);
  }
  for (const layer of routed) requireEnough(layer, used, added.get(layer.layer));
  for (const [layer, vector] of added) if (vector.every((amount) => amount === 0)) added.delete(layer);
  if (added.size === 0 && used === first.used) return undefined;
  const vectors = [...added].sort(([a], [b]) => a - b);
  return { used, added, key: JSON.stringify([used, vectors.map(([layer, vector]) => [layer, ...vector])]) };
}

/** More would not fit what is kept of a token, and was never trained for. */
function usedOf(wanted: number | undefined, { used, experts }: RoutedLayer): number {
  if (wanted === undefined) return used;
  const most = Math.min(2 * used, experts);
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= most))
    throw refused(
      `This model can use from 1 to ${most} experts per token, not ${wanted}; it was trained with ${used} of ${experts}.`,
    );
  return wanted;
}

function layerOf(layers: ReadonlyMap<number, RoutedLayer>, layer: number): RoutedLayer {
  const found = layers.get(layer);
  if (found !== undefined) return found;
  throw refused(
    `Layer ${layer} has no experts to choose from. Layers of this model that have: ${ranges([...layers.keys()])}.`,
  );
}

function requireExpert({ layer, experts }: RoutedLayer, expert: number): void {
  if (!(Number.isInteger(expert) && expert >= 0 && expert < experts))
    throw refused(`Layer ${layer} has no expert ${expert}: its experts are 0 to ${experts - 1}.`);
}

function requireEnough(
  { layer, experts, groups = 1, groupsUsed = 1 }: RoutedLayer,
  used: number,
  added: Float32Array | undefined,
): void {
  const size = experts / groups;
  const left = Array.from({ length: groups }, (_, group) => {
    const members = Array.from({ length: size }, (__, i) => added?.[group * size + i] ?? 0);
    return members.filter((amount) => amount !== MUTED_AS_KEPT).length;
  });
  // A group is ranked by its two best, so that those with two left come first; of them, any may be chosen.
  const byRank = left.toSorted((a, b) => Math.min(2, b) - Math.min(2, a) || a - b);
  const chosen = (size < 2 ? left.toSorted((a, b) => a - b) : byRank).slice(0, groupsUsed);
  const least = chosen.reduce((sum, count) => sum + count, 0);
  if (least >= used) return;
  const where = groups > 1 ? `in the ${groupsUsed} of ${groups} groups that a token may use` : 'in it';
  throw refused(
    `Layer ${layer} uses ${used} experts per token, but of its ${experts} only ${least} would be left ${where}. Mute fewer, or use fewer.`,
  );
}

/** As a vector of f32 has it. */
const MUTED_AS_KEPT = Math.fround(MUTED);

/** Such as "1 to 23, 25". */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}
