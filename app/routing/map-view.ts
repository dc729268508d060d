/** How a map is drawn: where, in which colours, and what is pointed at. */
import type { Cell, MapGeometry } from './map-geometry.ts';
import type { MapPalette } from './map-palette.ts';

export interface MapView {
  readonly geometry: MapGeometry;
  readonly palette: MapPalette;
  /** How far the cells are scrolled to the left. */
  readonly scroll: number;
  /** The cell that is pointed at. */
  readonly cell: Cell | null;
  /** The layer whose bars are drawn. */
  readonly barsRow: number;
  /** What fires is drawn above it, frame by frame ({@link drawGlow}): only the experts' places are drawn here. */
  readonly isGround?: boolean;
}
