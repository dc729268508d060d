// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeConversations } from '../state/files/conversation-file.ts';
import { renderPage, type RenderedPage } from '../testing/render-page.tsx';
import { serverChoice } from './servers-store.ts';
import { vllmStream } from './testing/recorded.ts';

const URL_A = 'https://gpu.example.org/v1';
const SERVER = {
  url: URL_A,
  kind: 'vllm',
  models: [{ id: 'm', contextLength: 100 }],
  routing: null,
  wantsKey: false,
} as const;

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function serve(): void {
  vi.stubGlobal('fetch', async () => new Response(vllmStream(), { headers: { 'content-type': 'text/event-stream' } }));
}

async function askServer({ stores }: RenderedPage): Promise<void> {
  stores.servers.getState().add(SERVER);
  await stores.chat.getState().setConversationModel(serverChoice(URL_A, 'm'));
  await stores.chat.getState().send('Capital?');
}

describe('a conversation that a server answers', () => {
  test('says so at the composer and on the answer, in the menu and in a Markdown file; the next chat too', async () => {
    serve();
    const page = renderPage();
    await askServer(page);
    const mark = await screen.findByRole('note', { name: 'Where this conversation goes' });
    expect(mark.textContent).toContain('Leaves this device: goes to gpu.example.org');
    expect(await screen.findByText('From gpu.example.org')).toBeTruthy();
    const { chat } = page.stores;
    const { current } = chat.getState();
    expect(current?.model).toEqual(serverChoice(URL_A, 'm'));
    const file = await chat.getState().exportConversations(current?.id ?? '', 'markdown');
    expect(await file.text()).toContain('## m (gpu.example.org)');
    await chat.getState().newChat();
    expect(await screen.findByText('A larger model, on a server')).toBeTruthy();
    expect(screen.queryByText(/Nothing you write leaves this device/)).toBeNull();
  });

  test('needs neither a model in the tab nor the graphics processor', async () => {
    serve();
    const page = renderPage({ loadErrors: [{ code: 'out-of-memory', message: 'Too large.' }] });
    await screen.findByText('Too large.');
    await askServer(page);
    expect(await screen.findByText('From gpu.example.org')).toBeTruthy();
    expect(screen.queryByText('Too large.')).toBeNull();
  });

  test('shows how full its context is, as the server counted', async () => {
    serve();
    await askServer(renderPage());
    expect(await screen.findByRole('button', { name: 'Context: 21 of 100 tokens' })).toBeTruthy();
  });

  test('goes back to the tab with another choice of model, and its ids are asked of nobody', async () => {
    serve();
    const page = renderPage();
    await page.stores.model.getState().ensure(null);
    await askServer(page);
    const { chat } = page.stores;
    await chat.getState().setConversationModel({ name: 'tiny', source: { kind: 'bundled' } });
    await chat.getState().send('And now?');
    expect(screen.queryByRole('note', { name: 'Where this conversation goes' })).toBeNull();
    const last = chat.getState().path.at(-1)?.message;
    expect(last).not.toHaveProperty('host');
    const asked = page.engine.requests.at(-1)?.prompt;
    expect(asked).toMatchObject({
      kind: 'chat',
      messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }],
    });
    expect(JSON.stringify(asked)).not.toContain('"tokens"');
  });

  test('that came from a file is foreign, whatever the file says', async () => {
    const page = renderPage();
    const head = {
      ...{ id: 'c', title: 'C', createdAt: 1, updatedAt: 1, isPinned: false, leafId: null, settings: null },
      model: serverChoice(URL_A, 'm'),
    };
    page.stores.servers.getState().add(SERVER);
    const blob = writeConversations([{ head, messages: [] }], new Date(0));
    await page.stores.chat.getState().importConversations(new File([blob], 'x.json'));
    await page.stores.chat.getState().select('c');
    expect(page.stores.chat.getState().current?.model?.source).toMatchObject({ isForeign: true });
  });
});

test('where no model can run, a server may be used instead', async () => {
  const page = renderPage({ loadErrors: [{ code: 'no-webgpu', message: 'No adapter.' }] });
  await page.user.click(await screen.findByRole('button', { name: 'Use a server instead' }));
  const panel = await screen.findByRole('dialog', { name: 'Models' });
  await waitFor(() =>
    expect(within(panel).getByRole('tab', { name: 'Server' }).getAttribute('aria-selected')).toBe('true'),
  );
});
