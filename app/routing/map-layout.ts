/**
 * How the layers and experts of a model stand in a map. Without a layout a map has one row for each layer with routed experts and its
 * columns in the order of the file. A layout adds the layers that have none (dense: all of such a layer works for each token), and may
 * put the experts of each layer in another order.
 */
import type { AnswerRouting } from './answer-routing.ts';
import type { Cell, MapData } from './map-geometry.ts';
import { MAX_CELLS, MAX_LAYERS } from './record-bounds.ts';
import type { RoutedModel, RoutingRecord } from './routing-record.ts';

export interface MapLayout {
  /** Numbers of the layers from top to bottom, as the file counts them. */
  readonly layers: readonly number[];
  /** For each of them, its row in a record; null: dense. */
  readonly routed: readonly (number | null)[];
  readonly dense: readonly boolean[];
  readonly experts: number;
  /** Experts of each layer with routed ones that work for every token. */
  readonly shared: number;
  /** [rows of the record, experts]: which expert stands in each column; null: in the file's order. */
  readonly order: Uint16Array | null;
  /** [rows of the record, experts]: cell of the map of each expert. */
  readonly places: Uint32Array;
}

interface LaidOutRecord extends Pick<RoutingRecord, 'layers' | 'experts'> {
  readonly model?: Pick<RoutedModel, 'layers' | 'sharedExperts'>;
}

export function mapLayout({ layers, experts, model }: LaidOutRecord, order: Uint16Array | null): MapLayout {
  const said = Math.min(MAX_LAYERS, model?.layers ?? 0);
  // A record from elsewhere may claim more layers than there is room for.
  const all = allLayers(layers, said * experts <= MAX_CELLS ? said : 0);
  const rowOf = new Map(layers.map((layer, row) => [layer, row]));
  const routed = all.map((layer) => rowOf.get(layer) ?? null);
  const places = new Uint32Array(layers.length * experts);
  routed.forEach((row, at) => {
    if (row === null) return;
    for (let column = 0; column < experts; column++)
      places[row * experts + (order?.[row * experts + column] ?? column)] = at * experts + column;
  });
  const dense = routed.map((row) => row === null);
  return { ...{ layers: all, routed, dense, experts, order, places }, shared: model?.sharedExperts ?? 0 };
}

/** Dense layers stand where they are. A record may name layers that its model's count does not reach: they come last. */
function allLayers(routed: readonly number[], count: number): number[] {
  const all = new Set(Array.from({ length: count }, (_, layer) => layer));
  for (const layer of routed) all.add(layer);
  return [...all].sort((a, b) => a - b);
}

/** The same values where a layout has them. */
export function laidOut(data: MapData, layout: MapLayout): MapData {
  const values = new Float32Array(layout.layers.length * layout.experts);
  data.values.forEach((value, at) => {
    values[layout.places[at] ?? 0] = value;
  });
  return {
    ...data,
    layers: layout.layers,
    values,
    evenness:
      data.evenness === null ? null : layout.routed.map((row) => (row === null ? null : (data.evenness?.[row] ?? 0))),
    dense: layout.dense,
    shared: layout.shared,
    isSorted: layout.order !== null,
  };
}

/** Which expert a cell stands for; null in a dense layer. */
export function expertAt(
  { routed, layers, experts, order }: MapLayout,
  { row, expert: column }: Cell,
): { readonly row: number; readonly layer: number; readonly expert: number } | null {
  const at = routed[row] ?? null;
  if (at === null) return null;
  return { row: at, layer: layers[row] ?? 0, expert: order?.[at * experts + column] ?? column };
}

/**
 * Columns by likeness: in each layer the experts stand by the words that they worked for, along the direction in which the answer's
 * routing differs most (the first of the axes that colour the words). Those that did not work come last, in the file's order.
 * @returns [rows, experts], which expert stands in each column; null while the answer is too short to say
 */
export function likenessOrder({ record, vectors, colors }: AnswerRouting): Uint16Array | null {
  const { experts, layers } = record;
  const { cells, shares, stride, count, size } = vectors;
  const sums = new Float64Array(size);
  const weights = new Float64Array(size);
  for (let token = 0; token < count; token++) {
    const [along] = colors.place(token);
    if (along === undefined) return null;
    for (let at = token * stride; at < (token + 1) * stride; at++) {
      const cell = cells[at] ?? 0;
      sums[cell] = (sums[cell] ?? 0) + along * (shares[at] ?? 0);
      weights[cell] = (weights[cell] ?? 0) + (shares[at] ?? 0);
    }
  }
  const order = new Uint16Array(size);
  layers.forEach((_, row) => {
    const mean = (expert: number): number => {
      const weight = weights[row * experts + expert] ?? 0;
      return weight > 0 ? (sums[row * experts + expert] ?? 0) / weight : Infinity;
    };
    const means = Array.from({ length: experts }, (__, expert) => mean(expert));
    const sorted = Array.from({ length: experts }, (__, expert) => expert).sort((a, b) => {
      const [first = 0, second = 0] = [means[a], means[b]];
      return first === second ? a - b : first - second;
    });
    order.set(sorted, row * experts);
  });
  return order;
}
