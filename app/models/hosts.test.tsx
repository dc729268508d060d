// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeConversations } from '../state/files/conversation-file.ts';
import { answer, head, question } from '../testing/messages.ts';
import { renderPage, type RenderedPage } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const URL = 'https://evil.example:8443/model.gguf';

/** A page with an imported conversation that names a model at a foreign address, and a question sent in it. */
async function askInImported(page: RenderedPage, id = 'c', url = URL): Promise<void> {
  const model = { name: 'Trojan', source: { kind: 'url', url } } as const;
  const filed = { head: head(id, { leafId: 'a', model }), messages: [question('q', null, 1), answer('a', 'q', 2)] };
  const file = new File([writeConversations([filed], new Date(0))], 'x.json', { type: 'application/json' });
  const chat = page.stores.chat.getState();
  await page.stores.model.getState().ensure(null);
  await chat.importConversations(file);
  await chat.select(id);
  void chat.send('Well?');
}

const fetched = ({ engine }: RenderedPage): string[] =>
  engine.loads.flatMap((source) => (source.kind === 'url' ? new globalThis.URL(source.url).host : []));

describe('a model address that came in with a conversation', () => {
  test('is fetched only after the person agreed to its host, and once agreed not asked for again', async () => {
    const page = renderPage();
    await askInImported(page);
    const dialog = await screen.findByRole('dialog', { name: 'Load a model from evil.example:8443?' });
    expect(within(dialog).getByText(/“Trojan”/)).toBeTruthy();
    expect(fetched(page)).not.toContain('evil.example:8443');
    await page.user.click(within(dialog).getByRole('button', { name: 'Load from evil.example:8443' }));
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    expect(fetched(page)).toContain('evil.example:8443');

    const again = renderPage();
    await askInImported(again, 'd');
    await waitFor(() => expect(fetched(again)).toContain('evil.example:8443'));
    expect(screen.queryByRole('dialog', { name: /Load a model/ })).toBeNull();
  });

  test('is not fetched where they do not; the question and a word stay', async () => {
    const page = renderPage();
    await askInImported(page);
    const dialog = await screen.findByRole('dialog', { name: /Load a model from evil/ });
    await page.user.click(within(dialog).getByRole('button', { name: 'Don’t load' }));
    expect(await screen.findByText(/you chose not to load it/)).toBeTruthy();
    expect(page.stores.chat.getState().path.at(-2)?.message.content).toBe('Well?');
    expect(fetched(page)).not.toContain('evil.example:8443');
    expect(page.stores.hosts.getState().agreed).toEqual([]);
  });

  test('needs no word where the person opened or downloads something from there', async () => {
    const page = renderPage();
    await page.stores.model.getState().open({ kind: 'url', url: 'https://evil.example:8443/other.gguf' });
    await page.stores.model.getState().openBundled();
    await askInImported(page);
    await waitFor(() => expect(page.engine.loads.at(-1)).toEqual({ kind: 'url', url: URL }));
    expect(page.stores.hosts.getState().question).toBeNull();
  });
});
