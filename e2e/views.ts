// The views of the page, each as a person reaches it: what accessibility.spec.ts checks, and `npm run screenshots` takes pictures of.
import type { Page } from '@playwright/test';
import { RICH_ANSWER } from '../app/testing/sample-conversations.ts';
import { conversationWith, importConversation } from './sample-conversations.ts';
import { endlessModel } from './endless-model.ts';

/** Software rendering with a model of this size: an answer takes a while. */
export const PATIENCE_MS = 300_000;

const QUESTIONS = ['What is a mixture of experts?', 'If I have 12 apples and eat 5, how many are left?'] as const;

export interface View {
  readonly name: string;
  /** From where the view before has left the page. */
  open(page: Page): Promise<void>;
}

export async function ready(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill('…');
  await page.getByRole('button', { name: 'Send' }).and(page.locator(':enabled')).waitFor({ timeout: PATIENCE_MS });
  await page.getByRole('textbox', { name: 'Message' }).clear();
}

async function ask(page: Page, question: string): Promise<void> {
  const answers = page.getByRole('article', { name: 'Mixtab' });
  const before = await answers.count();
  await page.getByRole('textbox', { name: 'Message' }).fill(question);
  await page.getByRole('button', { name: 'Send' }).click({ timeout: PATIENCE_MS });
  await page.locator('article[aria-busy="false"]').nth(before).waitFor({ timeout: PATIENCE_MS });
}

/** Two answers of the bundled model, with the routing of the last one, and one of its tokens chosen. */
export async function openRouting(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Colour by experts' }).last().click();
  const token = page.getByRole('listbox', { name: 'Tokens of the answer' }).getByRole('option').nth(8);
  await token.focus();
  await page.keyboard.press('ArrowRight');
}

async function openModels(page: Page, tab: string): Promise<void> {
  const panel = page.getByRole('dialog', { name: 'Models' });
  if (!(await panel.isVisible())) {
    await page.getByRole('banner').locator('button[aria-haspopup=menu]').click();
    await page.getByRole('menuitem', { name: 'More models…' }).click();
  }
  await panel.getByRole('tab', { name: tab }).click();
}

/** `landmark`: a text of the section, which is loaded when it is first opened. */
async function openSettings(page: Page, section: string, landmark: string): Promise<void> {
  const panel = page.getByRole('dialog'); // on a phone it is named after its section
  if (!(await panel.isVisible())) await page.getByRole('button', { name: 'Settings', exact: true }).first().click();
  // On a phone the sections are a list, and one goes back to it.
  const back = panel.getByRole('button', { name: 'All settings' });
  if (await back.isVisible()) await back.click();
  await panel
    .getByRole('tab', { name: section })
    .or(panel.getByRole('button', { name: section }))
    .first()
    .click();
  await panel.getByText(landmark).first().waitFor();
}

async function closePanel(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
}

export const VIEWS: readonly View[] = [
  { name: 'empty', open: ready },
  {
    name: 'conversation',
    open: async (page) => {
      for (const question of QUESTIONS) await ask(page, question);
    },
  },
  { name: 'routing', open: openRouting },
  {
    name: 'routing-whole-answer',
    open: async (page) => {
      await page.getByRole('option', { selected: true }).press('Escape');
      await page.getByText('Evenness of the load').first().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'routing-compare',
    open: async (page) => {
      await page.getByRole('button', { name: 'Compare answers' }).click();
      const dialog = page.getByRole('dialog', { name: 'Two answers side by side' });
      await dialog.getByRole('combobox', { name: 'Answer to' }).selectOption({ label: QUESTIONS[0] });
      await dialog.locator('canvas').nth(2).waitFor();
    },
  },
  {
    name: 'content',
    open: async (page) => {
      await closePanel(page);
      const drawer = page.getByRole('button', { name: 'Show conversations' });
      if (await drawer.isVisible()) await drawer.click();
      const answer = await importConversation(page, conversationWith(RICH_ANSWER, 'Sums'));
      await answer.locator('.katex').first().waitFor();
      await answer.getByRole('heading').first().scrollIntoViewIfNeeded();
    },
  },
  { name: 'models-catalogue', open: (page) => openModels(page, 'Catalogue') },
  {
    name: 'models-preview',
    open: async (page) => {
      await openModels(page, 'Open');
      await page.getByRole('dialog').getByLabel('Open files').setInputFiles(endlessModel());
      await page.getByRole('dialog').getByRole('button', { name: 'Open', exact: true }).waitFor();
    },
  },
  { name: 'models-storage', open: (page) => openModels(page, 'Storage') },
  { name: 'models-this', open: (page) => openModels(page, 'This model') },
  {
    name: 'settings-generation',
    open: async (page) => {
      await closePanel(page);
      await openSettings(page, 'Generation', 'System prompt');
    },
  },
  { name: 'settings-appearance', open: (page) => openSettings(page, 'Appearance', 'Text size') },
  { name: 'settings-data', open: (page) => openSettings(page, 'Data', 'Export all') },
  { name: 'settings-device', open: (page) => openSettings(page, 'Device', 'Graphics processor') },
  { name: 'settings-about', open: (page) => openSettings(page, 'About', 'Privacy') },
  {
    name: 'shortcuts',
    open: async (page) => {
      await closePanel(page);
      await page.getByRole('log', { name: 'Conversation' }).click({ position: { x: 2, y: 2 } });
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    },
  },
  {
    name: 'search',
    open: async (page) => {
      await closePanel(page);
      const drawer = page.getByRole('button', { name: 'Show conversations' });
      if (await drawer.isVisible()) await drawer.click();
      await page.getByRole('searchbox').fill('apples');
      await page.locator('mark').first().waitFor();
    },
  },
];
