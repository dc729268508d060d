// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import '../i18n/i18n.ts';
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NEW_CONVERSATION } from '../chat/draft-store.ts';
import { MessageBoundary } from '../chat/MessageBoundary.tsx';
import { createStores, StoresProvider } from '../state/stores.tsx';
import { createFakeEngine } from '../testing/fake-engine.ts';
import { newDatabase } from '../testing/render-page.tsx';
import { Dialog } from './Dialog.tsx';
import { PageBoundary } from './PageBoundary.tsx';

let isBroken = true;
function Fragile() {
  if (isBroken) throw new Error('It broke');
  return <p>All is well</p>;
}

beforeEach(() => {
  isBroken = true;
  localStorage.clear();
  // React and the boundaries report what they catch.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test('a message that breaks shows its source, which can be copied', async () => {
  const written: string[] = [];
  const user = userEvent.setup();
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void written.push(text));
  const message = (key: number): React.ReactNode => (
    <MessageBoundary source={'# *as*\nwritten'} resetKey={key}>
      <Fragile />
    </MessageBoundary>
  );
  const { container, rerender } = render(message(1));
  expect(container.querySelector('.plain-text')?.textContent).toBe('# *as*\nwritten');
  await user.click(screen.getByRole('button', { name: 'Copy this message' }));
  expect(written).toEqual(['# *as*\nwritten']);
  isBroken = false;
  rerender(message(1));
  expect(screen.queryByText('All is well')).toBeNull();
  rerender(message(2));
  expect(screen.getByText('All is well')).toBeTruthy();
});

test('a dialog that breaks says so, can be tried again, and can be closed', async () => {
  const user = userEvent.setup();
  const close = vi.fn<() => void>();
  render(
    <Dialog title="Sheet" isOpen onClose={close}>
      <Fragile />
    </Dialog>,
  );
  expect(screen.getByRole('alert').textContent).toContain('This part of the page stopped working');
  await user.click(screen.getAllByRole('button', { name: 'Close' }).at(-1) ?? document.body);
  expect(close).toHaveBeenCalledOnce();
  isBroken = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('All is well')).toBeTruthy();
});

test('a page that breaks says so, keeps what was being written, and can be tried again', async () => {
  const user = userEvent.setup();
  const stores = createStores(createFakeEngine(), null, { databaseName: newDatabase(), locks: null });
  stores.drafts.getState().setText(NEW_CONVERSATION, 'Half a question');
  const page = () => (
    <StoresProvider stores={stores}>
      <PageBoundary>
        <Fragile />
      </PageBoundary>
    </StoresProvider>
  );
  render(page());
  expect(screen.getByRole('heading', { name: 'The page stopped working' })).toBeTruthy();
  expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'What you were writing' }).value).toBe(
    'Half a question',
  );
  expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy();
  isBroken = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('All is well')).toBeTruthy();
});
