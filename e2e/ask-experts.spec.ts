// An expert asked for its words, a word for what it might have been, and an expert that is muted: from the map to both answers.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { violations } from './axe.ts';
import { bundledModel } from './bundled-model.ts';
import { expect, finished, test } from './chat-page.ts';

const QUESTION = 'What is a mixture of experts?';

/** `npm run expert-sample` makes it anew. */
function isSampleOfBundledModel(): boolean {
  const sample = JSON.parse(readFileSync('app/routing/experts/shipped-sample.json', 'utf8')) as { sha256: string };
  return sample.sha256 === createHash('sha256').update(readFileSync(bundledModel())).digest('hex');
}

test('an expert has words and a name, a word has rivals, and a muted expert changes the answer', async ({
  chat,
  page,
}) => {
  await chat.open();
  const answer = await chat.askAndWait(QUESTION);
  await answer.getByRole('button', { name: 'Colour by experts' }).click();
  const view = answer.getByRole('region', { name: 'Routing' });
  const map = view.getByRole('application');
  await map.focus();
  await page.keyboard.press('Enter');

  // The expert: its words in this answer, its favourites, its name.
  const card = view.getByRole('region', { name: /^Expert \d+ of layer \d+$/ });
  await expect(card).toContainText(/^Expert \d+ of layer \d+.*Chosen for \d+ of this answer’s \d+ tokens/);
  const times = Number(/Chosen for (\d+)/.exec(await card.innerText())?.[1]);
  const tokens = view.getByRole('listbox', { name: 'Tokens of the answer' });
  await expect(tokens.getByRole('option', { name: /by this expert\)$/ })).toHaveCount(times);
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          [...CSS.highlights].filter(([name, { size }]) => name.startsWith('mixtab-paint-expert') && size > 0).length,
      ),
    )
    .toBeGreaterThan(0);
  await expect(card.getByText(/^Tokens: \d+ · answers: 1 · chose this expert: \d+/)).toBeVisible();
  await card.getByRole('radio', { name: 'All conversations' }).check();
  await expect(card.getByText(/· conversations: 1 · chose this expert: \d+/)).toBeVisible();
  // The shipped sample is shown with the file that it was made of, and with no newer one.
  const shipped = card.getByRole('radio', { name: '2,000 prompts' });
  if (isSampleOfBundledModel()) {
    await shipped.check();
    await expect(card.getByRole('list', { name: 'Favourite words' }).getByRole('listitem')).not.toHaveCount(0);
  } else await expect(shipped).toHaveCount(0);
  const name = card.getByRole('textbox', { name: /^Name of expert/ });
  await name.fill('The first');
  await name.press('Enter');
  await expect(view.getByRole('button', { name: /^Ask “The first”/ })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });

  // A word: what else it might have been, and how sure the model was of all of them.
  await tokens.getByRole('option').first().focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  const rivals = view.getByRole('group', { name: 'What else it might have written' });
  await expect(rivals.getByRole('listitem')).toHaveCount(10);
  await expect(rivals).toContainText(/was [\d.]+\s%\slikely/);
  await view.getByRole('radio', { name: 'Confidence' }).check();
  const levels = tokens.getByRole('option', { name: /% likely\)$/ });
  await expect(levels).toHaveCount(await tokens.getByRole('option').count());
  expect(await violations(page)).toEqual([]);

  // The expert, muted: the same question with the same seed, and both answers side by side.
  await view
    .getByRole('button', { name: /^Ask “The first”/ })
    .first()
    .click();
  await card.getByRole('button', { name: 'Mute it and answer again' }).click();
  const dialog = page.getByRole('dialog', { name: 'Answer again with other experts' });
  await expect(dialog.getByText(/^expert \d+ of layer \d+ off/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Answer again with this' }).click();
  const steered = chat.answers.last();
  await expect(steered.getByText(/^This answer was made with expert \d+ of layer \d+ off\.$/)).toBeVisible();
  await finished(steered);
  await steered.getByRole('button', { name: /^Compare with the answer before/ }).click();
  const comparison = page.getByRole('dialog', { name: 'Two answers side by side' });
  await expect(comparison.getByRole('region', { name: 'Load of A' })).toBeVisible();
  await expect(comparison.getByRole('region', { name: 'Load of B' })).toBeVisible();
});
