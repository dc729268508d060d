/** The whole map as a PNG, with its title: to be shown elsewhere. */
import { drawMap } from './draw-map.ts';
import { type MapData, mapGeometry } from './map-geometry.ts';
import { readPalette } from './map-palette.ts';
import type { Theme } from './token-colors.ts';

const WIDTH = 1000; // CSS pixels; many experts make it wider
const NARROWEST_CELL = 5;
const SCALE = 2;
const MARGIN = 28;
const TITLE_HEIGHT = 40;

export async function mapPicture(data: MapData, title: string, theme: Theme): Promise<Blob> {
  const width = Math.max(WIDTH, data.experts * NARROWEST_CELL + 120);
  const geometry = mapGeometry(data, data.evenness !== null, width, 1);
  const palette = readPalette(document.body, theme);
  const canvas = document.createElement('canvas');
  canvas.width = (geometry.width + 2 * MARGIN) * SCALE;
  canvas.height = (geometry.height + TITLE_HEIGHT + 2 * MARGIN) * SCALE;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no canvas.');
  context.setTransform(SCALE, 0, 0, SCALE, MARGIN * SCALE, (MARGIN + TITLE_HEIGHT) * SCALE);
  drawMap(context, data, { geometry, palette, scroll: 0, cell: null, barsRow: 0 });
  context.setTransform(SCALE, 0, 0, SCALE, 0, 0);
  context.fillStyle = palette.text;
  context.font = `600 17px ${palette.family}`;
  context.textAlign = 'left';
  context.fillText(title, MARGIN, MARGIN + 14);
  context.font = `13px ${palette.family}`;
  context.textAlign = 'right';
  context.fillStyle = palette.label;
  context.fillText('Mixtab', geometry.width + MARGIN, MARGIN + 14);
  // The ground last, behind all of it: drawing the map clears what was there.
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = palette.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('This browser makes no pictures.');
  return blob;
}
