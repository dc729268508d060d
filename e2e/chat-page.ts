// The page as a person meets it: by roles and names only.
import { expect, test as base, type BrowserContext, type Locator, type Page } from '@playwright/test';
import type { FilePayload } from './endless-model.ts';
import { StaticServer } from './static-server.ts';

export class ChatPage {
  readonly page: Page;
  readonly message: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  /** The button that names the model; its menu has the models at hand. */
  readonly model: Locator;
  readonly loading: Locator;
  readonly conversation: Locator;
  readonly answers: Locator;

  constructor(page: Page) {
    this.page = page;
    this.message = page.getByRole('textbox', { name: 'Message' });
    this.send = page.getByRole('button', { name: 'Send' });
    this.stop = page.getByRole('button', { name: 'Stop' });
    this.model = page.getByRole('banner').locator('button[aria-haspopup=menu]');
    this.loading = page.getByRole('progressbar', { name: 'Loading model' });
    this.conversation = page.getByRole('log', { name: 'Conversation' });
    this.answers = this.conversation.getByRole('article', { name: 'Mixtab' });
  }

  /** Waits until the model is loaded: then what is written can be sent. */
  async ready(): Promise<void> {
    await this.message.fill('…');
    await expect(this.send).toBeEnabled();
    await expect(this.loading).toBeHidden();
    await this.message.clear();
  }

  async open(url = '/'): Promise<void> {
    await this.page.goto(url);
    await this.ready();
  }

  /** Opens the model panel at one of its tabs. */
  async openModels(tab: 'Catalogue' | 'Open' | 'Server' | 'Storage' | 'This model'): Promise<Locator> {
    await this.model.click();
    await this.page.getByRole('menuitem', { name: 'More models…' }).click();
    const panel = this.page.getByRole('dialog', { name: 'Models' });
    await panel.getByRole('tab', { name: tab }).click();
    return panel;
  }

  /** Opens a model from disk, through the model panel, and waits until it is loaded. */
  async openFile(file: FilePayload): Promise<void> {
    const panel = await this.openModels('Open');
    await panel.getByLabel('Open files').setInputFiles(file);
    await panel.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(this.model).toContainText(file.name.replace('.gguf', ''));
    await this.ready();
  }

  /** How much of the one model, whose download is under way, the model panel says is kept in this browser. */
  async storedPercentage(): Promise<number> {
    const panel = await this.openModels('Storage');
    const kept = panel.getByRole('region', { name: 'Kept in this browser' });
    const size = await kept.getByText(/of .* \(\d+\s%\)/).innerText();
    await this.page.keyboard.press('Escape');
    return Number(/\((\d+)\s%\)/.exec(size)?.[1]);
  }

  /** Sends a question and returns its answer, which may still be being written. */
  async ask(question: string): Promise<Locator> {
    const before = await this.answers.count();
    await this.message.fill(question);
    await this.message.press('Enter');
    const answer = this.answers.nth(before);
    await expect(answer).toBeVisible();
    return answer;
  }

  async askAndWait(question: string): Promise<Locator> {
    const answer = await this.ask(question);
    await finished(answer);
    return answer;
  }
}

/** As in browsers without WebGPU in shared workers: each tab has an engine of its own. */
export async function withoutSharedEngine(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
}

export async function finished(answer: Locator): Promise<void> {
  await expect(answer).toHaveAttribute('aria-busy', 'false');
}

/** The text of a finished answer as the model wrote it, before Markdown: through the Copy button. */
export async function textOf(answer: Locator, context: BrowserContext): Promise<string> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await answer.getByRole('button', { name: 'Copy answer' }).click();
  return await answer.page().evaluate(() => navigator.clipboard.readText());
}

/** Prompt tokens of an answer, and how many of them were not computed anew: what the page says of it. */
export async function promptTokens(answer: Locator): Promise<{ reused: number; total: number }> {
  const more = answer.getByRole('button', { name: 'More about this answer' });
  await more.click();
  const figure = async (name: string): Promise<number> => {
    const term = answer.getByRole('region', { name: 'This answer' }).getByText(name, { exact: true });
    return Number.parseInt((await term.locator('+ dd').innerText()).replaceAll(',', ''), 10);
  };
  const figures = { reused: await figure('Reused from before'), total: await figure('Prompt') };
  await more.click();
  return figures;
}

/**
 * What the page keeps of its settings once "Precise" was chosen: the same question then has the same answer in each run, and a
 * model that is made to babble finds no end by chance.
 */
const PRECISE = {
  state: {
    sampling: {
      ...{ temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
      ...{ seed: null, maxTokens: 512, systemPrompt: '' },
    },
  },
  version: 2,
};

/** Before the first visit. */
async function choosePrecise(context: BrowserContext): Promise<void> {
  await context.addInitScript((settings) => {
    if (localStorage.getItem('mixtab-settings') === null) localStorage.setItem('mixtab-settings', settings);
  }, JSON.stringify(PRECISE));
}

/** What the browser says where its content security policy refuses something. */
const REFUSED = /Content Security Policy|Trusted(HTML|Script)/;

/** A test's page, which fails where a policy refused something, unless the test means to offend it. */
export async function heedingPolicies(
  { page, mayOffend }: { readonly page: Page; readonly mayOffend: boolean },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const refused: string[] = [];
  page.on('console', (message) => {
    if (REFUSED.test(message.text())) refused.push(message.text());
  });
  await use(page);
  if (!mayOffend) expect(refused).toEqual([]);
}

interface Fixtures {
  /** A page that nobody has visited before, with the preset "Precise". */
  readonly chat: ChatPage;
  /** Serves the same build, and can break off. */
  readonly server: StaticServer;
  /** For tests that mean to offend the content security policy; all others fail where the page does. */
  readonly mayOffend: boolean;
}

export const test = base.extend<Fixtures>({
  mayOffend: [false, { option: true }],
  page: heedingPolicies,
  chat: async ({ page, context }, use) => {
    await choosePrecise(context);
    await use(new ChatPage(page));
  },
  // Playwright wants an object pattern even where a fixture needs no other.
  // eslint-disable-next-line no-empty-pattern
  server: async ({}, use) => {
    const server = await StaticServer.start();
    await use(server);
    await server.stop();
  },
});

export { expect };
