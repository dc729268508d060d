// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGate, type RenderedPage, renderPage } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const log = (): HTMLElement => screen.getByRole('log', { name: 'Conversation' });
const answer = (): HTMLElement => within(log()).getByRole('article', { name: 'Mixtab' });
const box = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message' });

/** A page that loads its model until `open`, and a question that was sent meanwhile. */
async function queued(): Promise<{ page: RenderedPage; open(): void }> {
  const gate = createGate(4);
  const page = renderPage({ loadPace: gate.pace });
  await screen.findByRole('progressbar', { name: 'Loading model' });
  await page.user.type(box(), 'Who are you?{Enter}');
  await screen.findByText('Queued: it is sent when the model is ready.');
  return { page, open: gate.open };
}

describe('a question that is sent while the model loads', () => {
  test('is shown as queued, and answered when the model is ready', async () => {
    const { page, open } = await queued();
    expect(within(log()).getByRole('article', { name: 'You' }).textContent).toContain('Who are you?');
    expect(box().value).toBe('');
    expect(page.engine.requests).toHaveLength(0);
    open();
    await waitFor(() => expect(answer().textContent).toContain('You said: Who are you?'));
    expect(screen.queryByText(/^Queued/)).toBeNull();
    expect(page.engine.requests).toHaveLength(1);
  });

  test('can be changed: it goes back to where it was written, and no conversation is left', async () => {
    const { page, open } = await queued();
    await page.user.click(screen.getByRole('button', { name: 'Edit question' }));
    await waitFor(() => expect(box().value).toBe('Who are you?'));
    expect(within(log()).queryByRole('article')).toBeNull();
    expect(page.stores.chat.getState().heads).toHaveLength(0);
    await page.user.type(box(), ' And why?{Enter}');
    open();
    await waitFor(() => expect(answer().textContent).toContain('You said: Who are you? And why?'));
    expect(page.engine.requests).toHaveLength(1);
  });

  test('can be cancelled, and asked later', async () => {
    const { page, open } = await queued();
    await page.user.click(screen.getByRole('button', { name: 'Cancel question' }));
    await screen.findByText('Stopped.');
    open();
    await screen.findByText(/parameters, .* active/);
    expect(page.engine.requests).toHaveLength(0);
    await page.user.click(screen.getByRole('button', { name: 'Answer again' }));
    await waitFor(() => expect(answer().textContent).toContain('You said: Who are you?'));
  });

  test('stays, with the reason, where the model cannot be loaded', async () => {
    const gate = createGate(1);
    const error = { code: 'network', message: 'The server did not answer.' } as const;
    const page = renderPage({ loadPace: gate.pace, loadErrors: [error, null] });
    await screen.findByRole('progressbar', { name: 'Loading model' });
    await page.user.type(box(), 'Hello{Enter}');
    gate.open();
    await waitFor(() => expect(answer().textContent).toContain('The server did not answer.'));
    expect(within(log()).getByRole('article', { name: 'You' }).textContent).toContain('Hello');
    await page.user.click(screen.getByRole('button', { name: 'Retry' }));
    await page.user.click(await within(answer()).findByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(answer().textContent).toContain('You said: Hello'));
  });
});

test('what is said of why nothing can be sent goes when that is no longer so', async () => {
  const page = renderPage({}, { bundled: null });
  await page.user.type(box(), 'Hello{Enter}');
  expect(screen.getByText('No model is loaded yet')).toBeTruthy();
  await page.stores.model.getState().open({ kind: 'url', url: 'https://example.org/x.gguf' });
  await waitFor(() => expect(screen.queryByText('No model is loaded yet')).toBeNull());
  expect(box().value).toBe('Hello');
});
