// The built page with the real engine, in Firefox.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelServer } from '../../engine/testing/model-server.ts';
import { commandLineAnswer } from '../bundled-model.ts';
import {
  ANSWER,
  ask,
  askAndWait,
  button,
  choose,
  composeWord,
  finished,
  LIST,
  makeGreedy,
  openConversation,
  openModels,
  openRouting,
  QUESTION,
  ready,
  STOP,
} from '../elsewhere/chat.ts';
import type { Tab } from '../elsewhere/tab.ts';
import { endlessModel } from '../endless-model.ts';
import { conversationWith } from '../sample-conversations.ts';
import { StaticServer } from '../static-server.ts';
import { expect, test } from './firefox.ts';

const ASKED = 'Who are you?';
const MOST_TOKENS = 512;

/** The words alone: what Markdown writes down in other ways is shown as one. */
const words = (text: string): string => text.replaceAll(/[*_`#\s]+/g, ' ').trim();

async function answerText(tab: Tab, nth: number): Promise<string> {
  return words((await tab.see({ css: '.markdown', within: { ...ANSWER, nth }, nth: 0 })).text);
}

test('answers as the command line does, and so Chromium; draws the routing; takes a second turn; input methods', async ({
  tab,
  baseURL,
  complaints,
}) => {
  const expected = await commandLineAnswer(ASKED, MOST_TOKENS);
  await tab.driver.goto(`${baseURL}/`);
  await ready(tab);
  await composeWord(tab);
  await finished(tab, ANSWER);
  await tab.click({ ...button('New chat'), nth: 0 });
  await tab.gone(ANSWER);

  await makeGreedy(tab);
  const answer = await askAndWait(tab, ASKED);
  expect(await answerText(tab, 0)).toBe(words(expected.text));
  await openRouting(tab, answer);
  const second = await askAndWait(tab, 'Why?');
  await tab.see(second, (found) => /tokens\/s/.test(found.text));
  await tab.click(button('More about this answer', second));
  const { text } = await tab.see(second, (found) => /Reused from before\s*[\d,]+ tokens?/.test(found.text));
  expect(Number(/Reused from before\s*([\d,]+) token/.exec(text)?.[1]?.replace(',', ''))).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});

test('after a reload without a network the page opens, finds its conversation, and answers the same', async ({
  tab,
}) => {
  const server = await StaticServer.start();
  await tab.driver.goto(server.url);
  await ready(tab);
  await makeGreedy(tab);
  await askAndWait(tab, ASKED);
  const text = await answerText(tab, 0);
  await expect.poll(() => tab.run(() => navigator.serviceWorker.controller?.state)).toBe('activated');
  await server.stop();

  await tab.driver.reload();
  await ready(tab);
  await openConversation(tab, ASKED);
  await tab.see(QUESTION, (found) => found.text.includes(ASKED));
  expect(await answerText(tab, 0)).toBe(text);
  await tab.click({ ...button('New chat'), nth: 0 });
  await tab.gone(ANSWER);
  await askAndWait(tab, ASKED);
  expect(await answerText(tab, 0)).toBe(text);
});

test('Stop ends an answer, which stays, and the engine is free again', async ({ tab, baseURL, downloads }) => {
  const model = endlessModel();
  const path = join(downloads, model.name);
  writeFileSync(path, model.buffer);
  await tab.driver.goto(`${baseURL}/`);
  const panel = await openModels(tab, 'Open');
  await tab.upload({ label: 'Open files', within: panel }, path);
  await tab.click({ ...button('Open', panel), nth: 0 });
  await tab.see({ css: 'header button[aria-haspopup=menu]' }, ({ text }) => text.includes('endless'));
  await ready(tab);
  for (const [nth, question] of [ASKED, 'And now?'].entries()) {
    const answer = await ask(tab, question);
    await tab.see(answer, ({ text }) => /\w+ \w+/.test(text));
    await tab.click(STOP);
    expect(await finished(tab, answer)).toContain('Stopped.');
    expect(await tab.count(ANSWER)).toBe(nth + 1);
  }
});

test('conversations are imported and exported', async ({ tab, baseURL, downloads }) => {
  const { head, messages } = conversationWith('The quokka lives on an island.', 'Animals');
  const path = join(downloads, 'conversations.json');
  const file = { format: 'mixtab-conversations', version: 1, conversations: [{ ...head, messages }] };
  writeFileSync(path, JSON.stringify(file));
  await tab.driver.goto(`${baseURL}/`);
  await tab.upload({ label: 'Import conversations' }, path);
  await openConversation(tab, 'Animals');
  await tab.see(ANSWER, ({ text }) => text.includes('The quokka lives on an island.'));

  await choose(tab, 'Animals', 'Export as Markdown');
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

test('a download from a server that tears, fails and lies is found out, goes on, and opens', async ({
  tab,
  baseURL,
}) => {
  const server = await ModelServer.start();
  server.files.set('/m.gguf', endlessModel().buffer);
  server.behaviour.crossOrigin = true;
  await tab.driver.goto(`${baseURL}/`);
  const panel = await openModels(tab, 'Open');
  await tab.write({ label: 'Address, or owner/name on Hugging Face', within: panel }, `${server.origin}/m.gguf`);
  await tab.click(button('Look up', panel));
  await tab.see({ css: '*', text: /^Fits this device\.$/, within: panel });

  server.behaviour.lie = 'total';
  await tab.click({ ...button(/^Download [\d.]+\sMB$/, panel), nth: 0 });
  await tab.see(panel, ({ text }) => text.includes('was replaced on its server'));
  server.behaviour.lie = undefined;
  server.behaviour.tears = { after: 100_000, count: 2 };
  server.behaviour.failures = { status: 503, count: 1 };
  await tab.click(button(/^Try .* again$/, panel));
  await tab.click(button(/^Open .* now$/, panel));
  expect(server.behaviour.tears.count).toBe(0);
  await tab.see({ css: 'header button[aria-haspopup=menu]' }, ({ text }) => text.includes('endless'));
  await server.stop();
});
