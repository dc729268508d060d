/**
 * Draws the icons in `public/icons/` from the mark: SVG files, and PNG files for systems that want those. Run it after
 * changing the mark or this file:
 *
 *     npx tsx tools/render-icons.ts
 */
import { writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { COLUMNS, ROUTE, ROWS } from '../app/icons/mark-geometry.ts';
import { findChromium } from './chromium.ts';

const FOLDER = 'public/icons';
const INK = '#1f2350';
const MARIGOLD = '#ffc453';

/** All drawings are made in a square of 32, as the mark is. */
interface Drawing {
  readonly name: string;
  /** Corner radius of the ground, or null for no ground. */
  readonly corner: number | null;
  readonly content: string;
  readonly writesSvg: boolean;
  /** Width of each PNG file, and how it is called where that is not the name and the width. */
  readonly sizes: readonly (number | { readonly size: number; readonly name: string })[];
}

interface MarkStyle {
  /** Of the mark within its square of 32. */
  readonly scale: number;
  readonly hasGrid: boolean;
  readonly dot: number;
  readonly line: number;
  readonly lit: string;
  readonly dim: string;
}

const NORMAL: MarkStyle = { scale: 0.72, hasGrid: true, dot: 2.4, line: 1.7, lit: MARIGOLD, dim: '#fff' };
/** Launchers cut to a circle of 80 % of the width: all of the mark lies within. */
const SAFE: MarkStyle = { ...NORMAL, scale: 0.6 };
/** At 16 pixels dim dots would only blur the letter, and thin lines vanish. */
const SMALL: MarkStyle = { ...NORMAL, scale: 0.86, hasGrid: false, dot: 2.9, line: 3 };
/** Only the opacity counts: Android gives it a colour. */
const ONE_COLOR: MarkStyle = { ...SAFE, lit: '#000', dim: '#000' };

function mark({ scale, hasGrid, dot, line, lit, dim }: MarkStyle): string {
  const circles = COLUMNS.flatMap((x, column) =>
    ROWS.map((y) => {
      if (y === ROUTE[column]) return `<circle cx="${x}" cy="${y}" r="${dot}" fill="${lit}" />`;
      return hasGrid ? `<circle cx="${x}" cy="${y}" r="1.4" fill="${dim}" opacity="0.24" />` : '';
    }),
  );
  const points = COLUMNS.map((x, column) => `${x},${ROUTE[column]}`).join(' ');
  const route = `<polyline points="${points}" ${strokes(lit, line)} />`;
  return centred(scale, [...circles.filter(Boolean), route].join('\n    '));
}

function strokes(color: string, width: number): string {
  return `fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`;
}

function centred(scale: number, content: string): string {
  const offset = Number((16 * (1 - scale)).toFixed(2));
  return `<g transform="translate(${offset} ${offset}) scale(${scale})">\n    ${content}\n  </g>`;
}

/** A bubble with a plus in it. */
const NEW_CHAT = centred(
  0.62,
  `<path d="M4 7a3 3 0 0 1 3-3h18a3 3 0 0 1 3 3v13a3 3 0 0 1-3 3H13l-6 6v-6a3 3 0 0 1-3-3z" ${strokes(MARIGOLD, 2.6)} />
    <path d="M16 9v9M11.5 13.5h9" ${strokes(MARIGOLD, 2.6)} />`,
);
/** Three layers. */
const MODELS = centred(
  0.62,
  `<path d="M16 4 28 10 16 16 4 10z" ${strokes(MARIGOLD, 2.6)} />
    <path d="M4 16 16 22 28 16" ${strokes(MARIGOLD, 2.6)} />
    <path d="M4 22 16 28 28 22" ${strokes(MARIGOLD, 2.6)} />`,
);

const DRAWINGS: readonly Drawing[] = [
  { name: 'favicon', corner: 7, content: mark(SMALL), writesSvg: true, sizes: [] },
  { name: 'icon', corner: 7.25, content: mark(NORMAL), writesSvg: true, sizes: [192, 512] },
  // iOS rounds the corners itself, and so do launchers.
  {
    name: 'apple-touch-icon',
    corner: 0,
    content: mark(NORMAL),
    writesSvg: false,
    sizes: [{ size: 180, name: 'apple-touch-icon' }],
  },
  { name: 'icon-maskable', corner: 0, content: mark(SAFE), writesSvg: true, sizes: [192, 512] },
  { name: 'icon-monochrome', corner: null, content: mark(ONE_COLOR), writesSvg: true, sizes: [512] },
  { name: 'shortcut-new-chat', corner: 7.25, content: NEW_CHAT, writesSvg: false, sizes: [96] },
  { name: 'shortcut-models', corner: 7.25, content: MODELS, writesSvg: false, sizes: [96] },
];

function toSvg({ corner, content }: Drawing): string {
  const ground =
    corner === null ? '' : `  <rect width="32" height="32" ${corner > 0 ? `rx="${corner}" ` : ''}fill="${INK}" />\n`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">\n${ground}  ${content}\n</svg>\n`;
}

const executablePath = findChromium();
const browser = await chromium.launch({
  args: ['--no-sandbox'],
  ...(executablePath !== undefined && { executablePath }),
});
const page = await browser.newPage();
for (const drawing of DRAWINGS) {
  const svg = toSvg(drawing);
  if (drawing.writesSvg) await writeFile(`${FOLDER}/${drawing.name}.svg`, svg);
  for (const entry of drawing.sizes) {
    const { size, name } = typeof entry === 'number' ? { size: entry, name: `${drawing.name}-${entry}` } : entry;
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
    await page.screenshot({ path: `${FOLDER}/${name}.png`, omitBackground: true });
  }
}
await browser.close();
