/** From what is known of an answer to what is drawn and said. */
import { percent } from '../layout/quantities.ts';
import type { ExpertLoad } from './expert-load.ts';
import type { MapData } from './map-geometry.ts';
import type { TokenVectors } from './token-vectors.ts';

/** The experts of one token: shares of each layer's routed output, and how evenly they share it. */
export function tokenMap({ shape, size, stride, cells, shares }: TokenVectors, token: number): MapData {
  const values = new Float32Array(size);
  for (let at = token * stride; at < (token + 1) * stride; at++) values[cells[at] ?? 0] = shares[at] ?? 0;
  const most = Math.log2(shape.used);
  const evenness = shape.layers.map((_, row) => {
    const start = token * stride + row * shape.used;
    const layer = shares.subarray(start, start + shape.used);
    return most > 0 ? layer.reduce((bits, share) => bits - (share > 0 ? share * Math.log2(share) : 0), 0) / most : 1;
  });
  return { kind: 'token', layers: shape.layers, experts: shape.experts, values, evenness };
}

/** How often each expert was used: the share of tokens that chose it. */
export function loadMap(load: ExpertLoad): MapData {
  const { layers, experts } = load.shape;
  const tokens = Math.max(1, load.tokens);
  const values = Float32Array.from(load.counts, (count) => count / tokens);
  const evenness = layers.map((_, row) => {
    const { bits, maxBits } = load.layerEvenness(row);
    return maxBits > 0 ? bits / maxBits : 1;
  });
  return { kind: 'load', layers, experts, values, evenness };
}

export interface LayerChoice {
  readonly layer: number;
  /** Best first; `value` as in the map. */
  readonly experts: readonly { readonly expert: number; readonly value: number }[];
}

/** The strongest experts of every layer of a map. */
export function layerChoices({ layers, experts, values }: MapData, most: number): LayerChoice[] {
  return layers.map((layer, row) => ({
    layer,
    experts: Array.from({ length: experts }, (_, expert) => ({ expert, value: values[row * experts + expert] ?? 0 }))
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value)
      .slice(0, most),
  }));
}

/** Such as `12 (41 %), 5 (30 %)`. */
export function expertList({ experts }: LayerChoice): string {
  return experts.map(({ expert, value }) => `${expert} (${percent(value)})`).join(', ');
}

/** A token as one can read it: spaces and line breaks get a visible sign. */
export function visibleToken(text: string): string {
  if (text === '') return '∅';
  return text
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '⇥')
    .replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));
}
