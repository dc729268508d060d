// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUNDLED, createGate, renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const READY = '20.1 M parameters, 6.7 M active';
const answers = (): HTMLElement[] => screen.queryAllByRole('article', { name: 'Mixtab' });
const leave = (): void => void dispatchEvent(new Event('pagehide'));

describe('an engine that does not answer', () => {
  test('Restart keeps the answer so far, loads the model again, and the answer goes on', async () => {
    const gate = createGate(2);
    const page = renderPage({ answer: () => 'one two three four', pace: gate.pace });
    await send(page, 'Count');
    await waitFor(() => expect(answers()[0]?.textContent).toContain('one two'));
    act(() => page.engine.fallSilent('Nothing for 10 s.'));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The engine is not responding.');
    expect(alert.textContent).toContain('Nothing for 10 s.');

    await page.user.click(within(alert).getByRole('button', { name: 'Restart' }));
    expect(await screen.findByText(/The engine was restarted/)).toBeTruthy();
    expect(page.engine.restarts).toBe(1);
    await waitFor(() => expect(page.engine.loads).toHaveLength(2));
    expect(answers()[0]?.textContent).toContain('one two');
    gate.open();
    await page.user.click(await screen.findByRole('button', { name: 'Continue' }));
    await screen.findByRole('button', { name: 'More about this answer' });
    expect(page.engine.requests.at(-1)?.prompt).toMatchObject({
      continueLast: true,
      messages: [{ content: 'Count' }, { role: 'assistant', content: 'one two' }],
    });
    expect(screen.queryByText(/is not responding/)).toBeNull();
  });

  test('one that answers again was only busy', async () => {
    const page = renderPage();
    await screen.findByText(READY);
    act(() => page.engine.fallSilent());
    expect(await screen.findByRole('button', { name: 'Restart' })).toBeTruthy();
    act(() => page.engine.answerAgain());
    expect(screen.queryByRole('button', { name: 'Restart' })).toBeNull();
    expect(page.engine.loads).toHaveLength(1);
  });

  test('in the middle of a load: the same model is loaded by the new engine', async () => {
    const gate = createGate(4);
    const page = renderPage({ loadPace: gate.pace });
    await screen.findByRole('progressbar', { name: 'Loading model' });
    act(() => page.engine.fallSilent());
    gate.open();
    await page.user.click(await screen.findByRole('button', { name: 'Restart' }));
    expect(await screen.findByText(READY)).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('a Stop that nobody heard restarts it: the model is loaded again by itself', async () => {
    const page = renderPage();
    await screen.findByText(READY);
    act(() => page.engine.restart());
    await waitFor(() => expect(page.engine.loads).toHaveLength(2));
    expect(await screen.findByText(READY)).toBeTruthy();
  });

  test('another tab gets its GPU: it is ended, and nothing is loaded here', async () => {
    const page = renderPage();
    await screen.findByText(READY);
    act(() => page.engine.fallSilent());
    await act(() => page.stores.model.getState().release());
    expect(page.engine.restarts).toBe(1);
    expect(page.engine.loads).toHaveLength(1);
    expect(screen.queryByRole('button', { name: 'Restart' })).toBeNull();
  });

  test('the model panel says it as well', async () => {
    const page = renderPage();
    await page.user.click(await screen.findByRole('button', { name: /20.1\sM parameters/ }));
    await page.user.click(await screen.findByRole('menuitem', { name: 'More models…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Models' }));
    await dialog.findByRole('tab', { name: 'Catalogue' });
    act(() => page.engine.fallSilent());
    await page.user.click(await dialog.findByRole('button', { name: 'Restart' }));
    await waitFor(() => expect(page.engine.loads).toHaveLength(2));
  });
});

describe('a model that ended the tab while it was loading', () => {
  /** A visit whose tab dies in the middle of a load. */
  async function crash(): Promise<void> {
    renderPage({ loadPace: createGate(4).pace });
    await screen.findByRole('progressbar', { name: 'Loading model' });
    cleanup();
  }

  test('is not loaded again by itself; Load loads it', async () => {
    await crash();
    const page = renderPage();
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('while tiny was loading');
    expect(page.engine.loads).toEqual([]);
    await page.user.click(within(alert).getByRole('button', { name: 'Load' }));
    expect(await screen.findByText(READY)).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();

    // It survived: the next visit trusts it again.
    renderPage();
    expect(await screen.findByText(READY)).toBeTruthy();
  });

  test('another model, or none', async () => {
    await crash();
    const page = renderPage();
    await page.user.click(await screen.findByRole('button', { name: 'Another model' }));
    const dialog = await screen.findByRole('dialog', { name: 'Models' });
    expect(await within(dialog).findByRole('button', { name: 'None for now' })).toBeTruthy();
    await page.user.keyboard('{Escape}');
    await page.user.click(screen.getAllByRole('button', { name: 'None for now' })[0] as HTMLElement);
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByText('No model')).toBeTruthy();
    expect(page.engine.loads).toEqual([]);

    // Nothing has shown that it loads now: the next visit asks again.
    renderPage();
    expect(await screen.findByRole('button', { name: 'Load' })).toBeTruthy();
  });

  test.each([
    ['an error', { loadErrors: [{ code: 'network', message: 'No server.' } as const] }],
    ['an end', {}],
  ])('a load that comes to %s leaves no mark', async (_, options) => {
    renderPage(options);
    await waitFor(() => expect(screen.queryByRole('progressbar', { name: 'Loading model' })).toBeNull());
    await waitFor(() => expect(screen.queryByText(READY) ?? screen.queryByRole('alert')).toBeTruthy());
    const page = renderPage();
    expect(await screen.findByText(READY)).toBeTruthy();
    expect(page.engine.loads).toEqual([{ kind: 'url', url: BUNDLED.url }]);
  });

  test('leaving on purpose, or cancelling, leaves no mark', async () => {
    renderPage({ loadPace: createGate(4).pace });
    await screen.findByRole('progressbar', { name: 'Loading model' });
    leave();
    const page = renderPage({ loadPace: createGate(4).pace });
    await page.user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await screen.findByText(/Loading was cancelled/);
    renderPage();
    expect(await screen.findByText(READY)).toBeTruthy();
  });

  test('another model than the one that the page would load is no reason to wait', async () => {
    localStorage.setItem('mixtab-loading', 'https://example.org/huge.gguf');
    renderPage();
    expect(await screen.findByText(READY)).toBeTruthy();
  });
});
