// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { storedModel } from '../../testing/model-panel.ts';
import { newDatabase, type RenderedPage, renderPage, send } from '../../testing/render-page.tsx';

afterEach(cleanup);

const OTHER = storedModel({});

async function ask(page: RenderedPage): Promise<void> {
  await page.user.click(await screen.findByRole('button', { name: 'More about this answer' }));
  await page.user.click(await screen.findByRole('button', { name: 'Ask another model' }));
  await page.user.click(await screen.findByRole('button', { name: /^Other/ }));
}

function loadedUrl({ stores }: RenderedPage): string | null {
  const { status } = stores.model.getState();
  return status.kind === 'ready' && status.source.kind === 'url' ? status.source.url : null;
}

describe('another model', () => {
  test('answers the same question beside the first, and the first comes back', async () => {
    const database = newDatabase();
    const page = renderPage({ stored: [OTHER] }, { database });
    await send(page, 'What is it?');
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    const first = loadedUrl(page);
    const before = page.stores.chat.getState().path.at(-1)?.message;
    await ask(page);
    expect(await screen.findByRole('region', { name: /^Answer of / })).toBeTruthy();
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    await waitFor(() => expect(loadedUrl(page)).toBe(first));
    const entry = page.stores.chat.getState().path.at(-1);
    expect(entry?.siblings).toHaveLength(2);
    expect(entry?.message).toMatchObject({ beside: before?.id, status: { kind: 'done' } });
    // The conversation stays with its own model.
    expect(page.stores.chat.getState().current?.model?.source).toEqual({ kind: 'bundled' });
    // A reload shows them side by side again.
    const again = renderPage({ stored: [OTHER] }, { database });
    await again.user.click(await screen.findByRole('button', { name: 'What is it?' }));
    expect(await screen.findByRole('region', { name: /^Answer of / })).toBeTruthy();
    // As a branch: the first alone is one step back.
    await again.user.click(screen.getByRole('button', { name: 'Previous version' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: /^Answer of / })).toBeNull());
  });

  test('that is stopped keeps what it wrote, and the first comes back', async () => {
    let hold: Promise<void> | null = null;
    let goOn = (): void => undefined;
    const page = renderPage({ stored: [OTHER], pace: () => hold ?? Promise.resolve() });
    await send(page, 'What is it?');
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    const first = loadedUrl(page);
    hold = new Promise((resolve) => {
      goOn = resolve;
    });
    await ask(page);
    await page.user.click(await screen.findByRole('button', { name: 'Stop' }));
    goOn();
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    await waitFor(() => expect(loadedUrl(page)).toBe(first));
  });

  test('without one here, leads to the models', async () => {
    const page = renderPage();
    await send(page, 'What is it?');
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    await page.user.click(await screen.findByRole('button', { name: 'More about this answer' }));
    await page.user.click(await screen.findByRole('button', { name: 'Ask another model' }));
    await page.user.click(await screen.findByRole('button', { name: 'See models' }));
    const models = within(await screen.findByRole('dialog', { name: 'Models' }));
    expect(await models.findByRole('tab', { name: 'Catalogue', selected: true })).toBeTruthy();
  });
});
