/**
 * Renders the PNG icons of the web manifest from the SVGs in `public/icons/`. Run it after changing one of those:
 *
 *     npx tsx tools/render-icons.ts
 */
import { readFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.ts';

const ICONS = [
  { source: 'icon', size: 192, name: 'icon-192' },
  { source: 'icon', size: 512, name: 'icon-512' },
  { source: 'icon-maskable', size: 512, name: 'icon-maskable-512' },
  { source: 'icon-maskable', size: 180, name: 'apple-touch-icon' }, // iOS rounds the corners itself
];

const executablePath = findChromium();
const browser = await chromium.launch({
  args: ['--no-sandbox'],
  ...(executablePath !== undefined && { executablePath }),
});
const page = await browser.newPage();
for (const { source, size, name } of ICONS) {
  const svg = await readFile(`public/icons/${source}.svg`, 'utf8');
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await page.screenshot({ path: `public/icons/${name}.png`, omitBackground: true });
}
await browser.close();
