// @vitest-environment happy-dom
import { cleanup, configure, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
// What loads when it is needed is here already: a test does not wait for files.
import './Comparison.tsx';
import './RoutingPanel.tsx';
import './SteerForm.tsx';
import './SteeredNote.tsx';
import { renderPage, send } from '../testing/render-page.tsx';
import { parseMessage } from '../state/records/message-record.ts';

// Patience for busy machines; nothing here asserts on time.
configure({ asyncUtilTimeout: 20_000 });

beforeEach(() => localStorage.clear());
afterEach(cleanup);

test('an expert is muted, the answer says so, and both stand side by side', async () => {
  const page = renderPage({ answer: () => 'one two three' });
  await send(page, 'A question');
  const buttons = await screen.findAllByRole('button', { name: 'Colour by experts' });
  await page.user.click(buttons.at(-1) ?? document.body);
  await page.user.click(await screen.findByRole('button', { name: 'Mute or boost experts' }));
  const dialog = await screen.findByRole('dialog', { name: 'Answer again with other experts' });
  const form = within(dialog);
  const expert = await form.findByRole('textbox', { name: 'Expert' });
  expect(form.getByRole('button', { name: 'Answer again with this' })).toHaveProperty('disabled', true);
  await page.user.clear(expert);
  await page.user.type(expert, '9999');
  await page.user.click(form.getByRole('button', { name: 'Mute' }));
  expect(form.getByRole('alert').textContent).toMatch(/whole number from 0 to/);
  await page.user.clear(expert);
  await page.user.type(expert, '1');
  await page.user.click(form.getByRole('button', { name: 'Mute' }));
  await page.user.click(form.getByRole('button', { name: 'Answer again with this' }));

  expect(await screen.findByText(/^This answer was made with expert 1 of layer \d+ off\.$/)).toBeTruthy();
  await page.user.click(await screen.findByRole('button', { name: /^Compare with the answer before/ }));
  const comparison = await screen.findByRole('dialog', { name: 'Two answers side by side' });
  expect(await within(comparison).findByRole('region', { name: 'Load of A' })).toBeTruthy();
});

test('what is stored of it is parsed', () => {
  const faults: string[] = [];
  const report = (place: string): void => void faults.push(place);
  const message = { id: 'b', parentId: 'a', createdAt: 1, role: 'assistant', content: 'x', reasoning: null };
  const steering = { routing: { mute: [{ layer: 5, expert: 3 }], expertsUsed: 2 }, insteadOf: 'c' };
  expect(parseMessage('b', { ...message, steering, seed: 7 }, report)).toMatchObject({ steering, seed: 7 });
  for (const wrong of [
    { routing: { mute: [{ layer: -1, expert: 3 }] }, insteadOf: 'c' },
    { routing: { boost: [{ layer: 1, expert: 3, amount: Infinity }] }, insteadOf: 'c' },
    { routing: { mute: 'all' }, insteadOf: 'c' },
    'on',
  ]) {
    const before = faults.length;
    expect(parseMessage('b', { ...message, steering: wrong }, report)).not.toHaveProperty('steering');
    expect(faults.length).toBeGreaterThan(before);
  }
});
