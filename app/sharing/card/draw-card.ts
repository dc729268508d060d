/** The picture that is shared: question, answer in the colours of its experts, map, and where it was made. 1200 × 630, as previews of links have it. */
import { COLUMNS, ROUTE, ROWS } from '../../icons/mark-geometry.ts';
import { drawMap } from '../../routing/draw-map.ts';
import type { MapData, MapGeometry } from '../../routing/map-geometry.ts';
import { type MapPalette, RAMP_STEPS, readPalette } from '../../routing/map-palette.ts';
import type { Theme } from '../../routing/token-colors.ts';
import { layOutText, type TextLayout, type TextStyle } from './lay-out-text.ts';
import { type ShownText, shownText } from './shown-text.ts';

export const CARD = { width: 1200, height: 630 } as const;

export interface Card {
  readonly question: string;
  readonly answer: ShownText;
  /** The ground of a token, or null. */
  colorOf(token: number): string | null;
  /** Null where it is not known which experts worked. */
  readonly map: MapData | null;
  /** Such as "Mixtab 20M · in a browser tab". */
  readonly made: string;
  /** Such as "example.org/mixtab". */
  readonly address: string;
}

const MARGIN = 64;
const WIDTH = CARD.width - 2 * MARGIN;
const QUESTION_TOP = 52;
const QUESTION = { weight: 600, size: 34, lineHeight: 44, width: WIDTH, mostLines: 2 } as const;
const FOOT_TOP = 560;
const GAP = 22;
/** Of short answers the words are large. */
const ANSWER_SIZES = [64, 54, 44, 38, 33, 29, 26] as const;
const LINE = 1.52;
const MAP_LEFT = 30;
const MAP_HEIGHT = 190;
const TALLEST_ROW = 26;
const WIDEST_CELL = 48;

export async function drawCard(card: Card, theme: Theme): Promise<Blob> {
  const palette = readPalette(document.body, theme);
  const { family } = palette;
  await loadFonts(family, card);
  const canvas = document.createElement('canvas');
  canvas.width = CARD.width;
  canvas.height = CARD.height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no canvas.');
  context.fillStyle = palette.background;
  context.fillRect(0, 0, CARD.width, CARD.height);

  const question = layOutText(shownText(card.question, null).text.replaceAll('\n', ' '), { ...QUESTION, family });
  context.fillStyle = palette.label;
  write(context, question, { ...QUESTION, family }, QUESTION_TOP);

  const map = card.map === null ? null : mapOnCard(card.map);
  const mapTop = FOOT_TOP - GAP - (map?.height ?? 0);
  const answerTop = QUESTION_TOP + question.lines.length * QUESTION.lineHeight + GAP;
  const { layout, style } = fitting(card.answer.text, family, mapTop - GAP - answerTop);
  drawGrounds(context, card, layout, style, answerTop);
  context.fillStyle = palette.text;
  write(context, layout, style, answerTop);

  if (card.map !== null && map !== null) drawMapAt(context, card.map, map, mapTop, palette);
  drawFoot(context, card, palette);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('This browser makes no pictures.');
  return blob;
}

/** A canvas does not wait for fonts. What cannot be had is drawn in another one. */
async function loadFonts(family: string, { question, answer }: Card): Promise<void> {
  const text = question + answer.text;
  await Promise.all([`600 34px ${family}`, `400 34px ${family}`].map((font) => document.fonts.load(font, text))).catch(
    () => undefined,
  );
}

/** The largest words that fit; of the smallest, as many as there is room for. */
function fitting(text: string, family: string, height: number): { layout: TextLayout; style: TextStyle } {
  const styles = ANSWER_SIZES.map((size): TextStyle => {
    const lineHeight = Math.round(size * LINE);
    const mostLines = Math.max(1, Math.floor(height / lineHeight));
    return { family, weight: 400, size, lineHeight, width: WIDTH, mostLines };
  });
  const smallest = styles.at(-1);
  for (const style of styles) {
    const layout = layOutText(text, style);
    if (!layout.isCut || style === smallest) return { layout, style };
  }
  throw new Error('There is a smallest size.');
}

function write(context: CanvasRenderingContext2D, { lines }: TextLayout, style: TextStyle, top: number): void {
  context.font = `${style.weight} ${style.size}px ${style.family}`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = context.measureText('x');
  const baseline = (style.lineHeight + up - down) / 2;
  lines.forEach(({ text, left, isRightToLeft }, line) => {
    context.direction = isRightToLeft ? 'rtl' : 'ltr';
    context.fillText(text, MARGIN + left, top + line * style.lineHeight + baseline);
  });
  context.direction = 'ltr';
}

function drawGrounds(
  context: CanvasRenderingContext2D,
  { answer, colorOf }: Card,
  { characters }: TextLayout,
  { size, lineHeight }: TextStyle,
  top: number,
): void {
  const height = Math.round(size * 1.32);
  let from = 0;
  while (from < characters.length) {
    const first = characters[from];
    if (first === undefined) return;
    const token = answer.tokens[first.at] ?? -1;
    let to = from + 1;
    let { left, right } = first;
    for (; to < characters.length; to++) {
      const next = characters[to];
      if (next === undefined || next.line !== first.line || (answer.tokens[next.at] ?? -1) !== token) break;
      // Within one line a token may be in two places, where directions change.
      if (Math.min(Math.abs(next.left - right), Math.abs(left - next.right)) > 1) break;
      left = Math.min(left, next.left);
      right = Math.max(right, next.right);
    }
    const color = token < 0 || answer.text[first.at] === '\n' ? null : colorOf(token);
    if (color !== null && right > left) {
      context.fillStyle = color;
      context.beginPath();
      const y = top + first.line * lineHeight + (lineHeight - height) / 2;
      context.roundRect(MARGIN + left, y, right - left, height, 6);
      context.fill();
    }
    from = to;
  }
}

/** All layers and all experts, however many there are. */
function mapOnCard({ layers, experts }: MapData): MapGeometry {
  const height = Math.min(MAP_HEIGHT, layers.length * TALLEST_ROW);
  const cellWidth = Math.min(WIDEST_CELL, (WIDTH - MAP_LEFT - 8) / experts);
  const contentWidth = cellWidth * experts;
  return {
    ...{ width: WIDTH, height: height + 30, cellWidth, cellHeight: height / layers.length, contentWidth },
    plot: { left: MAP_LEFT, top: 4, width: contentWidth, height },
    shared: { count: 0, left: 0 },
    barsTop: null,
  };
}

function drawMapAt(
  context: CanvasRenderingContext2D,
  data: MapData,
  geometry: MapGeometry,
  top: number,
  palette: MapPalette,
): void {
  // On a canvas of its own: drawing a map clears what was there.
  const canvas = document.createElement('canvas');
  canvas.width = geometry.width;
  canvas.height = Math.ceil(geometry.height);
  const own = canvas.getContext('2d');
  if (own === null) return;
  drawMap(own, { ...data, evenness: null }, { geometry, palette, scroll: 0, cell: null, barsRow: 0 });
  context.drawImage(canvas, MARGIN, top);
}

function drawFoot(context: CanvasRenderingContext2D, { made, address }: Card, palette: MapPalette): void {
  const { family, text, label, line } = palette;
  const middle = (FOOT_TOP + CARD.height) / 2 + 1;
  context.fillStyle = line;
  context.fillRect(0, FOOT_TOP, CARD.width, 1.5);
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.direction = 'ltr';
  context.font = `400 22px ${family}`;
  context.fillStyle = label;
  const place = shortened(context, address, WIDTH / 2);
  context.fillText(place, CARD.width - MARGIN, middle);
  const room = WIDTH - context.measureText(place).width - 72;
  drawMark(context, middle, palette);
  context.textAlign = 'left';
  context.font = `600 22px ${family}`;
  context.fillStyle = text;
  context.fillText(shortened(context, made, room), MARGIN + 44, middle);
}

/** Mixtab's own sign, as it stands in the page. */
function drawMark(context: CanvasRenderingContext2D, middle: number, { ramp, line, text }: MapPalette): void {
  context.save();
  context.translate(MARGIN - 3, middle - 17);
  context.scale(34 / 32, 34 / 32);
  const dot = (x: number, y: number, radius: number, color: string): void => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
  };
  context.beginPath();
  COLUMNS.forEach((x, column) => context.lineTo(x, ROUTE[column] ?? 0));
  context.strokeStyle = text;
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  context.stroke();
  COLUMNS.forEach((x, column) => {
    for (const y of ROWS) if (y !== ROUTE[column]) dot(x, y, 1.5, line);
    dot(x, ROUTE[column] ?? 0, 2.6, ramp[Math.floor(0.75 * (RAMP_STEPS - 1))] ?? text);
  });
  context.restore();
}

function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  const characters = [...text];
  while (characters.length > 0 && context.measureText(`${characters.join('')}…`).width > room) characters.pop();
  return `${characters.join('')}…`;
}
