// @vitest-environment happy-dom
// Downloads and storage, the loaded model, and the choice of a model for a conversation.
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPanel, storedModel } from '../testing/model-panel.ts';
import { createGate, renderPage, type RenderedPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  Reflect.deleteProperty(navigator, 'storage');
});

const HALF = storedModel({
  id: 'https://example.org/half.gguf',
  name: 'Half',
  url: 'https://example.org/half.gguf',
  storedBytes: 1e9,
  complete: false,
});

describe('downloads', () => {
  test('an earlier visit’s is listed as paused, goes on, is paused, ends, and opens', async () => {
    const gate = createGate(5);
    const page = renderPage({
      stored: [HALF],
      downloadPace: gate.pace,
      preview: () => ({ name: 'Half' }),
    });
    const panel = await openPanel(page, 'Storage');
    const bar = await panel.findByRole('progressbar', { name: 'Download of Half' });
    expect(bar.getAttribute('aria-valuetext')).toBe('Paused · 1\u00a0GB of 4\u00a0GB · 25\u00a0%');
    await page.user.click(panel.getByRole('button', { name: 'Resume Half' }));
    await waitFor(() => expect(bar.getAttribute('aria-valuenow')).toBe('50'));
    await page.user.click(panel.getByRole('button', { name: 'Pause Half' }));
    await waitFor(() => expect(bar.getAttribute('aria-valuetext')).toBe('Paused · 2\u00a0GB of 4\u00a0GB · 50\u00a0%'));
    gate.open();
    await page.user.click(panel.getByRole('button', { name: 'Resume Half' }));
    await page.user.click(await panel.findByRole('button', { name: 'Open Half now' }));
    await waitFor(() => expect(page.engine.loads.at(-1)).toEqual({ kind: 'url', url: HALF.url }));
  });

  test('the header tells of it while the panel is closed, politely and by its name', async () => {
    const gate = createGate(5);
    const page = renderPage({ stored: [HALF], downloadPace: gate.pace, preview: () => ({ name: 'Half' }) });
    await openPanel(page, 'Storage');
    await page.user.click(await screen.findByRole('button', { name: 'Resume Half' }));
    await page.user.click(screen.getByRole('button', { name: 'Close' }));
    expect(await screen.findByText('Download of Half started.')).toBeTruthy();
    const indicator = await screen.findByRole('button', { name: 'Downloading Half: 50\u00a0%' });
    gate.open();
    expect(await screen.findByText('Half is downloaded.')).toBeTruthy();
    await page.user.click(indicator);
    expect(await screen.findByRole('tab', { name: 'Storage', selected: true })).toBeTruthy();
  });

  test.each([
    [{ code: 'quota', message: 'The disk is full. Delete a model.' }, 'The disk is full.', 'Try Half again'],
    [{ code: 'source-changed', message: 'It was replaced on its server.' }, 'It was replaced', 'Try Half again'],
    [{ code: 'wrong-content', message: 'x' }, 'not what was published', 'Delete and download again'],
  ] as const)('%j is said in words, with the way out', async (error, words, way) => {
    const page = renderPage({ stored: [HALF], downloadErrors: [error], preview: () => ({ name: 'Half' }) });
    const panel = await openPanel(page, 'Storage');
    await page.user.click(await panel.findByRole('button', { name: 'Resume Half' }));
    expect(await panel.findByText(new RegExp(words))).toBeTruthy();
    await page.user.click(panel.getByRole('button', { name: way }));
    expect(await panel.findByRole('button', { name: 'Open Half now' })).toBeTruthy();
    expect(page.engine.deleted).toEqual(error.code === 'wrong-content' ? [HALF.id] : []);
  });

  test('without one, the way to the catalogue', async () => {
    const page = renderPage();
    const panel = await openPanel(page, 'Storage');
    await page.user.click(panel.getByRole('button', { name: 'See the catalogue' }));
    expect(panel.getByRole('tab', { name: 'Catalogue', selected: true })).toBeTruthy();
  });
});

describe('storage', () => {
  test('lists what each model takes, where from, whether checked; deletes once that is confirmed', async () => {
    const page = renderPage({ stored: [storedModel({ verified: true, lastUsed: Date.now() - 3 * 3_600_000 })] });
    const panel = await openPanel(page, 'Storage');
    expect(await panel.findByText('4 GB · used 3 hours ago · from example.org')).toBeTruthy();
    expect(panel.getByText('checked against the published SHA-256')).toBeTruthy();
    expect(panel.getByText('4 GB of 60 GB used')).toBeTruthy();
    await page.user.click(panel.getByRole('button', { name: 'Delete Other' }));
    expect(document.activeElement?.textContent).toBe('Keep');
    expect(page.engine.deleted).toEqual([]);
    await page.user.click(panel.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(page.engine.deleted).toEqual(['https://example.org/other.gguf']));
    await waitFor(() => expect(panel.queryByText('Other')).toBeNull());
  });

  test('says what the browser removed, and offers to open only what can be mended', async () => {
    const lost = { lostBytes: 1e9, storedBytes: 3e9, complete: false };
    const page = renderPage({
      stored: [storedModel({ name: 'Web', ...lost }), storedModel({ id: 'f', name: 'Local', url: null, ...lost })],
    });
    const panel = await openPanel(page, 'Storage');
    expect(await panel.findByText(/removed 1 GB of this model.*That part is downloaded again/)).toBeTruthy();
    expect(panel.getByText(/removed 1 GB of this model.*open the file again/)).toBeTruthy();
    expect(panel.getByRole('button', { name: 'Open Web' })).toBeTruthy();
    expect(panel.queryByRole('button', { name: 'Open Local' })).toBeNull();
  });

  test('asks the browser to keep it, and says its answer', async () => {
    const storage = { persist: async () => false };
    Object.defineProperty(navigator, 'storage', { value: storage, configurable: true }); // happy-dom has none
    const page = renderPage({ persisted: false });
    const panel = await openPanel(page, 'Storage');
    expect(await panel.findByText(/Most likely\. But when the disk is nearly full/)).toBeTruthy();
    await page.user.click(panel.getByRole('button', { name: 'Ask the browser to keep it' }));
    expect(await panel.findByText(/did not promise it this time/)).toBeTruthy();
  });
});

describe('the loaded model', () => {
  test('shows total against active, memory by purpose, bytes a token', async () => {
    const panel = await openPanel(renderPage(), 'This model');
    expect(
      await panel.findByText(/6.7 M of 20.1 M parameters work on each token: 33 %. That is 7.1 MB read/),
    ).toBeTruthy();
    expect(await panel.findByText('24 MB in total')).toBeTruthy();
    expect(panel.getByText('4 of 32 per token, in 7 of 8 layers')).toBeTruthy();
  });

  test('another context loads it again, and is remembered for the next visit', async () => {
    const page = renderPage();
    const panel = await openPanel(page, 'This model');
    await page.user.selectOptions(panel.getByRole('combobox', { name: /Context to reserve/ }), '1,024 tokens');
    await waitFor(() => expect(page.engine.loadOptions).toEqual([{}, { contextLength: 1024 }]));
    const again = renderPage();
    await waitFor(() => expect(again.engine.loadOptions).toEqual([{ contextLength: 1024 }]));
  });

  test('warns of a software adapter', async () => {
    const panel = await openPanel(renderPage({ isFallback: true }), 'This model');
    expect(await panel.findByText(/^Software adapter: slow/)).toBeTruthy();
  });
});

describe('the model of a conversation', () => {
  async function openMenu({ user }: RenderedPage) {
    await user.click(await screen.findByRole('button', { name: /parameters|loads with your next message/ }));
    return within(await screen.findByRole('menu'));
  }

  test('is chosen from those at hand; the present one is marked; parts are not offered', async () => {
    const page = renderPage({ stored: [storedModel({}), HALF] });
    const menu = await openMenu(page);
    const items = await menu.findAllByRole('menuitemcheckbox');
    await waitFor(() => expect(menu.getByRole('menuitemcheckbox', { name: /^Other/ })).toBeTruthy());
    expect(items[0]?.getAttribute('aria-checked')).toBe('true');
    expect(menu.queryByRole('menuitemcheckbox', { name: /^Half/ })).toBeNull();
    await page.user.click(menu.getByRole('menuitemcheckbox', { name: /^Other/ }));
    await waitFor(() =>
      expect(page.engine.loads.at(-1)).toEqual({ kind: 'url', url: 'https://example.org/other.gguf' }),
    );
  });

  test('goes with it: the header says when another is loaded, and the next message loads it', async () => {
    const page = renderPage({ stored: [storedModel({})] });
    await send(page, 'Hello');
    await screen.findByText(/You said: Hello/);
    const menu = await openMenu(page);
    await page.user.click(await menu.findByRole('menuitemcheckbox', { name: /^Other/ }));
    await waitFor(() => expect(page.stores.chat.getState().current?.model?.source.kind).toBe('url'));
    // Another conversation brings the bundled model back.
    const first = page.stores.chat.getState().current?.id ?? '';
    await act(async () => {
      await page.stores.chat.getState().newChat();
      await page.stores.model.getState().openBundled();
      await page.stores.chat.getState().select(first);
    });
    expect(await screen.findByText(/is loaded; this one loads with your next message/)).toBeTruthy();
    const before = page.engine.loads.length;
    await page.user.type(screen.getByRole('textbox', { name: 'Message' }), 'Again');
    await page.user.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() =>
      expect(page.engine.loads.slice(before)).toEqual([{ kind: 'url', url: 'https://example.org/other.gguf' }]),
    );
  });
});

test('tabs move by arrow keys', async () => {
  const page = renderPage();
  const panel = await openPanel(page, 'Catalogue');
  panel.getByRole('tab', { name: 'Catalogue' }).focus();
  await page.user.keyboard('{ArrowRight}');
  expect(panel.getByRole('tab', { name: 'Open', selected: true })).toBe(document.activeElement);
  await page.user.keyboard('{End}');
  expect(panel.getByRole('tab', { name: 'This model', selected: true })).toBe(document.activeElement);
});
