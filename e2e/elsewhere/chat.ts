// What people do on the page, in any browser.
import { expect } from '@playwright/test';
import type { Find, Tab } from './tab.ts';

export const MESSAGE: Find = { role: 'textbox', name: 'Message' };
export const SEND: Find = { role: 'button', name: 'Send' };
export const STOP: Find = { role: 'button', name: 'Stop' };
export const ANSWER: Find = { role: 'article', name: 'Mixtab' };
export const QUESTION: Find = { role: 'article', name: 'You' };
export const LIST: Find = { role: 'navigation', name: 'Conversations' };

export const button = (name: string | RegExp, within?: Find): Find => ({
  role: 'button',
  name,
  ...(within !== undefined && { within }),
});

/** Waits until the model is loaded: then what is written can be sent. */
export async function ready(tab: Tab): Promise<void> {
  await tab.gone({ role: 'progressbar', name: 'Loading model' });
  await tab.write(MESSAGE, '…');
  await tab.see(SEND, ({ enabled }) => enabled);
  await tab.gone({ role: 'progressbar', name: 'Loading model' });
  await tab.press('Control+a');
  await tab.press('Delete');
}

/** Sends a question and waits until its answer is there; it may still be being written. */
export async function ask(tab: Tab, question: string): Promise<Find> {
  const before = await tab.count(ANSWER);
  await tab.write(MESSAGE, question);
  await tab.press('Enter');
  const answer = { ...ANSWER, nth: before };
  await tab.see(answer);
  return answer;
}

export async function finished(tab: Tab, answer: Find): Promise<string> {
  const { text } = await tab.see(answer, ({ attributes }) => attributes['aria-busy'] === 'false');
  return text;
}

export async function askAndWait(tab: Tab, question: string): Promise<Find> {
  const answer = await ask(tab, question);
  await finished(tab, answer);
  return answer;
}

export async function openConversation(tab: Tab, title: string): Promise<void> {
  await tab.click(button(title, LIST));
}

/** Chooses from the menu of a conversation. */
export async function choose(tab: Tab, title: string, option: string): Promise<void> {
  await tab.click(button(`Options for “${title}”`, LIST));
  await tab.click({ role: 'menuitem', name: option });
}

/** Opens the model panel at one of its tabs. */
export async function openModels(tab: Tab, part: string): Promise<Find> {
  await tab.click({ css: 'header button[aria-haspopup=menu]' });
  await tab.click({ role: 'menuitem', name: 'More models…' });
  const panel = { role: 'dialog', name: 'Models' };
  await tab.click({ role: 'tab', name: part, within: panel });
  return panel;
}

/** Answers are to be the likeliest ones, whatever the page's own choice is. */
export async function makeGreedy(tab: Tab): Promise<void> {
  await tab.click({ ...button('Settings'), nth: 0 });
  const dialog = { role: 'dialog', name: 'Settings' };
  await tab.click({ role: 'tab', name: 'Generation', within: dialog });
  await tab.write({ role: 'spinbutton', name: 'Temperature', within: dialog }, '0');
  await tab.click({ ...button('Close', dialog), nth: 0 });
  await tab.gone(dialog);
}

/**
 * As an input method does it: while a word is composed, Enter chooses it, and says so by `isComposing`, or, in WebKit, by the
 * key code 229 after the composition has ended. Neither sends; the next Enter does.
 */
export async function composeWord(tab: Tab): Promise<void> {
  await tab.write(MESSAGE, 'nihon');
  await tab.run(() => {
    const field = document.activeElement;
    const key = (init: KeyboardEventInit): boolean =>
      field?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...init }),
      ) ?? false;
    field?.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true, data: '' }));
    key({ isComposing: true, keyCode: 229 });
    field?.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '日本' }));
    key({ isComposing: false, keyCode: 229 });
  });
  expect((await tab.see(MESSAGE)).value).toBe('nihon');
  expect(await tab.count(QUESTION)).toBe(0);
  await tab.press('Enter');
  await tab.see(QUESTION, ({ text }) => text.includes('nihon'));
}

/** How many colours a picture has: one that was not drawn has one, or none. */
export async function colorsOf(tab: Tab, canvas: string): Promise<number> {
  return await tab.run((selector) => {
    const element = document.querySelector<HTMLCanvasElement>(selector);
    const { data } = element?.getContext('2d')?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
    const seen = new Set<number>();
    for (let i = 0; i + 3 < data.length; i += 4) {
      if (data[i + 3] === 255) seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
    }
    return seen.size;
  }, canvas);
}

/** Opens the routing under an answer and waits until tokens and map are drawn. */
export async function openRouting(tab: Tab, answer: Find): Promise<void> {
  await tab.click(button('Colour by experts', answer));
  await expect
    .poll(() => tab.run(() => document.querySelectorAll('[role=listbox] [role=option]').length))
    .toBeGreaterThan(5);
  // In the words of the answer themselves, where the browser can.
  const colors = await tab.run(() => {
    if ('highlights' in CSS) return [...CSS.highlights.keys()].filter((name) => name.startsWith('mixtab-ground-'));
    return [...document.querySelectorAll('[role=listbox] [role=option]')].map(
      (token) => getComputedStyle(token).backgroundColor,
    );
  });
  expect(new Set(colors).size).toBeGreaterThan(3);
  await expect.poll(() => colorsOf(tab, '[role=application] canvas')).toBeGreaterThan(5);
}
