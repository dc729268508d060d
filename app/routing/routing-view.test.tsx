// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

test('the arrow keys go through the tokens, and the experts of each are named', async () => {
  const page = renderPage({ answer: () => 'one two three' });
  await send(page, 'Count');
  await page.user.click(await screen.findByRole('button', { name: 'Routing' }));
  const tokens = screen.getByRole('listbox', { name: 'Tokens of the answer' });
  const options = within(tokens).getAllByRole('option');
  expect(options.map(({ textContent }) => textContent)).toEqual(['one', '·two', '·three']);

  options[0]?.focus();
  await page.user.keyboard('{ArrowRight}');
  await page.user.keyboard('{ArrowRight}');
  const here = within(tokens).getByRole('option', { selected: true });
  expect(document.activeElement).toBe(here);
  const lines = within(screen.getByRole('list', { name: `Experts for token ${here.textContent}` })).getAllByRole(
    'listitem',
  );
  expect(lines).toHaveLength(7); // the fake model's layers with experts
  expect(lines[0]?.textContent).toMatch(
    /^Layer 1: expert \d+ \(53 %\), expert \d+ \(27 %\), expert \d+ \(13 %\), expert \d+ \(7 %\)$/,
  );

  await page.user.keyboard('{End}');
  expect(within(tokens).getByRole('option', { selected: true }).textContent).toBe('·three');
  await page.user.keyboard('{Escape}');
  expect(within(tokens).queryByRole('option', { selected: true })).toBeNull();
});

test('every request asks for the trace', async () => {
  const page = renderPage();
  await send(page, 'Hello');
  await screen.findByRole('button', { name: 'Routing' });
  expect(page.engine.requests[0]?.trace).toBe(true);
});
