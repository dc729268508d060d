// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderPage, send } from '../testing/render-page.tsx';
import { installStorageFaults, type StorageFaults } from '../testing/storage-faults.ts';

let faults: StorageFaults;
beforeEach(() => {
  localStorage.clear();
  faults = installStorageFaults();
});
afterEach(() => {
  faults.uninstall();
  cleanup();
});

test('a conversation that is not saved says why and what is missing, until it is', async () => {
  const page = renderPage();
  faults.choose(() => ({ kind: 'abort', name: 'QuotaExceededError' }));
  await send(page, 'Hi');
  const alert = await screen.findByText(/This conversation is not saved: this browser is out of space/);
  await waitFor(() => expect(alert.textContent).toContain('2 messages are missing.'));
  expect(screen.getByRole('img', { name: 'Not saved' })).toBeTruthy();

  // Another one is opened: the list says so of the first.
  await page.user.click(within(screen.getByRole('complementary')).getByRole('button', { name: 'New chat' }));
  expect(await screen.findByText('1 conversation is not saved yet. Keep this tab open.')).toBeTruthy();
  await page.user.click(screen.getByRole('button', { name: 'Hi' }));

  faults.choose(() => null);
  await page.user.click(await screen.findByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.queryByText(/not saved/)).toBeNull());
  expect(screen.queryByRole('img', { name: 'Not saved' })).toBeNull();
});

test('a browser that refuses otherwise is not called full', async () => {
  const page = renderPage();
  faults.choose(() => ({ kind: 'refuse', name: 'UnknownError' }));
  await send(page, 'Hi');
  const alert = await screen.findByText(/This conversation is not saved: this browser refused to store it/);
  expect(alert.textContent).not.toMatch(/room|full/);
  // It tries again by itself.
  faults.choose(() => null);
  await waitFor(() => expect(screen.queryByText(/not saved/)).toBeNull());
});
