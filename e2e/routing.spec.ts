import type { Locator, Page } from '@playwright/test';
import { endlessModel } from './endless-model.ts';
import { type ChatPage, expect, finished, test } from './chat-page.ts';

const QUESTION = 'What is a mixture of experts?';

/** The routing view under an answer, opened and drawn. */
async function openRouting(answer: Locator): Promise<Locator> {
  await answer.getByRole('button', { name: 'Colour by experts' }).click();
  const view = answer.getByRole('region', { name: 'Routing' });
  await expect(view.getByRole('listbox', { name: 'Tokens of the answer' })).toBeAttached();
  return view;
}

/** The colours under the words of the answers that are coloured, each with what it is under. */
async function grounds(page: Page): Promise<{ readonly color: string; readonly words: readonly string[] }[]> {
  return await page.evaluate(() =>
    [...CSS.highlights]
      .filter(([name, ranges]) => name.startsWith('mixtab-ground-') && ranges.size > 0)
      .map(([name, ranges]) => ({
        color: name,
        words: [...ranges].map(({ startContainer, startOffset, endOffset }) =>
          (startContainer.textContent ?? '').slice(startOffset, endOffset),
        ),
      })),
  );
}

/** The words that are marked in some way, in the text. */
async function marked(page: Page, name: string): Promise<string> {
  return await page.evaluate((key) => {
    const [range] = CSS.highlights.get(key) ?? [];
    return (range?.startContainer.textContent ?? '').slice(range?.startOffset, range?.endOffset);
  }, name);
}

async function answered(chat: ChatPage, question = QUESTION): Promise<Locator> {
  await chat.open();
  return await openRouting(await chat.askAndWait(question));
}

/** What a screen reader says of the map: its description. */
async function description(map: Locator): Promise<string> {
  return await map.evaluate(
    (element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent ?? '',
  );
}

/** The big number of a figure such as “Never moved”, in per cent. */
async function figure(view: Locator, name: string): Promise<number> {
  const text = await view.locator('.figure').filter({ hasText: name }).locator('strong').innerText();
  return Number(/^(\d+)/.exec(text)?.[1]);
}

/** How many different colours a canvas has, and whether anything is on it at all. */
async function colorsOf(map: Locator): Promise<number> {
  return await map.locator('canvas').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    const seen = new Set<number>();
    for (let i = 0; i + 3 < data.length; i += 4)
      if ((data[i + 3] ?? 0) === 255) seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
    return seen.size;
  });
}

test('tokens have colours by their routing, and a chosen one names those that are like it', async ({ chat, page }) => {
  const view = await answered(chat);
  const tokens = view.getByRole('option');
  await expect.poll(async () => (await grounds(page)).length).toBeGreaterThan(3);
  // All that can be read of the answer has a colour, and nothing else.
  const text = (await chat.answers.last().locator('.markdown').innerText()).replaceAll(/\s/g, '');
  const colored = (await grounds(page)).flatMap(({ words }) => words).join('');
  expect([...colored].sort().join('')).toBe([...text].sort().join(''));

  await tokens.first().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const chosen = view.getByRole('option', { selected: true });
  await expect(chosen).toBeFocused();
  await expect(chosen).toHaveAttribute('data-token', '2');
  await expect(view.getByRole('heading', { name: `Experts of ${await chosen.innerText()}` })).toBeVisible();
  const alike = view.getByRole('button', { name: /^Go to “.+”: \d+\s%/ });
  expect(await alike.count()).toBeGreaterThan(0);
  expect(await marked(page, 'mixtab-chosen')).toBe((await chosen.innerText()).replaceAll('·', ''));
  expect(
    await page.evaluate(() =>
      [1, 2, 3].reduce((sum, i) => sum + (CSS.highlights.get(`mixtab-alike-${i}`)?.size ?? 0), 0),
    ),
  ).toBeGreaterThan(0);
  await alike.first().click();
  await expect(chosen).not.toHaveAttribute('data-token', '2');
  await page.keyboard.press('Escape'); // the focus is still in the view, but not in the list: nothing is lost
  await chosen.focus();
  await page.keyboard.press('Escape');
  await expect(chosen).toHaveCount(0);
});

test('the map is drawn, tells of its cells by keyboard and mouse, and zooms', async ({ chat, page }) => {
  const view = await answered(chat);
  const map = view.getByRole('application');
  await expect.poll(() => colorsOf(map)).toBeGreaterThan(5);
  await map.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => description(map)).toMatch(/^Layer \d+, expert \d+: chosen by \d+ tokens?/);
  const first = await description(map);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => description(map)).not.toBe(first);
  // A token's map is another one.
  const word = await chat.answers.last().locator('.markdown').boundingBox();
  await page.mouse.click((word?.x ?? 0) + 12, (word?.y ?? 0) + 14);
  expect(await marked(page, 'mixtab-chosen')).not.toBe('');
  await expect(map).toHaveAccessibleName(/^Experts of /);
  await map.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => description(map)).toMatch(/^Layer \d+, expert \d+: \d+\s% of the layer’s output/);

  const box = await map.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 60, (box?.y ?? 0) + 20);
  await expect(view.locator('.expert-map-readout')).toHaveText(/^Layer 0 is dense: /);
  await page.keyboard.press('Escape');

  await view.getByRole('button', { name: 'Zoom in' }).click();
  await expect
    .poll(() => view.locator('.expert-map-scroller').evaluate((it) => it.scrollWidth > it.clientWidth))
    .toBe(true);
  await view.getByRole('button', { name: 'Zoom out' }).click();
  const download = page.waitForEvent('download');
  await view.getByRole('button', { name: 'Save the map as a picture' }).click();
  expect((await download).suggestedFilename()).toBe('mixtab-routing.png');
});

test('evenness, what never moved and the memory are plausible, and in a table', async ({ chat }) => {
  const view = await answered(chat);
  const even = await figure(view, 'Evenness of the load');
  const never = await figure(view, 'Never moved');
  expect(even).toBeGreaterThan(0);
  expect(even).toBeLessThanOrEqual(100);
  expect(never).toBeGreaterThanOrEqual(0);
  expect(never).toBeLessThan(100);
  await expect(view.getByText(/of [\d.]+ bits: as even as [\d.]+ of \d+ experts/)).toBeVisible();
  await expect(view.getByText(/of the expert weights were never read for this answer/)).toBeVisible();
  expect(await figure(view, 'Memory')).toBeLessThan(60); // a sparse model
  await expect(view.getByText(/are read for each, of a file of/)).toBeVisible();

  const table = view.getByRole('table', { name: 'Loads of the experts, layer by layer' });
  await expect(table).toBeAttached();
  await view.getByRole('button', { name: 'Show as table' }).click();
  await expect(table).toBeVisible();
  expect((await table.boundingBox())?.width).toBeGreaterThan(200);
  const last = await table.getByRole('row').last().innerText();
  const [, unused, all] = /([\d,]+) of ([\d,]+)/.exec(last) ?? [];
  expect(Math.round((100 * Number(unused?.replace(',', ''))) / Number(all?.replace(',', '')))).toBe(never);
});

test('follows an answer while it streams: more tokens, and never more that never moved', async ({ chat, page }) => {
  // Long enough that it is still under way, however seldom a slow machine draws.
  const sampling = { temperature: 0, maxTokens: 4000 };
  const settings = JSON.stringify({ state: { sampling }, version: 2 });
  await page.addInitScript((kept) => localStorage.setItem('mixtab-settings', kept), settings);
  await chat.open();
  await chat.openFile(endlessModel());
  const answer = await chat.ask(QUESTION);
  await answer.getByRole('button', { name: 'Colour by experts' }).click();
  const view = answer.getByRole('region', { name: 'Routing' });
  const tokens = view.getByRole('option');
  await expect.poll(() => tokens.count()).toBeGreaterThan(2);
  const before = { tokens: await tokens.count(), never: await figure(view, 'Never moved') };
  await expect.poll(() => tokens.count()).toBeGreaterThan(before.tokens + 5);
  await expect(answer).toHaveAttribute('aria-busy', 'true'); // all of this before its end
  expect(await figure(view, 'Never moved')).toBeLessThanOrEqual(before.never);
  await chat.stop.click();
  await finished(answer);
  await expect(view.getByRole('button', { name: 'Compare answers' })).toBeVisible();
});

test('two answers side by side: maps, difference and numbers', async ({ chat, page }) => {
  await chat.open();
  await chat.askAndWait('What is 27 + 58?');
  const view = await openRouting(await chat.askAndWait(QUESTION));
  await view.getByRole('button', { name: 'Compare answers' }).click();
  const dialog = page.getByRole('dialog', { name: 'Two answers side by side' });
  await dialog.getByRole('combobox', { name: 'Answer to' }).selectOption({ label: 'What is 27 + 58?' });
  await expect(dialog.getByRole('application')).toHaveCount(3);
  await expect.poll(() => colorsOf(dialog.getByRole('application').last())).toBeGreaterThan(5);
  const cosine = Number(
    await dialog.locator('.figure').filter({ hasText: 'Loads agree' }).locator('strong').innerText(),
  );
  expect(cosine).toBeGreaterThan(0);
  expect(cosine).toBeLessThan(1);
  const common = await figure(dialog, 'Experts in common');
  expect(common).toBeGreaterThan(0);
  expect(common).toBeLessThan(100);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('opening the routing shows its beginning, and the page stays there while it grows', async ({ chat, page }) => {
  await page.setViewportSize({ width: 1000, height: 560 });
  await chat.open();
  const answer = await chat.askAndWait(QUESTION);
  const toggle = answer.getByRole('button', { name: 'Colour by experts' });
  await toggle.click();
  await expect(answer.getByRole('region', { name: 'Routing' }).getByRole('listbox')).toBeAttached();
  await expect(toggle).toBeInViewport({ ratio: 1 });
  await expect(answer.getByRole('region', { name: 'Routing' }).getByRole('heading').first()).toBeInViewport();
  // Only the conversation was scrolled, not the page with its header.
  await expect(page.getByRole('banner')).toBeInViewport({ ratio: 1 });
});
