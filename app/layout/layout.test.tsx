// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { installStore } from '../pwa/install-store.ts';
import { updateStore } from '../state/update-store.ts';
import { createGate, renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const composer = (): HTMLElement => screen.getByRole('textbox', { name: 'Message' });
const sidebar = (): HTMLElement | null => screen.queryByRole('complementary');
const sheet = (): HTMLElement | null => screen.queryByRole('dialog', { name: 'Keyboard shortcuts' });

/** The width of the window, for `useMediaQuery`. */
function showOn(width: number): void {
  (window as unknown as { happyDOM: { setViewport(size: { width: number }): void } }).happyDOM.setViewport({ width });
}

describe('shortcuts', () => {
  test('? shows the sheet, but not while typing; there it is a question mark', async () => {
    const { user } = renderPage();
    await user.type(composer(), 'why?');
    expect(sheet()).toBeNull();
    expect(composer()).toHaveProperty('value', 'why?');
    act(() => composer().blur());
    await user.keyboard('?');
    expect(sheet()).not.toBeNull();
    expect(within(sheet() as HTMLElement).getByText('New chat')).toBeTruthy();
  });

  test('single keys can be turned off; the others stay', async () => {
    const { user, stores } = renderPage();
    act(() => composer().blur());
    await user.keyboard('?');
    await user.click(screen.getByRole('checkbox', { name: /Single-key shortcuts/ }));
    expect(stores.settings.getState().singleKeys).toBe('off');
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await user.keyboard('?');
    expect(sheet()).toBeNull();
    await user.keyboard('{Control>}/{/Control}');
    expect(sheet()).not.toBeNull();
  });

  test('open the panels, from within the composer too', async () => {
    const { user } = renderPage();
    await user.type(composer(), '{Control>},{/Control}');
    expect(await screen.findByRole('dialog', { name: 'Settings' })).toBeTruthy();
    expect(composer()).toHaveProperty('value', '');
  });

  test('do nothing behind an open dialog', async () => {
    const { user, stores } = renderPage();
    await user.keyboard('{Control>},{/Control}');
    await user.keyboard('{Control>}b{/Control}');
    expect(stores.settings.getState().sidebar).toBe('shown');
  });

  test('Escape stops an answer', async () => {
    const page = renderPage({ answer: () => 'one two three four', pace: createGate(2).pace });
    await send(page, 'Count');
    await page.user.keyboard('{Escape}');
    expect(await screen.findByText('Stopped.')).toBeTruthy();
  });

  test('new chat, then back through the conversations', async () => {
    const page = renderPage();
    await send(page, 'First');
    await screen.findByRole('button', { name: 'More about this answer' });
    await page.user.keyboard('{Control>}{Shift>}o{/Shift}{/Control}');
    await waitFor(() => expect(page.stores.chat.getState().current).toBeNull());
    expect(document.activeElement).toBe(composer());
    await page.user.keyboard('{Alt>}{Shift>}j{/Shift}{/Alt}');
    await waitFor(() => expect(page.stores.chat.getState().current?.title).toBe('First'));
  });
});

describe('the sidebar', () => {
  test('can be put away on a wide screen, and stays so', async () => {
    showOn(1280);
    const { user } = renderPage();
    expect(sidebar()).not.toBeNull();
    await user.click(screen.getByRole('button', { name: 'Hide conversations' }));
    expect(sidebar()).toBeNull();
    expect(screen.getByRole('button', { name: 'New chat' })).toBeTruthy();
    renderPage();
    expect(sidebar()).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Show conversations', expanded: false }));
    expect(sidebar()).not.toBeNull();
  });

  test('is a drawer on a phone, which covers the page and gives the focus back', async () => {
    showOn(390);
    const { user } = renderPage();
    const button = screen.getByRole('button', { name: 'Show conversations' });
    await user.click(button);
    const page = document.querySelector('.app-page');
    expect(page?.hasAttribute('inert')).toBe(true);
    await user.keyboard('{Escape}');
    expect(page?.hasAttribute('inert')).toBe(false);
    await waitFor(() => expect(document.activeElement).toBe(button));
    showOn(1280);
  });
});

test('a new version of the page waits for the end of an answer', async () => {
  const gate = createGate(2);
  const page = renderPage({ answer: () => 'one two three', pace: gate.pace });
  act(() => updateStore.setState({ apply: () => undefined }));
  expect(screen.getByText(/new version/)).toBeTruthy();
  await send(page, 'Count');
  await waitFor(() => expect(screen.queryByText(/new version/)).toBeNull());
  gate.open();
  expect(await screen.findByText(/new version/)).toBeTruthy();
  act(() => updateStore.setState({ apply: null }));
});

describe('branches and answers by key', () => {
  test('answer again, then go between the versions', async () => {
    let round = 0;
    const page = renderPage({ answer: () => `Answer ${++round}` });
    await send(page, 'Again');
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    await page.user.keyboard('{Alt>}{Shift>}r{/Shift}{/Alt}');
    expect(await screen.findByText('Answer 2')).toBeTruthy();
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    await page.user.keyboard('{Alt>}{Shift>},{/Shift}{/Alt}');
    expect(await screen.findByText('Answer 1')).toBeTruthy();
    await page.user.keyboard('{Alt>}{Shift>}.{/Shift}{/Alt}');
    expect(await screen.findByText('Answer 2')).toBeTruthy();
  });

  test('the last answer is copied, and the page says so', async () => {
    const page = renderPage({ answer: () => '<think>Hm.</think>Forty-two' });
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    await send(page, 'Copy me');
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    await page.user.keyboard('{Alt>}{Shift>}c{/Shift}{/Alt}');
    expect(await screen.findByText('Answer copied.')).toBeTruthy();
    expect(write).toHaveBeenCalledWith('Forty-two');
  });
});

test('dropped files: models are opened, others go to the message', async () => {
  const page = renderPage();
  await waitFor(() => expect(page.stores.model.getState().status.kind).toBe('ready'));
  const files = [new File(['GGUF'], 'other.gguf'), new File(['Some notes'], 'notes.txt', { type: 'text/plain' })];
  // The test's DOM has no files in its `DataTransfer`.
  const drop = Object.assign(new Event('drop', { cancelable: true }), { dataTransfer: { types: ['Files'], files } });
  act(() => void window.dispatchEvent(drop));
  await waitFor(() => expect(page.engine.loads.at(-1)?.kind).toBe('file'));
  expect(await screen.findByText(/notes\.txt/)).toBeTruthy();
});

describe('the header', () => {
  test('names the model and how far it is loaded', async () => {
    const gate = createGate(4);
    renderPage({ loadPace: gate.pace });
    expect(await screen.findByRole('button', { name: /^Loading model, \d+\s%/ })).toBeTruthy();
    gate.open();
    expect(await screen.findByRole('button', { name: /^Mixtab 20M/ })).toBeTruthy();
  });

  test('says when there is no network', async () => {
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
    renderPage();
    expect(screen.queryByText('Offline')).toBeNull();
    online.mockReturnValue(false);
    act(() => void window.dispatchEvent(new Event('offline')));
    expect(screen.getByText('Offline')).toBeTruthy();
  });

  test('offers to install where the browser does', async () => {
    const install = vi.fn<() => Promise<void>>(async () => undefined);
    const { user } = renderPage();
    expect(screen.queryByRole('button', { name: 'Install' })).toBeNull();
    act(() => installStore.setState({ install }));
    await user.click(screen.getByRole('button', { name: 'Install' }));
    expect(install).toHaveBeenCalledOnce();
    act(() => installStore.setState({ install: null }));
  });
});
