// What an installed Mixtab gets from the system, and addresses: the built page, real Chromium; launches are handed over as the browser does.
import type { Page } from '@playwright/test';
import { expect, test, withoutSharedEngine } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';
import { conversationWith, importConversation } from './sample-conversations.ts';
import { StaticServer } from './static-server.ts';

declare global {
  interface Window {
    /** What the page gave to the launch queue. */
    launch?:
      ((launch: { readonly targetURL?: string; readonly files?: readonly FileSystemFileHandle[] }) => void) | undefined;
    screenLocks?: string[];
  }
}

async function underControl(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
}

function withId(
  { head, messages }: ReturnType<typeof conversationWith>,
  id: string,
): ReturnType<typeof conversationWith> {
  return { head: { ...head, id }, messages };
}

const listed = (page: Page, title: string) =>
  page.getByRole('navigation', { name: 'Conversations' }).getByRole('button', { name: title, exact: true });

test.describe('without a model', () => {
  // What a service worker passes on, a test could not answer in its place.
  test.use({ serviceWorkers: 'block' });
  test.beforeEach(async ({ page, context }) => {
    await withoutSharedEngine(context); // its requests could not be answered here either
    await page.route('**/models/*.gguf*', (route) => route.fulfill({ status: 404 }));
  });

  test('Back, Forward and a reload lead to the conversation that was open', async ({ page }) => {
    await page.goto('/');
    await importConversation(page, conversationWith('First.', 'Sums'));
    await importConversation(page, withId(conversationWith('Second.', 'Animals'), 'animals'));
    await listed(page, 'Sums').click();
    await expect(page).toHaveURL(/#\/c\/[\w-]+$/);
    const sums = page.url();
    await listed(page, 'Animals').click();
    await expect(page).toHaveTitle(/Animals/);
    const animals = page.url();
    expect(animals).not.toBe(sums);
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await expect(page).toHaveURL(/#\/new$/);

    await page.goBack();
    await expect(page).toHaveTitle(/Animals/);
    await page.goBack();
    await expect(page).toHaveTitle(/Sums/);
    await page.goForward();
    await expect(page).toHaveTitle(/Animals/);
    await page.reload();
    await expect(page).toHaveTitle(/Animals/);
    await expect(page.getByText('Second.')).toBeVisible();

    const other = await page.context().newPage();
    await other.route('**/models/*.gguf*', (route) => route.fulfill({ status: 404 }));
    await other.goto(sums);
    await expect(other.getByText('First.')).toBeVisible();
    await expect(page).toHaveURL(animals);

    await other.goto('/#/c/nobody');
    await expect(other.getByText('The conversation of this address is not here')).toBeVisible();
    await expect(other).toHaveURL(/#\/new$/);
  });

  test('a link names a model: it is asked about after a yes, and nothing else is', async ({ page }) => {
    const asked: string[] = [];
    await page.route('https://huggingface.co/**', (route) => {
      asked.push(route.request().url());
      return route.fulfill({ status: 404 });
    });
    const open = (link: string) => page.goto(`/?open=${encodeURIComponent(link)}`);
    for (const hostile of ['web+mixtab:https://evil.example/m.gguf', 'web+mixtab:hf/../x/m.gguf']) {
      await open(hostile);
      await expect(page.getByText('This link does not name a model that Mixtab can open')).toBeVisible();
      expect(new URL(page.url()).search).toBe('');
    }
    await open('web+mixtab:hf/owner/name/m.gguf');
    const question = page.getByRole('dialog', { name: 'Load a model from huggingface.co?' });
    await expect(question).toContainText('A link outside of Mixtab names the model “m.gguf”');
    expect(asked).toEqual([]);
    await question.getByRole('button', { name: 'Load from huggingface.co' }).click();
    const panel = page.getByRole('dialog', { name: 'Models' });
    await expect(panel.getByLabel('Address, or owner/name on Hugging Face')).toHaveValue(
      'https://huggingface.co/owner/name/resolve/main/m.gguf',
    );
    await expect.poll(() => asked.length).toBeGreaterThan(0);
  });

  test('a page that is open takes what the app is launched with: a file opens where it lies, and again after a reload', async ({
    chat,
    page,
  }) => {
    const model = endlessModel();
    await page.addInitScript(() => {
      Object.defineProperty(window, 'launchQueue', {
        value: { setConsumer: (consumer: typeof window.launch) => (window.launch = consumer) },
      });
    });
    await page.goto('/');
    // The origin's own files are files with real handles.
    await page.evaluate(async (bytes) => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle('endless.gguf', { create: true });
      const file = await handle.createWritable();
      await file.write(Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)));
      await file.close();
      window.launch?.({ targetURL: location.href, files: [] });
      window.launch?.({ targetURL: location.href, files: [handle] });
    }, model.buffer.toString('base64'));
    await expect(chat.model).toContainText('endless');
    await chat.ready();

    const panel = await chat.openModels('Storage');
    await expect(panel.getByRole('region', { name: 'On this device' })).toContainText('endless');
    await expect(panel.getByText('No models are stored yet.', { exact: false })).toBeVisible();
    await page.keyboard.press('Escape');

    await page.reload();
    await expect(chat.model).toContainText('endless');
    await chat.ready();

    // Shortcuts work in the page that is open, too.
    await page.evaluate(() => window.launch?.({ targetURL: `${location.origin}/?launched` }));
    await page.evaluate(() => window.launch?.({ targetURL: `${location.origin}/?do=models` }));
    await expect(page.getByRole('dialog', { name: 'Models' })).toBeVisible();
    await page.keyboard.press('Escape');

    await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('endless.gguf'));
    await page.reload();
    await page.getByRole('button', { name: 'Open endless' }).click();
    const gone = page.getByRole('dialog', { name: '“endless” was not found' });
    await expect(gone.getByRole('button', { name: 'Choose the file…' })).toBeVisible();
    await gone.getByRole('button', { name: 'Not now' }).click();
    await expect(page.getByText('“endless” was not opened')).toBeVisible();
  });
});

test('what another program shares becomes a draft, without a network too', async ({ chat, server, page, context }) => {
  const form = (fields: string) =>
    `<!doctype html><form method="post" enctype="multipart/form-data" action="../?share">${fields}
     <input type="file" name="files" multiple><button>Share</button></form>`;
  server.add(
    'examples/poster.html',
    form('<input name="title" value="A page"><input name="url" value="https://a.example/">'),
  );
  const { url } = server;
  await page.goto(url); // the model is not waited for
  await underControl(page);
  await page.goto(`${url}examples/poster.html`);
  await page.locator('input[type=file]').setInputFiles({
    ...{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Some notes') },
  });
  await server.stop();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(chat.message).toHaveValue('A page\n\nhttps://a.example/');
  const files = page.getByRole('list', { name: 'Attached files' });
  await expect(files.getByRole('button', { name: 'Show notes.txt' })).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
  await page.reload();
  await expect(chat.message).toHaveValue('A page\n\nhttps://a.example/'); // once, not twice

  await page.goto(`${url}?share&text=${encodeURIComponent('And <b>this</b>')}`);
  await expect(chat.message).toHaveValue('A page\n\nhttps://a.example/\n\nAnd <b>this</b>');
});

test('below a folder of a host everything is found: page, worker, model, icons, service worker', async ({
  page,
  context,
  chat,
}) => {
  const server = await StaticServer.start('/mixtab/');
  const missing: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400) missing.push(response.url());
  });
  await chat.open(server.url);
  await underControl(page);
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
  expect(scope).toBe(server.url);
  const href = await page.locator('link[rel=manifest]').evaluate((link: HTMLLinkElement) => link.href);
  const manifest = (await (await page.request.get(href)).json()) as {
    readonly id: string;
    readonly start_url: string;
    readonly share_target: { readonly action: string };
    readonly icons: readonly { readonly src: string }[];
  };
  for (const address of [manifest.id, manifest.start_url, manifest.share_target.action]) {
    expect(new URL(address, href).pathname).toBe('/mixtab/');
  }
  for (const { src } of manifest.icons) expect((await page.request.get(new URL(src, href).href)).ok(), src).toBe(true);
  expect(missing).toEqual([]);
  await server.stop();
  await context.setOffline(true);
  await page.reload();
  await chat.ready();
});

test('the screen stays on while an answer is written, and no longer', async ({ chat, page }) => {
  await page.addInitScript(() => {
    window.screenLocks = [];
    const request = async (): Promise<unknown> => {
      window.screenLocks?.push('taken');
      return Object.assign(new EventTarget(), {
        release: async () => void window.screenLocks?.push('released'),
      });
    };
    Object.defineProperty(navigator, 'wakeLock', { value: { request } });
  });
  await chat.open();
  await chat.askAndWait('Who are you?');
  await expect.poll(() => page.evaluate(() => window.screenLocks?.at(-1))).toBe('released');
  const locks = await page.evaluate(() => window.screenLocks);
  expect(locks?.filter((one) => one === 'taken')).toHaveLength(locks?.filter((one) => one === 'released').length ?? 0);
});

test('notifications are turned on by a control, and never asked for by themselves', async ({ page, context }) => {
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    const ask = Notification.requestPermission.bind(Notification);
    Notification.requestPermission = () => {
      asked.push('asked');
      return ask();
    };
  });
  await page.goto('/');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { asked: string[] }).asked)).toEqual([]);
  await context.grantPermissions(['notifications']);
  await page.getByRole('banner').getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  const control = page.getByRole('button', { name: 'Notify me when it is done' });
  await expect(control).toHaveAttribute('aria-pressed', 'false');
  await control.click();
  await expect(control).toHaveAttribute('aria-pressed', 'true');
});
