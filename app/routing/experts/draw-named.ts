/** Marks the experts that a person has named: a corner of their cells is turned down. */
import type { MapData } from '../map-geometry.ts';
import type { MapView } from '../map-view.ts';

const LARGEST = 7; // px

/** Within the cells' own coordinates. */
export function drawNamed(
  context: CanvasRenderingContext2D,
  { named, experts }: MapData,
  { geometry: { cellWidth, cellHeight }, palette }: MapView,
): void {
  if (named === undefined || named.size === 0) return;
  const size = Math.max(2.5, Math.min(LARGEST, cellWidth / 2.5, cellHeight / 2.5));
  context.beginPath();
  for (const cell of named) {
    const right = ((cell % experts) + 1) * cellWidth - 0.5;
    const top = Math.floor(cell / experts) * cellHeight + 0.5;
    context.moveTo(right - size, top);
    context.lineTo(right, top);
    context.lineTo(right, top + size);
    context.closePath();
  }
  context.fillStyle = palette.text;
  context.fill();
}
