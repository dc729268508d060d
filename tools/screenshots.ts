// npm run screenshots: makes docs/screenshots/ (every view, both themes, desktop and phone), the three of the README, and those of
// the web manifest anew, from the built page and the bundled model. Arguments: names of views to take, or none for all.
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { preview } from 'vite';
import playwrightConfig from '../playwright.config.ts';
import { openRouting, VIEWS } from '../e2e/views.ts';

const DOCS = 'docs/screenshots';
/** An installer shows these; their sizes are named in `tools/web-manifest.ts`. */
const MANIFEST = 'public/screenshots';

const VIEWPORTS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
const THEMES = ['light', 'dark'] as const;

/** For a step that computes nothing. */
const STEP_MS = 60_000;

/** Of the view `routing`. */
const SHOWCASE = [
  { path: `${DOCS}/conversation.png`, device: 'desktop', scale: 1.5, colorScheme: 'light' },
  { path: `${DOCS}/conversation-dark.png`, device: 'desktop', scale: 1.5, colorScheme: 'dark' },
  { path: `${DOCS}/phone.png`, device: 'phone', scale: 1.5, colorScheme: 'light' },
  { path: `${MANIFEST}/desktop.png`, device: 'desktop', scale: 1, colorScheme: 'light' },
  { path: `${MANIFEST}/phone.png`, device: 'phone', scale: 2, colorScheme: 'light' },
] as const;

async function shoot(page: Page, path: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ path, animations: 'disabled' });
  console.log(path);
}

async function withPage(
  browser: Browser,
  options: BrowserContextOptions,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  await page.goto(url);
  await work(page);
  await context.close();
}

const wanted = new Set(process.argv.slice(2));
const server = await preview({ preview: { port: 0 }, logLevel: 'warn' });
const address = server.resolvedUrls?.local[0];
if (address === undefined) throw new Error('The preview server has no address');
const url = address;
const browser = await chromium.launch(playwrightConfig.use?.launchOptions ?? {});

for (const [device, viewport] of Object.entries(VIEWPORTS)) {
  for (const colorScheme of THEMES) {
    const folder = `${DOCS}/${device}-${colorScheme}`;
    mkdirSync(folder, { recursive: true });
    await withPage(browser, { viewport, colorScheme, hasTouch: device === 'phone' }, async (page) => {
      for (const { name, open } of VIEWS) {
        await open(page);
        if (wanted.size === 0 || wanted.has(name)) await shoot(page, `${folder}/${name}.png`);
      }
    });
  }
}
if (wanted.size === 0) {
  const before = VIEWS.slice(
    0,
    VIEWS.findIndex(({ name }) => name === 'routing'),
  );
  for (const { path, device, scale, colorScheme } of SHOWCASE) {
    const options = {
      viewport: VIEWPORTS[device],
      deviceScaleFactor: scale,
      colorScheme,
      hasTouch: device === 'phone',
    };
    await withPage(browser, options, async (page) => {
      for (const { open } of before) await open(page);
      await openRouting(page);
      await shoot(page, path);
    });
  }
}
await browser.close();
await server.close();
