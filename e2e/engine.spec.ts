// An engine that hangs, dies or takes the tab with it: the built page, the real engine, and a worker that fails at a word.
import type { Page } from '@playwright/test';
import { type ChatPage, expect, finished, test, withoutSharedEngine } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';

// What a service worker passes on, a test could not change.
test.use({ serviceWorkers: 'block' });

const CHANNEL = 'engine-test';

/** Appended to the worker's script: it hangs for ever, or ends itself, when it is told to. */
const FAILS_AT_A_WORD = `;
new BroadcastChannel('${CHANNEL}').onmessage = ({ data }) => {
  if (data === 'close') self.close();
  else for (;;);
};`;

async function failAtAWord(page: Page): Promise<void> {
  await withoutSharedEngine(page.context()); // whose script no test can change on its way
  await page.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()) + FAILS_AT_A_WORD });
  });
}

const tell = (page: Page, word: 'hang' | 'close'): Promise<void> =>
  page.evaluate(([channel, word]) => new BroadcastChannel(channel).postMessage(word), [CHANNEL, word] as const);

/** The model file never arrives. */
async function holdModel(page: Page): Promise<void> {
  await page.route('**/models/*.gguf*', () => {});
}

async function openEndless(chat: ChatPage, template?: string): Promise<void> {
  await chat.page.route('**/models/*.gguf*', (route) => route.fulfill({ status: 404 }));
  await chat.page.goto('/');
  await chat.openFile(endlessModel(template));
}

test('an engine that hangs is stopped all the same; one that is gone is restarted, and the answer goes on', async ({
  chat,
}) => {
  const { page } = chat;
  await failAtAWord(page);
  await openEndless(chat);

  const first = await chat.ask('Hello');
  await expect(first.getByText(/tokens/)).toBeVisible();
  await tell(page, 'hang');
  await chat.stop.click();
  await expect(first.getByText('Stopped.')).toBeVisible();
  await chat.ready();

  const second = await chat.ask('And now?');
  await expect(second.getByText(/tokens/)).toBeVisible();
  await tell(page, 'close');
  const notice = page.getByRole('alert').filter({ hasText: 'The engine is not responding' });
  await notice.getByRole('button', { name: 'Restart' }).click();
  await expect(second.getByText(/The engine was restarted/)).toBeVisible();
  await chat.ready();
  await expect(notice).toBeHidden();
  await second.getByRole('button', { name: 'Continue' }).click();
  await expect(second).toHaveAttribute('aria-busy', 'true');
  await chat.stop.click();
  await finished(second);
});

test('a chat template that loops from the third message on is an error, and the engine stays', async ({ chat }) => {
  const loop = '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}';
  await openEndless(chat, `{{ messages[-1].content }}{% if messages | length > 2 %}${loop}{% endif %}<|assistant|>`);
  const first = await chat.ask('Hello');
  await expect(first.getByText(/tokens/)).toBeVisible();
  await chat.stop.click();
  await finished(first);
  const second = await chat.ask('And now?');
  // Two seconds or fifty million steps, whichever a machine comes to first.
  await expect(second.getByRole('alert')).toContainText(/chat template (was stopped|takes too many steps)/);

  await chat.page.getByRole('button', { name: 'New chat' }).first().click();
  const third = await chat.ask('Hello again');
  await expect(third.getByText(/tokens/)).toBeVisible();
  await chat.stop.click();
  await finished(third);
});

test('a model that ended the tab while it was loading is not loaded again by itself; a reload is no such end', async ({
  chat,
  context,
}) => {
  const { page } = chat;
  await holdModel(page);
  await page.goto('/');
  await expect(chat.loading).toBeVisible();
  await page.reload();
  await expect(chat.loading).toBeVisible();

  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined); // nobody is left to answer
  await crashed;

  const next = await context.newPage();
  await next.goto('/');
  const notice = next.getByRole('alert').filter({ hasText: 'was loading' });
  await expect(notice.getByRole('button', { name: 'Another model' })).toBeVisible();
  await expect(notice.getByRole('button', { name: 'None for now' })).toBeVisible();
  await notice.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(notice).toBeHidden();
  await expect(next.getByRole('banner')).toContainText(/parameters/);
});
