// What the bundled model promises to know, asked on the page.
import { readFileSync } from 'node:fs';
import { MOST_SUGGESTIONS } from '../app/models/bundled.ts';
import { expect, test } from './chat-page.ts';

const { prompts } = JSON.parse(readFileSync('training/prompts.json', 'utf8')) as {
  prompts: { readonly prompt: string; readonly expect: string; readonly suggestion?: boolean }[];
};

/** Those that the empty page offers. */
const offered = new Set(prompts.filter(({ suggestion }) => suggestion === true).slice(0, MOST_SUGGESTIONS));

test('the bundled model keeps its promises', async ({ chat, page }) => {
  test.setTimeout(600_000);
  await chat.open();
  for (const promise of prompts) {
    const { prompt, expect: pattern } = promise;
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await expect(chat.answers).toHaveCount(0);
    if (offered.has(promise)) await page.getByRole('button', { name: prompt, exact: true }).click();
    else await chat.ask(prompt);
    const answer = chat.answers.first();
    await expect(answer, prompt).toHaveAttribute('aria-busy', 'false');
    const text = await answer.innerText();
    // Patterns that ask for a line break cannot be checked on rendered Markdown; line breaks and spaces are one here.
    const spaced = new RegExp(pattern.replaceAll('\n', '\\s').replace(/^\^/, '(^|\\n)\\s*'), 'i');
    expect.soft(text, prompt).toMatch(spaced);
  }
});
