/** From a routing record to what is drawn and said: a layer × expert grid of weights, and sentences. */
import type { RoutingRecord } from './routing-record.ts';

export interface ExpertGrid {
  readonly layers: readonly number[];
  readonly experts: number;
  /** Row-major [layers, experts]: share of the layer's routed output, each row sums to 1 (or is 0). */
  readonly shares: Float32Array;
}

/** The experts of one token, or the average over the answer for `token` null. */
export function expertGrid(record: RoutingRecord, token: number | null): ExpertGrid {
  const { layers, experts, used } = record;
  const shares = new Float32Array(layers.length * experts);
  const first = token ?? 0;
  const end = token === null ? record.count : token + 1;
  for (let t = first; t < end; t++) {
    for (let l = 0; l < layers.length; l++) {
      const start = (t * layers.length + l) * used;
      let sum = 0;
      for (let k = 0; k < used; k++) sum += record.weights[start + k] ?? 0;
      // Models scale the weights differently (some normalise, some multiply): shares make layers comparable.
      const scale = sum > 0 ? 1 / (sum * (end - first)) : 0;
      for (let k = 0; k < used; k++) {
        const at = l * experts + (record.chosen[start + k] ?? 0);
        shares[at] = (shares[at] ?? 0) + (record.weights[start + k] ?? 0) * scale;
      }
    }
  }
  return { layers, experts, shares };
}

export interface LayerChoice {
  readonly layer: number;
  /** Best first; `share` of the layer's routed output, 0 to 1. */
  readonly experts: readonly { readonly expert: number; readonly share: number }[];
}

/** The strongest experts of every layer of a grid. */
export function layerChoices(grid: ExpertGrid, most: number): LayerChoice[] {
  return grid.layers.map((layer, row) => {
    const shares = [...grid.shares.subarray(row * grid.experts, (row + 1) * grid.experts)];
    const experts = shares
      .map((share, expert) => ({ expert, share }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share)
      .slice(0, most);
    return { layer, experts };
  });
}

/** Such as `Layer 3: expert 12 (41 %), expert 5 (30 %)`. */
export function describeChoice({ layer, experts }: LayerChoice): string {
  const named = experts.map(({ expert, share }) => `expert ${expert} (${Math.round(share * 100)} %)`);
  return `Layer ${layer}: ${named.join(', ')}`;
}

/** A token as one can read it: spaces and line breaks get a visible sign. */
export function visibleToken(text: string): string {
  if (text === '') return '∅';
  return text
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '⇥')
    .replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));
}
