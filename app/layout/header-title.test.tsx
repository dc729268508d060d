// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

test('the title above a conversation can be changed, and left as it was', async () => {
  const page = renderPage();
  await send(page, 'Dragons');
  await screen.findByRole('button', { name: 'More about this answer' });
  await page.user.click(screen.getByRole('button', { name: 'Rename “Dragons”' }));
  await page.user.keyboard('Bicycles{Escape}');
  const button = await screen.findByRole('button', { name: 'Rename “Dragons”' });
  await waitFor(() => expect(document.activeElement).toBe(button));

  await page.user.click(button);
  await page.user.keyboard('Bicycles{Enter}');
  expect(await screen.findByRole('button', { name: 'Rename “Bicycles”' })).toBeTruthy();
  expect(page.stores.chat.getState().heads[0]?.title).toBe('Bicycles');
  expect(document.title).toContain('Bicycles');
});
