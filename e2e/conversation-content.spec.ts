// What an answer may hold, and how conversations scroll. No model here writes Markdown, so these are imported.
import type { Page } from '@playwright/test';
import { RICH_ANSWER } from '../app/testing/sample-conversations.ts';
import { expect, test } from './chat-page.ts';
import { conversationWith, importConversation, longConversation } from './sample-conversations.ts';

/** A reader at the end may be a pixel away from it. */
const AT_END_PX = 4;

const fromEnd = (page: Page): Promise<number> =>
  page.locator('.conversation-scroller').evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);

/** How much of the height in sight is covered by messages, 0 to 1. */
const covered = (page: Page): Promise<number> =>
  page.locator('.conversation-scroller').evaluate((box) => {
    const frame = box.getBoundingClientRect();
    let height = 0;
    for (const item of box.querySelectorAll('[data-index]')) {
      const { top, bottom } = item.getBoundingClientRect();
      height += Math.max(0, Math.min(bottom, frame.bottom) - Math.max(top, frame.top));
    }
    return height / frame.height;
  });

test('code is coloured and copied, formulas are drawn, tables scroll', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  const answer = await importConversation(page, conversationWith(RICH_ANSWER));
  await expect(answer.locator('pre .hljs-keyword').first()).toBeVisible();
  await answer.getByRole('button', { name: 'Copy code' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^\/\*\* Adds up 1 to n\. \*\/\nexport function sum[^]*aged nine\n\}$/);
  await expect(answer.locator('.katex')).toHaveCount(4);
  await expect(answer.locator('.katex-display')).toHaveCount(1);
  await expect(answer.getByText('It costs $5 and $10.')).toBeVisible();
  // The fonts came with the style sheet.
  expect(await page.evaluate(async () => (await document.fonts.load('1em KaTeX_Math')).length)).toBeGreaterThan(0);
  await expect(answer.getByRole('cell', { name: '5,050' })).toBeVisible();
  await expect(answer.getByRole('img', { name: 'Done', exact: true })).toBeVisible();
});

test('reasoning is folded, with its duration', async ({ page }) => {
  await page.goto('/');
  const answer = await importConversation(page, conversationWith('Said aloud.', 'Sample', 'A secret thought.'));
  const fold = answer.getByRole('button', { name: 'Reasoned for 4.2 s' });
  await expect(answer.getByText('Said aloud.')).toBeVisible();
  await expect(answer.getByText('A secret thought.')).toBeHidden();
  await fold.click();
  await expect(answer.getByText('A secret thought.')).toBeVisible();
});

test('a hostile answer runs nothing, loads nothing, and leads nowhere by itself', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const failures: string[] = [];
  page.on('dialog', (dialog) => void dialog.dismiss());
  page.on('pageerror', (error) => failures.push(error.message));
  await page.goto('/');
  const answer = await importConversation(
    page,
    conversationWith(
      [
        '<script>window.hacked = 1</script>',
        '<img src="https://evil.example/a.png" onerror="window.hacked = 2">',
        '![spy](https://evil.example/b.png) ![](data:image/svg+xml,<svg onload=alert(1)>)',
        '[run](javascript:window.hacked=3) [data](data:text/html,<script>alert(1)</script>)',
        '[https://bank.example](https://evil.example/login)',
        String.raw`$\href{javascript:window.hacked=4}{x}$ $\includegraphics{https://evil.example/c.png}$`,
        '<iframe src="https://evil.example/d"></iframe>',
        'The end.',
      ].join('\n\n'),
    ),
  );
  await expect(answer.getByText('The end.')).toBeVisible();
  await expect(answer.locator('script, iframe, img')).toHaveCount(0);
  await expect(answer.getByRole('link')).toHaveCount(1);
  const link = answer.getByRole('link');
  await expect(link).toHaveAttribute('rel', /noopener noreferrer/);
  await expect(link).toHaveAttribute('target', '_blank');
  await expect(answer.getByText('(evil.example)')).toBeVisible();
  await link.focus();
  await expect(page.getByRole('tooltip')).toContainText('evil.example');
  expect(asked.filter((url) => url.includes('evil.example'))).toEqual([]);
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  expect(failures).toEqual([]);
});

test('a remote image is loaded when the reader says so, without cookies and referrer', async ({ page }) => {
  const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const headers: Record<string, string>[] = [];
  await page.route('https://images.example/**', async (route) => {
    headers.push(await route.request().allHeaders());
    const type = route.request().url().endsWith('.svg') ? 'image/svg+xml' : 'image/png';
    await route.fulfill({
      body: Buffer.from(PNG, 'base64'),
      headers: { 'content-type': type, 'access-control-allow-origin': '*' },
    });
  });
  await page.goto('/');
  const answer = await importConversation(
    page,
    conversationWith('![a dot](https://images.example/dot.png)\n\n![a drawing](https://images.example/x.svg)'),
  );
  await expect(answer.getByText('An image from images.example.').first()).toBeVisible();
  expect(headers).toEqual([]);
  await answer.getByRole('button', { name: 'Load image' }).first().click();
  const image = answer.getByRole('img', { name: 'a dot' });
  await expect(image).toHaveAttribute('src', /^blob:/);
  await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1);
  expect(headers).toHaveLength(1);
  expect(headers[0]?.['referer']).toBeUndefined();
  expect(headers[0]?.['cookie']).toBeUndefined();
  await answer.getByRole('button', { name: 'Load image' }).click();
  await expect(answer.getByText('What images.example sent is not an image that can be shown here.')).toBeVisible();
});

test('2,000 messages: opens at the end, scrolls without gaps, keeps the focus', async ({ page }) => {
  await page.goto('/');
  await importConversation(page, longConversation(2000));
  await expect(page.getByText(/^Answer 1999\./)).toBeVisible();
  await expect.poll(() => fromEnd(page)).toBeLessThan(AT_END_PX);
  expect(await page.locator('[data-index]').count()).toBeLessThan(60);
  await page.locator('.conversation-scroller').hover();
  for (let turn = 0; turn < 15; turn++) {
    await page.mouse.wheel(0, -700);
    await page.waitForTimeout(50);
    expect(await covered(page)).toBeGreaterThan(0.9);
  }
  await expect(page.getByText(/^Answer 1999\./)).not.toBeInViewport();
  // Whoever has the focus stays in the document, however far away.
  const first = page.locator('.conversation-scroller');
  await first.evaluate((box) => box.scrollTo(0, 0));
  await expect(page.getByText(/^Question 0\./)).toBeInViewport();
  const question = page.getByRole('article', { name: 'You' }).first();
  await question.focus();
  await page.getByRole('button', { name: 'Scroll to the end' }).hover();
  await first.evaluate((box) => box.scrollTo(0, box.scrollHeight / 2));
  await expect(page.getByText(/^Question 0\./)).not.toBeInViewport();
  await expect(question).toBeFocused();
  await page.getByRole('button', { name: 'Scroll to the end' }).click();
  await expect.poll(() => fromEnd(page)).toBeLessThan(AT_END_PX);
});

test('the end stays in sight while an answer grows, unless the reader has scrolled up', async ({ chat, page }) => {
  await chat.open();
  await importConversation(page, longConversation(40));
  await expect.poll(() => fromEnd(page)).toBeLessThan(AT_END_PX);
  const answer = await chat.ask('Tell me a story.');
  await expect(answer).toHaveText(/\w+ \w+ \w+/);
  await expect.poll(() => fromEnd(page)).toBeLessThan(AT_END_PX);
  await page.locator('.conversation-scroller').hover();
  await page.mouse.wheel(0, -500);
  await expect.poll(() => fromEnd(page)).toBeGreaterThan(300);
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  expect(await fromEnd(page)).toBeGreaterThan(300);
  await page.getByRole('button', { name: 'Scroll to the end' }).click();
  await expect.poll(() => fromEnd(page)).toBeLessThan(AT_END_PX);
});
