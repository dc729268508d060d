/** Draws the layer × expert map, its axes, and what stands beside it. */
import { drawBars, drawEvenness } from './draw-margins.ts';
import { type Cell, type MapData, SHARED_WIDTH, strongestOf } from './map-geometry.ts';
import { RAMP_STEPS } from './map-palette.ts';
import type { MapView } from './map-view.ts';
import { drawNamed } from './experts/draw-named.ts';
import { paint } from './paint.ts';

/** Smaller cells are painted as pixels of a picture that is then stretched: thousands of shapes would take too long. */
const SMALLEST_SHAPE = 4.5;
const LABEL_EVERY = 15; // px down
const TICK_EVERY = 44; // px across
/** Of the ramp: quieter than what was chosen, as it says nothing of the token. */
const ALWAYS_ON_STEP = Math.floor(RAMP_STEPS * 0.3);

/** Draws into a context whose unit is the CSS pixel. */
export function drawMap(context: CanvasRenderingContext2D, data: MapData, view: MapView): void {
  const { geometry } = view;
  context.clearRect(0, 0, geometry.width, geometry.height);
  drawLayerLabels(context, data, view);
  if (data.isSorted !== true) drawExpertTicks(context, data, view);
  drawAlwaysOn(context, data, view);
  context.save();
  clipToPlot(context, view);
  if (view.cell !== null) drawCross(context, data, view, view.cell);
  if (view.isGround === true) drawGround(context, data, view);
  else if (data.kind === 'token') drawToken(context, data, view);
  else drawCells(context, data, view);
  drawNamed(context, data, view);
  if (view.cell !== null) drawFrame(context, view, view.cell);
  context.restore();
  if (data.evenness !== null) {
    drawEvenness(context, data, view);
    drawBars(context, data, view);
  }
}

/** Draws what glows now, above a map whose view `isGround`. Called for each frame: it touches lit cells only. */
export function drawGlow(context: CanvasRenderingContext2D, data: MapData, view: MapView): void {
  const { geometry } = view;
  context.clearRect(0, 0, geometry.width, geometry.height);
  context.save();
  clipToPlot(context, view);
  drawLit(context, data, view);
  context.restore();
}

function clipToPlot(context: CanvasRenderingContext2D, { geometry: { plot }, scroll }: MapView): void {
  context.beginPath();
  context.rect(plot.left - 4, 0, plot.width + 8, plot.top * 2 + plot.height);
  context.clip();
  context.translate(plot.left - scroll, plot.top);
}

/** What works for every token: dense layers from side to side, and shared experts beside the others. */
function drawAlwaysOn(context: CanvasRenderingContext2D, data: MapData, { geometry, palette }: MapView): void {
  const { plot, cellHeight, shared } = geometry;
  const thick = Math.max(2, Math.min(10, cellHeight * 0.45));
  const path = new Path2D();
  data.layers.forEach((_, row) => {
    const y = plot.top + (row + 0.5) * cellHeight - thick / 2;
    if (data.dense?.[row] === true)
      path.roundRect(shared.left, y, plot.left + plot.width - shared.left, thick, thick / 2);
    else
      for (let i = 0; i < shared.count; i++)
        path.roundRect(shared.left + i * SHARED_WIDTH + 0.5, y, SHARED_WIDTH - 1.5, thick, Math.min(2.5, thick / 2));
  });
  paint(context, path, palette.ramp[ALWAYS_ON_STEP] ?? '');
}

/** Value of the strongest cell, which the colours are scaled to. */
export function strongestValue({ values, strongest }: Pick<MapData, 'values' | 'strongest'>): number {
  if (strongest !== undefined) return strongest;
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Step of the ramp. The root spreads the many small values over more of it. */
function stepOf(value: number, strongest: number): number {
  return strongest > 0 ? Math.round(Math.sqrt(Math.min(1, Math.abs(value) / strongest)) * (RAMP_STEPS - 1)) : 0;
}

function drawLayerLabels(context: CanvasRenderingContext2D, data: MapData, { geometry, palette, cell }: MapView): void {
  const { plot, cellHeight, shared } = geometry;
  const every = Math.ceil(LABEL_EVERY / cellHeight);
  context.font = `11px ${palette.family}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  data.layers.forEach((layer, row) => {
    const isHere = row === cell?.row;
    if (!isHere && (row % every !== 0 || (cell !== null && Math.abs(row - cell.row) * cellHeight < LABEL_EVERY)))
      return;
    context.fillStyle = isHere ? palette.text : palette.label;
    context.fillText(String(layer), shared.left - 9, plot.top + (row + 0.5) * cellHeight + 0.5);
  });
}

function drawExpertTicks(
  context: CanvasRenderingContext2D,
  data: MapData,
  { geometry, palette, scroll }: MapView,
): void {
  const { plot, cellWidth, height } = geometry;
  const every = [1, 2, 4, 8, 16, 32, 64, 128].find((step) => step * cellWidth >= TICK_EVERY) ?? 256;
  context.font = `11px ${palette.family}`;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  context.fillStyle = palette.label;
  for (let expert = 0; expert < data.experts; expert += every) {
    const x = plot.left + (expert + 0.5) * cellWidth - scroll;
    if (x >= plot.left - 1 && x <= plot.left + plot.width - 4) context.fillText(String(expert), x, height - 4);
  }
}

function drawToken(context: CanvasRenderingContext2D, data: MapData, view: MapView): void {
  const { cellWidth, cellHeight } = view.geometry;
  drawGround(context, data, view);
  drawRoute(context, data, view);
  const strongest = strongestValue(data);
  const radius = Math.min(cellWidth, cellHeight) / 2;
  data.values.forEach((share, at) => {
    if (share === 0) return;
    const x = ((at % data.experts) + 0.5) * cellWidth;
    const y = (Math.floor(at / data.experts) + 0.5) * cellHeight;
    const strength = Math.sqrt(share / strongest);
    const size = Math.max(2.2, radius * 0.85 * strength);
    // The area shows the share; so does the colour, from a third of the ramp on.
    const step = Math.round((0.3 + 0.7 * (share / strongest)) * (RAMP_STEPS - 1));
    context.fillStyle = view.palette.ramp[step] ?? '';
    context.globalAlpha = 0.22 * strength;
    circle(context, x, y, size * 1.75);
    context.globalAlpha = 1;
    circle(context, x, y, size);
  });
}

/** A faint dot for each expert that could have fired; where there is no room for dots, a line for each layer. */
function drawGround(context: CanvasRenderingContext2D, data: MapData, { geometry, palette }: MapView): void {
  const { cellWidth, cellHeight } = geometry;
  context.beginPath();
  for (let row = 0; row < data.layers.length; row++) {
    if (data.dense?.[row] === true) continue;
    const y = (row + 0.5) * cellHeight;
    if (cellWidth < SMALLEST_SHAPE) context.rect(0, y - 0.25, geometry.contentWidth, 0.5);
    else
      for (let expert = 0; expert < data.experts; expert++) {
        const x = (expert + 0.5) * cellWidth;
        context.moveTo(x, y);
        context.arc(x, y, cellWidth < 9 ? 0.7 : 1.1, 0, 2 * Math.PI);
      }
  }
  context.fillStyle = palette.dim;
  context.fill();
}

/** A line from each layer's strongest expert to that of the next. */
function drawRoute(context: CanvasRenderingContext2D, data: MapData, { geometry, palette }: MapView): void {
  const { cellWidth, cellHeight } = geometry;
  const bend = cellHeight * 0.5;
  context.beginPath();
  let before: { readonly x: number; readonly y: number } | null = null;
  for (let row = 0; row < data.layers.length; row++) {
    if (data.dense?.[row] === true) continue;
    const x = (strongestOf(data, row) + 0.5) * cellWidth;
    const y = (row + 0.5) * cellHeight;
    if (before === null) context.moveTo(x, y);
    else context.bezierCurveTo(before.x, before.y + bend, x, y - bend, x, y);
    before = { x, y };
  }
  context.strokeStyle = palette.ramp[Math.floor(RAMP_STEPS * 0.6)] ?? '';
  context.globalAlpha = 0.6;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.stroke();
  context.globalAlpha = 1;
}

function drawCells(context: CanvasRenderingContext2D, data: MapData, view: MapView): void {
  const { geometry, palette } = view;
  if (geometry.cellWidth < SMALLEST_SHAPE) {
    context.fillStyle = palette.line;
    context.globalAlpha = 0.5;
    data.layers.forEach((_, row) => {
      if (data.dense?.[row] !== true)
        context.fillRect(0, row * geometry.cellHeight, geometry.contentWidth, geometry.cellHeight);
    });
    context.globalAlpha = 1;
  } else paint(context, coldDots(data, view), palette.dim);
  drawLit(context, data, view);
}

function drawLit(context: CanvasRenderingContext2D, data: MapData, view: MapView): void {
  if (view.geometry.cellWidth < SMALLEST_SHAPE) drawPixels(context, data, view);
  else drawShapes(context, data, view);
}

/** Columns that can be seen: from, and up to but not with. */
function columnsInSight({ experts }: MapData, { geometry: { cellWidth, plot }, scroll }: MapView): [number, number] {
  return [Math.max(0, Math.floor(scroll / cellWidth)), Math.min(experts, Math.ceil((scroll + plot.width) / cellWidth))];
}

/** One that stayed cold is a dot. */
function coldDots(data: MapData, view: MapView): Path2D {
  const { cellWidth, cellHeight } = view.geometry;
  const [first, end] = columnsInSight(data, view);
  const cold = new Path2D();
  for (let row = 0; row < data.layers.length; row++) {
    if (data.dense?.[row] === true) continue;
    const y = (row + 0.5) * cellHeight;
    for (let expert = first; expert < end; expert++) {
      if (data.values[row * data.experts + expert] !== 0) continue;
      const x = (expert + 0.5) * cellWidth;
      cold.moveTo(x, y);
      cold.arc(x, y, cellWidth < 9 ? 0.7 : 1.1, 0, 2 * Math.PI);
    }
  }
  return cold;
}

/** Rounded cells. Of a difference, what the second answer used more is hollow. */
function drawShapes(context: CanvasRenderingContext2D, data: MapData, view: MapView): void {
  const { cellWidth, cellHeight } = view.geometry;
  const { palette } = view;
  const strongest = strongestValue(data);
  const gap = cellWidth < 8 || cellHeight < 8 ? 0.5 : 1;
  const radius = Math.min(4, (Math.min(cellWidth, cellHeight) - 2 * gap) / 3);
  const [first, end] = columnsInSight(data, view);
  // All cells of one colour are one path.
  const filled = new Map<number, Path2D>();
  const hollow = new Map<number, Path2D>();
  for (let row = 0; row < data.layers.length; row++) {
    for (let expert = first; expert < end; expert++) {
      const value = data.values[row * data.experts + expert] ?? 0;
      if (value === 0) continue;
      const inset = value > 0 ? gap : gap + 1;
      pathOf(value > 0 ? filled : hollow, stepOf(value, strongest)).roundRect(
        expert * cellWidth + inset,
        row * cellHeight + inset,
        cellWidth - 2 * inset,
        cellHeight - 2 * inset,
        radius,
      );
    }
  }
  for (const [step, path] of filled) paint(context, path, palette.ramp[step] ?? '');
  context.lineWidth = 2;
  for (const [step, path] of hollow) {
    context.strokeStyle = palette.otherRamp[step] ?? '';
    context.stroke(path);
  }
}

function pathOf(paths: Map<number, Path2D>, step: number): Path2D {
  let path = paths.get(step);
  if (path === undefined) paths.set(step, (path = new Path2D()));
  return path;
}

/** Pixels of [experts, layers], kept from drawing to drawing. */
let pixels: { readonly canvas: HTMLCanvasElement; readonly image: ImageData } | null = null;

function drawPixels(context: CanvasRenderingContext2D, data: MapData, { geometry, palette }: MapView): void {
  const { experts, layers } = data;
  if (pixels?.image.width !== experts || pixels.image.height !== layers.length) {
    const canvas = document.createElement('canvas');
    canvas.width = experts;
    canvas.height = layers.length;
    pixels = { canvas, image: new ImageData(experts, layers.length) };
  }
  const strongest = strongestValue(data);
  const words = new Uint32Array(pixels.image.data.buffer);
  const ramp = palette.ramp.map(wordOf);
  const otherRamp = palette.otherRamp.map(wordOf);
  data.values.forEach((value, at) => {
    const step = stepOf(value, strongest);
    words[at] = value === 0 ? 0 : ((value > 0 ? ramp : otherRamp)[step] ?? 0);
  });
  pixels.canvas.getContext('2d')?.putImageData(pixels.image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(pixels.canvas, 0, 0, geometry.contentWidth, geometry.plot.height);
}

/** `#rrggbb` as the four bytes of a pixel; every browser that has WebGPU runs on little-endian machines. */
function wordOf(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  return ((255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

function drawCross(context: CanvasRenderingContext2D, data: MapData, { geometry, palette }: MapView, cell: Cell): void {
  const { cellWidth, cellHeight, contentWidth } = geometry;
  context.fillStyle = palette.line;
  context.globalAlpha = 0.55;
  context.fillRect(0, cell.row * cellHeight, contentWidth, cellHeight);
  context.fillRect(cell.expert * cellWidth, 0, cellWidth, data.layers.length * cellHeight);
  context.globalAlpha = 1;
}

function drawFrame(context: CanvasRenderingContext2D, { geometry, palette }: MapView, cell: Cell): void {
  const { cellWidth, cellHeight } = geometry;
  const width = Math.max(cellWidth, 6);
  const x = (cell.expert + 0.5) * cellWidth - width / 2;
  context.beginPath();
  context.roundRect(x, cell.row * cellHeight, width, cellHeight, 4);
  context.strokeStyle = palette.text;
  context.lineWidth = 1.5;
  context.stroke();
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
