// How models of each family mark their reasoning, answers and calls: the page on the fake engine, which reads what they write as the
// real one does, letter for letter.
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { build, preview, type PreviewServer } from 'vite';
import { SPEECHES, type SpeechName } from '../app/testing/scripted-speech.ts';
import { overflow, violations } from './axe.ts';
import { ChatPage, expect, test } from './chat-page.ts';

const BUILT_PAGE = resolve('node_modules/.cache/mixtab-speech-page');
const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

let server: PreviewServer;

test.beforeAll(async () => {
  await build({
    logLevel: 'error',
    build: {
      outDir: BUILT_PAGE,
      emptyOutDir: true,
      rolldownOptions: { input: resolve('app/testing/fake.html') },
    },
  });
  server = await preview({ build: { outDir: BUILT_PAGE }, preview: { port: 0 }, logLevel: 'warn' });
});

test.afterAll(() => server.close());

/** The page on a model of this family, which writes without a pause. */
async function open(page: Page, speech: SpeechName, settings: object = {}): Promise<ChatPage> {
  await page.addInitScript(
    (sampling) => localStorage.setItem('mixtab-settings', JSON.stringify({ state: { sampling }, version: 2 })),
    settings,
  );
  const chat = new ChatPage(page);
  await chat.open(`${server.resolvedUrls?.local[0] ?? ''}app/testing/fake.html?pace=0&speech=${speech}`);
  return chat;
}

async function ask(chat: ChatPage, question: string): Promise<void> {
  await chat.message.fill(question);
  await chat.send.click();
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport, ...(size === 'phone' && { hasTouch: true }) });

    for (const name of Object.keys(SPEECHES) as SpeechName[]) {
      test(`${name}: reasoning and answer apart, and no marks`, async ({ page }) => {
        const chat = await open(page, name);
        await ask(chat, 'How many?');
        const answer = chat.answers.first();
        await expect(answer.getByText('You have five apples.')).toBeVisible();
        const fold = answer.getByRole('button', { name: /^Reasoned for/ });
        const thought = answer.getByText(/^Five apples, and `<\/th\w+>` is only a word here\.$/);
        await expect(fold).toHaveAttribute('aria-expanded', 'false');
        await expect(thought).toBeHidden();
        await fold.click();
        await expect(thought).toBeVisible();
        await expect(answer).not.toContainText(/\[\/?THINK\]|<\||\|>|◁|mm:think|seed:think|analysis|final/);
        expect(await overflow(page)).toBe(0);
      });
    }

    test('a thought that was cut off says so, and goes on', async ({ page }) => {
      const chat = await open(page, 'opened', { maxTokens: 4 });
      await ask(chat, 'How many?');
      const answer = chat.answers.first();
      await expect(answer.getByText(/The model was still reasoning: there is no answer yet/)).toBeVisible();
      await expect(answer.getByRole('button', { name: 'Reasoning, cut off' })).toBeVisible();
      await answer.getByRole('button', { name: 'Continue' }).click();
      await expect(answer.getByText(/still reasoning/)).toBeVisible();
      expect(await overflow(page)).toBe(0);
      expect(await violations(page)).toEqual([]);
    });

    test('a call of a tool is a block of its own', async ({ page }) => {
      const chat = await open(page, 'think');
      await ask(chat, 'What is the weather?');
      const call = chat.answers.first().getByRole('region', { name: 'Tool call: weather' });
      await expect(call.getByText('{"at":"Paris"}')).toBeVisible();
      await expect(chat.answers.first()).not.toContainText('tool_call');
      expect(await overflow(page)).toBe(0);
      expect(await violations(page)).toEqual([]);
    });

    test('thinking is switched at the composer, and stays with the conversation', async ({ page }) => {
      const chat = await open(page, 'opened');
      const button = page.getByRole('button', { name: 'Reasoning', exact: true });
      await expect(button).toHaveAttribute('aria-pressed', 'true');
      await button.click();
      await expect(button).toHaveAttribute('aria-pressed', 'false');
      expect(await violations(page)).toEqual([]);
      await ask(chat, 'How many?');
      await expect(chat.answers.first().getByText('You have five apples.')).toBeVisible();
      // A reload finds the conversation again, and how it is asked.
      await page.reload();
      await chat.ready();
      await expect(button).toHaveAttribute('aria-pressed', 'false');
      if (size === 'phone') await page.getByRole('button', { name: 'Show conversations' }).click();
      await page.getByRole('button', { name: 'New chat' }).first().click();
      await expect(button).toHaveAttribute('aria-pressed', 'true');
      if (size === 'phone') await page.getByRole('button', { name: 'Show conversations' }).click();
      await page.getByRole('button', { name: 'How many?', exact: true }).click();
      await expect(button).toHaveAttribute('aria-pressed', 'false');
    });

    test('efforts are a menu, by keyboard too', async ({ page }) => {
      const chat = await open(page, 'harmony');
      await page.getByRole('button', { name: 'Reasoning: Medium' }).focus();
      await page.keyboard.press('Enter');
      const high = page.getByRole('menuitemradio', { name: 'High' });
      await expect(high).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await high.press('Enter');
      await expect(page.getByRole('button', { name: 'Reasoning: High' })).toBeVisible();
      await ask(chat, 'How many?');
      await expect(chat.answers.first().getByText('You have five apples.')).toBeVisible();
      expect(await overflow(page)).toBe(0);
    });
  });
}
