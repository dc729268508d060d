/** What stands beside the map of loads: how even each layer is, and the loads of one layer as bars. */
import { BARS_HEIGHT, type MapData } from './map-geometry.ts';
import { RAMP_STEPS } from './map-palette.ts';
import type { MapView } from './map-view.ts';
import { paint } from './paint.ts';

/** At the right, one bar a layer: its entropy as a share of the most it could be. */
export function drawEvenness(context: CanvasRenderingContext2D, data: MapData, { geometry, palette }: MapView): void {
  const { plot, cellHeight, width } = geometry;
  const left = plot.left + plot.width + 12;
  const room = width - left - 2;
  if (room < 16) return;
  const thick = Math.min(4, cellHeight * 0.5);
  const track = new Path2D();
  const full = new Path2D();
  data.layers.forEach((_, row) => {
    const share = data.evenness?.[row];
    if (share === null || share === undefined) return;
    const y = plot.top + (row + 0.5) * cellHeight - thick / 2;
    track.roundRect(left, y, room, thick, thick / 2);
    full.roundRect(left, y, Math.max(thick, room * share), thick, thick / 2);
  });
  paint(context, track, palette.line);
  paint(context, full, palette.ramp[Math.floor(RAMP_STEPS * 0.7)] ?? '');
}

/** Below, one bar an expert of the layer that is pointed at, and a line where all would stand if they shared alike. */
export function drawBars(context: CanvasRenderingContext2D, data: MapData, view: MapView): void {
  const { geometry, palette, scroll, barsRow, cell } = view;
  const { plot, cellWidth, barsTop } = geometry;
  if (barsTop === null) return;
  const loads = data.values.subarray(barsRow * data.experts, (barsRow + 1) * data.experts);
  const most = loads.reduce((highest, load) => Math.max(highest, load), 0);
  const even = loads.reduce((sum, load) => sum + load, 0) / data.experts;
  const scale = most > 0 ? (BARS_HEIGHT - 4) / most : 0;
  const gap = cellWidth < 5 ? 0 : Math.min(3, cellWidth * 0.15);
  context.font = `11px ${palette.family}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = palette.text;
  context.fillText(String(data.layers[barsRow] ?? ''), geometry.shared.left - 9, barsTop + BARS_HEIGHT - 7);
  context.save();
  context.beginPath();
  context.rect(plot.left, barsTop - 2, plot.width, BARS_HEIGHT + 4);
  context.clip();
  context.fillStyle = palette.line;
  context.fillRect(plot.left, barsTop + BARS_HEIGHT - 1, plot.width, 1);
  loads.forEach((load, expert) => {
    if (load === 0) return;
    const x = plot.left + expert * cellWidth - scroll;
    const height = Math.max(1.5, load * scale);
    const isHere = cell?.expert === expert;
    context.fillStyle = palette.ramp[Math.floor(RAMP_STEPS * (isHere ? 0.99 : 0.7))] ?? '';
    context.beginPath();
    context.roundRect(x + gap, barsTop + BARS_HEIGHT - 1 - height, cellWidth - 2 * gap, height, [2, 2, 0, 0]);
    context.fill();
  });
  const y = Math.round(barsTop + BARS_HEIGHT - 1 - even * scale) + 0.5;
  context.setLineDash([3, 3]);
  context.lineWidth = 1;
  context.strokeStyle = palette.label;
  context.beginPath();
  context.moveTo(plot.left, y);
  context.lineTo(plot.left + plot.width, y);
  context.stroke();
  context.restore();
}
