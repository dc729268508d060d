// npm run screenshots: makes docs/screenshots/, and those of the web manifest, anew from the built page and the bundled model.
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import playwrightConfig from '../playwright.config.ts';

const DOCS = 'docs/screenshots';
/** An installer shows these; their sizes are named in `tools/web-manifest.ts`. */
const MANIFEST = 'public/screenshots';
/** Software rendering with a model of this size: an answer takes a while. */
const PATIENCE_MS = 300_000;

const SHOTS = [
  { path: `${DOCS}/conversation.png`, viewport: { width: 1280, height: 800 }, scale: 1.5, colorScheme: 'light' },
  { path: `${DOCS}/conversation-dark.png`, viewport: { width: 1280, height: 800 }, scale: 1.5, colorScheme: 'dark' },
  { path: `${DOCS}/phone.png`, viewport: { width: 390, height: 844 }, scale: 1.5, colorScheme: 'light' },
  { path: `${MANIFEST}/desktop.png`, viewport: { width: 1280, height: 800 }, scale: 1, colorScheme: 'light' },
  { path: `${MANIFEST}/phone.png`, viewport: { width: 390, height: 844 }, scale: 2, colorScheme: 'light' },
] as const;

const QUESTIONS = ['Who are you?', 'What is a mixture of experts?'];

async function ask(page: Page, question: string): Promise<void> {
  const answers = page.getByRole('article', { name: 'Mixtab' });
  const before = await answers.count();
  await page.getByRole('textbox', { name: 'Message' }).fill(question);
  await page.getByRole('button', { name: 'Send' }).click({ timeout: PATIENCE_MS });
  await page.locator('article[aria-busy="false"]').nth(before).waitFor({ timeout: PATIENCE_MS });
}

const server = await preview({ preview: { port: 0 }, logLevel: 'warn' });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The preview server has no address');
const browser = await chromium.launch(playwrightConfig.use?.launchOptions ?? {});
for (const { path, viewport, scale, colorScheme } of SHOTS) {
  const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: scale });
  const page = await context.newPage();
  await page.goto(url);
  for (const question of QUESTIONS) await ask(page, question);
  await page.getByRole('button', { name: 'Routing' }).last().click();
  await page.getByRole('option').nth(4).hover();
  await page.screenshot({ path, animations: 'disabled' });
  console.log(path);
  await context.close();
}
await browser.close();
await server.close();
