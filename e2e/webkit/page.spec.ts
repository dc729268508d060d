// The page in Safari's engine: on the fake engine, for there is no WebGPU here.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ANSWER,
  ask,
  button,
  choose,
  composeWord,
  finished,
  LIST,
  MESSAGE,
  openConversation,
  openModels,
  openRouting,
  QUESTION,
  ready,
  STOP,
} from '../elsewhere/chat.ts';
import type { Tab } from '../elsewhere/tab.ts';
import { conversationWith } from '../sample-conversations.ts';
import { BUILT_PAGE } from './playwright.config.ts';
import { expect, test } from './webkit.ts';

const DRAGON = 'Tell me a story about a dragon';

/** Nothing sticks out to the right, and what one writes in lies within the window. */
async function checkGeometry(tab: Tab): Promise<void> {
  const { overflow, height, width } = await tab.run(() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    height: window.innerHeight,
    width: window.innerWidth,
  }));
  expect(overflow).toBeLessThanOrEqual(0);
  const { box } = await tab.see(MESSAGE);
  expect(box.width).toBeGreaterThan(width / 4);
  expect(box.y).toBeGreaterThan(height / 2);
  expect(box.y + box.height).toBeLessThanOrEqual(height);
}

test('an answer streams, is formatted, and shows its routing', async ({ tab, baseURL, picture }) => {
  await tab.driver.goto(`${baseURL}?pace=30`);
  await ready(tab);
  await checkGeometry(tab);
  await picture('empty');
  const answer = await ask(tab, DRAGON);
  const { text: early } = await tab.see(
    answer,
    ({ text, attributes }) => text.includes('Once upon') && attributes['aria-busy'] === 'true',
  );
  const late = await finished(tab, answer);
  expect(late.length).toBeGreaterThan(early.length);
  expect(late).toContain('never cold again');
  await tab.see({ css: 'strong', text: 'Ember', within: answer });
  await tab.see({ role: 'table', within: answer, nth: 0 });
  await tab.see({ css: 'pre', text: 'ember.steam', within: answer });
  await picture('answer');
  await openRouting(tab, answer);
  await checkGeometry(tab);
  await picture('routing');
});

test('Stop ends an answer, which stays; what was written outlives a reload', async ({ tab, baseURL }) => {
  await tab.driver.goto(`${baseURL}?pace=150`);
  await ready(tab);
  const answer = await ask(tab, DRAGON);
  await tab.see(answer, ({ text }) => text.includes('Once upon'));
  await tab.click(STOP);
  expect(await finished(tab, answer)).toContain('Stopped.');
  await tab.driver.reload();
  await openConversation(tab, DRAGON);
  await tab.see(ANSWER, ({ text }) => text.includes('Once upon') && text.includes('Stopped.'));
});

test('input methods, Shift+Enter, and shortcuts', async ({ tab, baseURL }) => {
  await tab.driver.goto(`${baseURL}?pace=0`);
  await ready(tab);
  await composeWord(tab);
  await finished(tab, ANSWER);
  await tab.write(MESSAGE, 'one');
  await tab.press('Shift+Enter');
  await tab.driver.type('two');
  await tab.see(MESSAGE, ({ value }) => value === 'one\ntwo');
  await tab.press('Enter');
  await tab.see({ ...QUESTION, nth: 1 }, ({ text }) => text.includes('one\ntwo'));
  await tab.see({ ...ANSWER, nth: 1 }, ({ attributes }) => attributes['aria-busy'] === 'false');
  await tab.press('Alt+Shift+m');
  await tab.see({ role: 'dialog', name: 'Models' });
  await tab.press('Escape');
  await tab.gone({ role: 'dialog', name: 'Models' });
});

test('conversations are imported and exported, and a reload finds them', async ({ tab, baseURL, home }) => {
  const { head, messages } = conversationWith('The quokka lives on an island.', 'Animals');
  const path = join(home, 'conversations.json');
  const file = { format: 'mixtab-conversations', version: 1, conversations: [{ ...head, messages }] };
  writeFileSync(path, JSON.stringify(file));
  await tab.driver.goto(baseURL ?? '');
  await tab.upload({ label: 'Import conversations' }, path);
  await openConversation(tab, 'Animals');
  await tab.see(ANSWER, ({ text }) => text.includes('The quokka lives on an island.'));

  await choose(tab, 'Animals', 'Export as Markdown');
  const downloads = join(home, 'Downloads');
  const saved = (): string | undefined => readdirSync(downloads).find((name) => name.endsWith('.md'));
  await expect
    .poll(() => (saved() === undefined ? 0 : statSync(join(downloads, saved() ?? '')).size))
    .toBeGreaterThan(0);
  const markdown = readFileSync(join(downloads, saved() ?? ''), 'utf8');
  expect(markdown).toMatch(/^# Animals\n/);
  expect(markdown).toContain('The quokka lives on an island.');

  await tab.driver.reload();
  await tab.see(button('Animals', LIST));
});

test('a long conversation opens at its end, scrolls, and comes back to the end', async ({ tab, baseURL, picture }) => {
  await tab.driver.goto(`${baseURL}?sample=long&pace=0`);
  await ready(tab);
  await tab.click({ ...button(/./, { css: 'nav ul', within: LIST, nth: 0 }), nth: 0 });
  const scroller = (): { top: number; rest: number } => {
    const all = [...document.querySelectorAll<HTMLElement>('main *')];
    const tallest = all.reduce((a, b) => (b.scrollHeight - b.clientHeight > a.scrollHeight - a.clientHeight ? b : a));
    return { top: tallest.scrollTop, rest: tallest.scrollHeight - tallest.clientHeight - tallest.scrollTop };
  };
  await expect.poll(async () => (await tab.run(scroller)).top).toBeGreaterThan(1000);
  await expect.poll(async () => (await tab.run(scroller)).rest).toBeLessThan(50);
  await picture('long');
  await tab.run(() => {
    const all = [...document.querySelectorAll<HTMLElement>('main *')];
    const tallest = all.reduce((a, b) => (b.scrollHeight - b.clientHeight > a.scrollHeight - a.clientHeight ? b : a));
    tallest.scrollTop = 0;
  });
  await expect.poll(async () => (await tab.run(scroller)).rest).toBeGreaterThan(1000);
  await tab.click(button('Scroll to the end'));
  await expect.poll(async () => (await tab.run(scroller)).rest).toBeLessThan(50);
});

test('the panels open and lie within the window', async ({ tab, baseURL, picture }) => {
  await tab.driver.goto(`${baseURL}?sample=rich&stored=some`);
  await ready(tab);
  await picture('rich');
  await openModels(tab, 'Catalogue');
  const within = ({ box }: { readonly box: { x: number; y: number; width: number; height: number } }): boolean =>
    box.width > 300 && box.height > 300 && box.x >= 0 && box.y >= 0 && box.x + box.width <= 1280;
  await tab.see({ role: 'dialog', name: 'Models' }, within);
  await picture('models');
  await tab.press('Escape');
  await tab.click({ ...button('Settings'), nth: 0 });
  await tab.see({ role: 'dialog', name: 'Settings' }, within);
  await picture('settings');
});

test('the built page says that there is no WebGPU, and which browsers have it', async ({ tab }) => {
  await tab.driver.goto(BUILT_PAGE);
  await tab.see({ css: '#root', text: /WebGPU[^]*Chrome[^]*Safari/ });
});
