/** Draws the layer × expert map. */
import type { ExpertGrid } from './expert-grid.ts';

export interface MapGeometry {
  /** Room for the layer numbers. */
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
}

const LABEL_WIDTH = 26;
/** Few layers get tall rows, many layers (DeepSeek-V3 has 58) stay on one screen. */
const ROW_HEIGHTS = { tallest: 18, lowest: 7, total: 260 };
const LABEL_EVERY_PX = 16; // a label is 10 px high

export function mapGeometry(grid: ExpertGrid, width: number): MapGeometry {
  const rows = grid.layers.length;
  const cellHeight = Math.max(ROW_HEIGHTS.lowest, Math.min(ROW_HEIGHTS.tallest, ROW_HEIGHTS.total / rows));
  return {
    left: LABEL_WIDTH,
    cellWidth: Math.max(0, width - LABEL_WIDTH) / grid.experts,
    cellHeight,
    width,
    height: Math.ceil(rows * cellHeight),
  };
}

/** `showRoute`: a line from each layer's strongest expert to the next one's. */
export function drawExpertGrid(
  canvas: HTMLCanvasElement,
  grid: ExpertGrid,
  geometry: MapGeometry,
  showRoute: boolean,
): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(geometry.width * ratio);
  canvas.height = Math.round(geometry.height * ratio);
  const context = canvas.getContext('2d');
  if (context === null || geometry.width === 0) return;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colors = {
    lit: style.getPropertyValue('--lit'),
    dim: style.getPropertyValue('--line-strong'),
    label: style.getPropertyValue('--muted'),
  };
  drawLabels(context, grid, geometry, colors.label, style.fontFamily);
  drawCells(context, grid, geometry, colors);
  if (showRoute) drawRoute(context, grid, geometry, colors.lit);
}

function drawLabels(
  context: CanvasRenderingContext2D,
  grid: ExpertGrid,
  { cellHeight }: MapGeometry,
  color: string,
  family: string,
): void {
  const every = Math.ceil(LABEL_EVERY_PX / cellHeight);
  context.fillStyle = color;
  context.font = `10px ${family}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  grid.layers.forEach((layer, row) => {
    if (row % every === 0) context.fillText(String(layer), LABEL_WIDTH - 10, (row + 0.5) * cellHeight);
  });
}

function drawCells(
  context: CanvasRenderingContext2D,
  grid: ExpertGrid,
  { left, cellWidth, cellHeight }: MapGeometry,
  colors: { readonly lit: string; readonly dim: string },
): void {
  const strongest = grid.shares.reduce((most, share) => Math.max(most, share), 0);
  const radius = Math.min(cellWidth, cellHeight) / 2;
  grid.shares.forEach((share, index) => {
    const x = left + ((index % grid.experts) + 0.5) * cellWidth;
    const y = (Math.floor(index / grid.experts) + 0.5) * cellHeight;
    // The root spreads the many small shares of an average over more of the scale.
    const strength = strongest > 0 ? Math.sqrt(share / strongest) : 0;
    context.beginPath();
    context.arc(x, y, strength === 0 ? Math.min(1.2, radius * 0.4) : radius * (0.3 + 0.55 * strength), 0, 2 * Math.PI);
    context.fillStyle = strength === 0 ? colors.dim : colors.lit;
    context.globalAlpha = strength === 0 ? 1 : 0.2 + 0.8 * strength;
    context.fill();
  });
  context.globalAlpha = 1;
}

function drawRoute(
  context: CanvasRenderingContext2D,
  grid: ExpertGrid,
  { left, cellWidth, cellHeight }: MapGeometry,
  color: string,
): void {
  context.beginPath();
  grid.layers.forEach((_, row) => {
    const shares = grid.shares.subarray(row * grid.experts, (row + 1) * grid.experts);
    const expert = shares.indexOf(Math.max(...shares));
    const x = left + (expert + 0.5) * cellWidth;
    const y = (row + 0.5) * cellHeight;
    if (row === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.strokeStyle = color;
  context.globalAlpha = 0.45;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.stroke();
  context.globalAlpha = 1;
}
