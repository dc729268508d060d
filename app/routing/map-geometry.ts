/** Where the layer × expert map puts its cells. All in CSS pixels. */

/**
 * - `token`: the experts of one token; a value is the share of the layer's routed output
 * - `load`: how often each expert was used; a value is the share of tokens that chose it
 * - `difference`: between two answers; a value is the first's share of tokens less the second's
 */
export type MapKind = 'token' | 'load' | 'difference';

export interface MapData {
  readonly kind: MapKind;
  readonly layers: readonly number[];
  readonly experts: number;
  /** Row-major [layers, experts]. */
  readonly values: Float32Array;
  /** For each layer how even its values are, 0 to 1 (null: dense): a column beside the cells. Without it there are no margins at all. */
  readonly evenness: readonly (number | null)[] | null;
  /** Which of the layers have no routed experts; default: none. */
  readonly dense?: readonly boolean[];
  /** Experts of each other layer that work for every token; default: none. */
  readonly shared?: number;
  /** Whether the columns are in another order than the file's: then they have no numbers. */
  readonly isSorted?: boolean;
  /** Cells whose experts have names: they are marked. */
  readonly named?: ReadonlySet<number>;
  /** The value that has the strongest colour; default: the largest there is. */
  readonly strongest?: number;
}

export interface Cell {
  /** Row of the layer, from 0. */
  readonly row: number;
  readonly expert: number;
}

export interface MapGeometry {
  readonly width: number;
  readonly height: number;
  /** The window onto the cells. */
  readonly plot: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Width of all cells; where it is more than the plot's, the map scrolls. */
  readonly contentWidth: number;
  /** Of the shared experts, left of the cells: how many are drawn, and where. */
  readonly shared: { readonly count: number; readonly left: number };
  /** Top of the bars of one layer, below the cells; null where there are none. */
  readonly barsTop: number | null;
}

export const BARS_HEIGHT = 52;
export const AXIS_HEIGHT = 18;
const BARS_GAP = 18;
/** Above and below the cells, for the glow of the strongest. */
const PAD = 7;
const LEFT = 34;
const RIGHT = 74;
const NARROW = 480; // a phone: the column at the right shrinks
const NARROW_RIGHT = 48;
const NO_RIGHT = 6;
/** A shared expert is as wide as this, whatever the cells are: it is no column of theirs. */
export const SHARED_WIDTH = 7;
const SHARED_GAP = 6;
/** More of them are drawn as so many. */
const MOST_SHARED = 4;

/** Few layers get tall rows; many layers (DeepSeek-V3 has 58) stay on one screen. */
const ROWS = { tallest: 24, lowest: 6, total: 320 };
/** Narrower cells could not be told apart: then the map scrolls. */
const NARROWEST_CELL = 2;
const WIDEST_CELL = 48;

export function mapGeometry(
  data: Pick<MapData, 'layers' | 'experts' | 'shared'>,
  hasMargins: boolean,
  width: number,
  zoom: number,
): MapGeometry {
  const rows = data.layers.length;
  const shared = { count: Math.min(MOST_SHARED, data.shared ?? 0), left: LEFT };
  const left = LEFT + (shared.count > 0 ? shared.count * SHARED_WIDTH + SHARED_GAP : 0);
  const right = !hasMargins ? NO_RIGHT : width < NARROW ? NARROW_RIGHT : RIGHT;
  const room = Math.max(0, width - left - right);
  const fitting = Math.min(WIDEST_CELL, Math.max(NARROWEST_CELL, room / data.experts));
  const cellWidth = fitting * zoom;
  const lowest = Math.max(ROWS.lowest, Math.min(ROWS.tallest, ROWS.total / rows));
  const cellHeight = Math.max(lowest, Math.min(ROWS.tallest, lowest * zoom));
  const contentWidth = cellWidth * data.experts;
  const plot = { left, top: PAD, width: Math.min(room, contentWidth), height: rows * cellHeight };
  const barsTop = hasMargins ? plot.top + plot.height + BARS_GAP : null;
  const bottom = barsTop === null ? plot.top + plot.height + PAD : barsTop + BARS_HEIGHT;
  return { width, height: Math.ceil(bottom + AXIS_HEIGHT), plot, cellWidth, cellHeight, contentWidth, shared, barsTop };
}

/** How far the map can scroll. */
export function scrollRange({ contentWidth, plot }: MapGeometry): number {
  return Math.max(0, contentWidth - plot.width);
}

/** The cell under a point, or under the bars of a layer; null beside them. */
export function cellAt(
  data: Pick<MapData, 'layers' | 'experts'>,
  { plot, cellWidth, cellHeight, barsTop }: MapGeometry,
  x: number,
  y: number,
  scroll: number,
  barsRow: number,
): Cell | null {
  if (x < plot.left || x >= plot.left + plot.width) return null;
  const expert = Math.floor((x - plot.left + scroll) / cellWidth);
  if (expert < 0 || expert >= data.experts) return null;
  const row = Math.floor((y - plot.top) / cellHeight);
  if (row >= 0 && row < data.layers.length) return { row, expert };
  const isOnBars = barsTop !== null && y >= barsTop && y < barsTop + BARS_HEIGHT;
  return isOnBars ? { row: barsRow, expert } : null;
}

/** The cell that a key leads to from another (or from none); null where the key is none of the map's. */
export function cellByKey(
  data: Pick<MapData, 'layers' | 'experts' | 'values' | 'dense'>,
  from: Cell | null,
  key: string,
): Cell | null {
  const last = { row: data.layers.length - 1, expert: data.experts - 1 };
  // A dense layer has no experts to begin with.
  const first = Math.max(
    0,
    data.layers.findIndex((_, row) => data.dense?.[row] !== true),
  );
  const start = from ?? { row: first, expert: strongestOf(data, first) };
  const at = (row: number, expert: number): Cell => ({
    row: Math.max(0, Math.min(last.row, row)),
    expert: Math.max(0, Math.min(last.expert, expert)),
  });
  switch (key) {
    case 'ArrowRight':
      return from === null ? start : at(start.row, start.expert + 1);
    case 'ArrowLeft':
      return from === null ? start : at(start.row, start.expert - 1);
    case 'ArrowDown':
      return from === null ? start : at(start.row + 1, start.expert);
    case 'ArrowUp':
      return from === null ? start : at(start.row - 1, start.expert);
    case 'Home':
      return at(start.row, 0);
    case 'End':
      return at(start.row, last.expert);
    case 'PageDown':
      return at(start.row + 8, start.expert);
    case 'PageUp':
      return at(start.row - 8, start.expert);
    case 'Enter':
    case ' ':
      return at(start.row, strongestOf(data, start.row));
    default:
      return null;
  }
}

/** The expert of a row whose value is farthest from 0. */
export function strongestOf({ experts, values }: Pick<MapData, 'experts' | 'values'>, row: number): number {
  let best = 0;
  for (let expert = 1; expert < experts; expert++) {
    const value = Math.abs(values[row * experts + expert] ?? 0);
    if (value > Math.abs(values[row * experts + best] ?? 0)) best = expert;
  }
  return best;
}
