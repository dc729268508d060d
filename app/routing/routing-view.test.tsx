// @vitest-environment happy-dom
import { cleanup, configure, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
// What loads when it is needed is here already: a test does not wait for files.
import './Comparison.tsx';
import './RoutingPanel.tsx';
import { createGate, type RenderedPage, renderPage, send } from '../testing/render-page.tsx';

// Patience for busy machines; nothing here asserts on time.
configure({ asyncUtilTimeout: 20_000 });
const PATIENCE = { timeout: 20_000 };

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const TEXT = 'one two three four one two three five six seven eight';

/** The routing view of the last answer, opened. */
async function openRouting(page: RenderedPage): Promise<HTMLElement> {
  const buttons = await screen.findAllByRole('button', { name: 'Colour by experts' });
  await page.user.click(buttons.at(-1) ?? document.body);
  const regions = await screen.findAllByRole('region', { name: 'Routing' });
  const view = regions.at(-1);
  if (view === undefined) throw new Error('no routing view');
  await within(view).findByRole('listbox', { name: 'Tokens of the answer' });
  return view;
}

async function answered(text = TEXT): Promise<{ page: RenderedPage; view: HTMLElement }> {
  const page = renderPage({ answer: () => text });
  await send(page, 'Count');
  await screen.findByRole('button', { name: 'Send' });
  return { page, view: await openRouting(page) };
}

/** Rows of a table as the texts of their cells. */
function rowsOf(table: HTMLElement): string[][] {
  const rows = within(table).getAllByRole('row').slice(1);
  return rows.map((row) => Array.from(row.children, (cell) => cell.textContent ?? ''));
}

test('the arrow keys go through the tokens, and the experts of each are in a table', async () => {
  const { page, view } = await answered('one two three');
  const tokens = within(view).getByRole('listbox', { name: 'Tokens of the answer' });
  const options = within(tokens).getAllByRole('option');
  expect(options.map(({ textContent }) => textContent)).toEqual(['one', '·two', '·three']);

  options[0]?.focus();
  await page.user.keyboard('{ArrowRight}');
  await page.user.keyboard('{ArrowRight}');
  const here = within(tokens).getByRole('option', { selected: true });
  expect(document.activeElement).toBe(here);
  expect(within(view).getByRole('heading', { name: `Experts of ${here.textContent}` })).toBeTruthy();
  const rows = rowsOf(within(view).getByRole('table', { name: /^Experts of “.+”, layer by layer$/ }));
  expect(rows).toHaveLength(7); // the fake model's layers with experts
  expect(rows[0]?.[0]).toBe('1');
  expect(rows[0]?.[1]).toMatch(/^\d+ \(53\s%\), \d+ \(27\s%\), \d+ \(13\s%\), \d+ \(7\s%\)$/u);

  await page.user.keyboard('{End}');
  expect(within(tokens).getByRole('option', { selected: true }).textContent).toBe('·three');
  await page.user.keyboard('{Escape}');
  expect(within(tokens).queryByRole('option', { selected: true })).toBeNull();
});

test('the keyboard’s token is shown, though a mouse rests on another', async () => {
  const { page, view } = await answered();
  const tokens = within(view).getByRole('listbox', { name: 'Tokens of the answer' });
  const [first, second, third] = within(tokens).getAllByRole('option');
  const shown = (): string => within(view).getByRole('application').getAttribute('aria-label') ?? '';
  await page.user.click(first ?? view);
  await page.user.hover(third ?? view);
  expect(shown()).toContain(`Experts of “${third?.textContent}”`);
  await page.user.keyboard('{ArrowRight}');
  expect(within(tokens).getByRole('option', { selected: true })).toBe(second);
  expect(shown()).toContain(`Experts of “${second?.textContent}”`);
});

test('tokens that were routed alike have the same colour, and say how much they share', async () => {
  const { page, view } = await answered();
  const tokens = within(view).getByRole('listbox', { name: 'Tokens of the answer' });
  const colorOf = (name: string): string[] =>
    within(tokens)
      .getAllByRole('option', { name })
      .map((option) => option.style.getPropertyValue('--token'));
  // The fake model's choice depends on the word and on the position modulo three: words that come again may differ.
  const all = within(tokens)
    .getAllByRole('option')
    .map((option) => option.style.getPropertyValue('--token'));
  expect(all.every((color) => /^#[0-9a-f]{6}$/.test(color))).toBe(true);
  expect(new Set(all).size).toBeGreaterThan(5);

  await page.user.click(within(tokens).getAllByRole('option', { name: '·two' })[0] ?? tokens);
  const alike = within(view).getAllByRole('button', { name: /^Go to “.+”: \d+\s%/u });
  const shares = alike.map((button) => Number(/(\d+)\s%/u.exec(button.getAttribute('aria-label') ?? '')?.[1]));
  expect(shares.every((share) => share > 0 && share <= 100)).toBe(true);
  expect(tokens.querySelectorAll('[data-alike]').length).toBeGreaterThanOrEqual(alike.length);
  const [first] = alike;
  const name = /“(.+)”/.exec(first?.getAttribute('aria-label') ?? '')?.[1];
  await page.user.click(first ?? view);
  expect(within(tokens).getByRole('option', { selected: true }).textContent).toBe(name);
  expect(colorOf('·two').length).toBe(2);
});

test('the map tells of the cell that the arrow keys lead to', async () => {
  const { page, view } = await answered();
  const map = within(view).getByRole('application', { name: /8 layers and 32 experts/ });
  const described = (): string =>
    document.getElementById(map.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
  map.focus();
  await page.user.keyboard('{Enter}');
  const strongest = /^Layer 1, expert (\d+): chosen by (\d+) tokens? \(\d+\s%\)/u.exec(described());
  expect(Number(strongest?.[2])).toBeGreaterThan(0);
  await page.user.keyboard('{Home}{ArrowRight}{ArrowRight}{ArrowDown}');
  expect(described()).toMatch(/^Layer 2, expert 2: /);
  await page.user.keyboard('{PageDown}{End}{ArrowRight}');
  expect(described()).toMatch(/^Layer 7, expert 31: /);
  // The first layer of the fake model has no experts.
  await page.user.keyboard('{PageUp}');
  expect(described()).toMatch(/^Layer 0 is dense: /);
  await page.user.keyboard('{Escape}');
  expect(described()).toMatch(/^Rows are layers/);
});

test('says how even the load is, what never moved, and what the memory holds', async () => {
  const { view } = await answered();
  const figures = within(view);
  const text = view.textContent ?? '';
  const [, bits, max, even] = /([\d.]+) of ([\d.]+) bits: as even as ([\d.]+) of 32 experts/.exec(text) ?? [];
  expect(max).toBe('5');
  expect(Number(even)).toBeCloseTo(2 ** Number(bits), 0);
  // The table's own counts give the same share.
  const rows = rowsOf(figures.getByRole('table', { name: 'Loads of the experts, layer by layer' }));
  expect(rows).toHaveLength(8);
  const never = rows.slice(0, 7).map((row) => Number(/^(\d+) of 32$/.exec(row[3] ?? '')?.[1]));
  const sum = never.reduce((total, experts) => total + experts, 0);
  expect(rows[7]?.[3]).toBe(`${sum} of 224`);
  const shown = figures.getByText('Never moved').nextElementSibling?.textContent ?? '';
  expect(Number(/^(\d+)\s%/u.exec(shown)?.[1])).toBe(Math.round((sum / 224) * 100));
  expect(shown).toMatch(/of 16\.3\sMB/u);
  expect(text).toMatch(/6\.7\sM of 20\.1\sM: 7\.1\sMB are read for each, of a file of 21\.4\sMB/u);
});

test('the tables can be seen by all', async () => {
  const { page, view } = await answered();
  const table = within(view).getByRole('table', { name: 'Loads of the experts, layer by layer' });
  expect(table.closest('.visually-hidden')).not.toBeNull();
  await page.user.click(within(view).getByRole('button', { name: 'Show as table' }));
  expect(table.closest('.visually-hidden')).toBeNull();
  await page.user.click(within(view).getByRole('button', { name: 'Hide tables' }));
  expect(table.closest('.visually-hidden')).not.toBeNull();
});

test('follows an answer that is being written', async () => {
  const gate = createGate(6);
  const page = renderPage({ answer: () => TEXT, pace: gate.pace });
  await send(page, 'Count');
  const view = await openRouting(page);
  await vi.waitFor(() => expect(within(view).getAllByRole('option')).toHaveLength(6), PATIENCE);
  expect(within(view).queryByRole('button', { name: 'Compare answers' })).toBeNull();
  gate.open();
  await vi.waitFor(() => expect(within(view).getAllByRole('option')).toHaveLength(11), PATIENCE);
  expect(await within(view).findByRole('button', { name: 'Compare answers' })).toBeTruthy();
});

test('sets two answers side by side, of this conversation and of another', async () => {
  const page = renderPage({
    answer: (request) => {
      const last = request.prompt.kind === 'chat' ? request.prompt.messages.at(-1)?.content : '';
      return last === 'Code' ? 'const x = 1 ; let y = 2 ;' : TEXT;
    },
  });
  await send(page, 'Prose');
  await screen.findByRole('button', { name: 'Send' });
  await page.user.click(screen.getByRole('button', { name: /New chat/ }));
  await send(page, 'Code');
  await screen.findByRole('button', { name: 'Send' });
  await openRouting(page);
  await page.user.click(screen.getByRole('button', { name: 'Compare answers' }));
  const dialog = await screen.findByRole('dialog', { name: 'Two answers side by side' });
  const conversations = await within(dialog).findByRole('combobox', { name: 'Conversation' });
  expect(await within(dialog).findByText(/no other answer/)).toBeTruthy();

  await page.user.selectOptions(conversations, within(conversations).getByRole('option', { name: 'Prose' }));
  const answers = within(dialog).getByRole('combobox', { name: 'Answer to' });
  await page.user.selectOptions(answers, await within(answers).findByRole('option', { name: 'Prose' }));
  expect(within(dialog).getByRole('heading', { name: /Answer to “Code”/ })).toBeTruthy();
  expect(within(dialog).getByRole('heading', { name: /Answer to “Prose”/ })).toBeTruthy();
  const text = dialog.textContent ?? '';
  const cosine = Number(/Loads agree([\d.]+?)cosine/.exec(text)?.[1]);
  expect(cosine).toBeGreaterThan(0);
  expect(cosine).toBeLessThan(1);
  const [, both, onlyA, onlyB] = /(\d+) experts worked in both, (\d+) in A only, (\d+) in B only/.exec(text) ?? [];
  const share = Number(/Experts in common(\d+)\s%/u.exec(text)?.[1]);
  expect(share).toBe(Math.round((100 * Number(both)) / (Number(both) + Number(onlyA) + Number(onlyB))));
  expect(within(dialog).getAllByRole('application')).toHaveLength(3);
});

test('every request asks for the trace', async () => {
  const page = renderPage();
  await send(page, 'Hello');
  await screen.findByRole('button', { name: 'Colour by experts' });
  expect(page.engine.requests[0]?.trace).toBe(true);
});
