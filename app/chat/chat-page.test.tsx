// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGate, newDatabase, renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const log = (): HTMLElement => screen.getByRole('log', { name: 'Conversation' });
const answers = (): HTMLElement[] => within(log()).queryAllByRole('article', { name: 'Mixtab' });
const finished = (): Promise<HTMLElement> => screen.findByRole('button', { name: 'More about this answer' });

describe('a conversation', () => {
  test('shows the question and the answer, and what the answer took', async () => {
    const page = renderPage({ answer: () => 'The capital is **Paris**.' });
    await send(page, 'What is the capital of France?');
    await finished();
    const [question] = within(log()).getAllByRole('article', { name: 'You' });
    expect(question?.textContent).toBe('What is the capital of France?');
    expect(answers()[0]?.querySelector('strong')?.textContent).toBe('Paris');
    await page.user.click(screen.getByRole('button', { name: 'More about this answer' }));
    expect(screen.getByText('Answer', { exact: true }).nextElementSibling?.textContent).toMatch(/^10 tokens in /);
    expect(screen.getByRole('textbox', { name: 'Message' })).toHaveProperty('value', '');
  });

  test('Enter sends, Shift+Enter breaks the line, Enter in a composition does neither', async () => {
    const page = renderPage();
    await screen.findByText(/parameters, .* active/);
    const box = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
    await page.user.type(box, 'one{Shift>}{Enter}{/Shift}two');
    expect(box.value).toBe('one\ntwo');
    const composing = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing: true });
    box.dispatchEvent(composing);
    expect(page.engine.requests).toHaveLength(0);
    await page.user.type(box, '{Enter}');
    await finished();
    expect(page.engine.requests[0]?.prompt).toEqual({
      kind: 'chat',
      messages: [{ role: 'user', content: 'one\ntwo' }],
    });
  });

  test('streams: reading first, then text, with Stop in place of Send', async () => {
    const reading = createGate(-1);
    const writing = createGate(2);
    const page = renderPage({
      answer: () => 'one two three four',
      pace: (index) => (index < 0 ? reading.pace(index) : writing.pace(index)),
    });
    await send(page, 'Count');
    expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
    reading.open();
    await waitFor(() => expect(answers()[0]?.textContent).toContain('one two'));
    expect(answers()[0]?.textContent).not.toContain('three');
    writing.open();
    await waitFor(() => expect(answers()[0]?.textContent).toContain('one two three four'));
    expect(await screen.findByRole('button', { name: 'Send' })).toBeTruthy();
  });

  test('Stop ends the answer and keeps what was written', async () => {
    const page = renderPage({ answer: () => 'one two three four', pace: createGate(2).pace });
    await send(page, 'Count');
    await waitFor(() => expect(answers()[0]?.textContent).toContain('one two'));
    await page.user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('Stopped.')).toBeTruthy();
    expect(answers()[0]?.textContent).toContain('one two');
    expect(answers()[0]?.textContent).not.toContain('three');
    expect(await screen.findByRole('button', { name: 'Send' })).toBeTruthy(); // once it is saved
  });

  test('says so when the answer ended at its limit', async () => {
    const page = renderPage({ answer: () => 'one two three four' });
    page.stores.settings.getState().setSampling({ maxTokens: 3 });
    await send(page, 'Count');
    expect(await screen.findByText(/Stopped at the limit of 3 tokens/)).toBeTruthy();
  });

  test('sends back exactly what was streamed, so that the second turn reuses the first', async () => {
    const first = '<think>\nHm.\n</think>\n\nOne.';
    const page = renderPage({ answer: () => first });
    await send(page, 'First');
    await finished();
    await send(page, 'Second');
    await waitFor(() => expect(screen.getAllByRole('button', { name: 'More about this answer' })).toHaveLength(2));
    expect(page.engine.requests[1]?.prompt).toEqual({
      kind: 'chat',
      messages: [
        { role: 'user', content: 'First' },
        { role: 'assistant', content: 'One.', reasoning: 'Hm.', tokens: expect.any(Array) },
        { role: 'user', content: 'Second' },
      ],
    });
    await page.user.click(screen.getAllByRole('button', { name: 'More about this answer' })[1] ?? document.body);
    expect(screen.getByText('Reused from before').nextElementSibling?.textContent).toMatch(/^[1-9]\d* tokens?$/);
  });

  test('an error stays with its answer, the text before it too, and it can be tried again', async () => {
    const error = { code: 'internal', message: 'The kernel tripped.', detail: 'at line 3' } as const;
    const page = renderPage({ answer: () => 'one two three', generateErrors: [error, null] });
    await send(page, 'Count');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The kernel tripped.');
    expect(alert.textContent).toContain('at line 3');
    expect(answers()[0]?.textContent).toContain('one two');
    await page.user.click(await within(alert).findByRole('button', { name: 'Try again' }));
    await finished();
    expect(answers()).toHaveLength(1);
    expect(answers()[0]?.textContent).toContain('one two three');
  });

  test('a lost device asks to reload the model, and the conversation goes on', async () => {
    const error = { code: 'device-lost', message: 'The GPU was reset.' } as const;
    const page = renderPage({ generateErrors: [error, null] });
    await send(page, 'Hello');
    await page.user.click(await screen.findByRole('button', { name: 'Reload model' }));
    await page.user.click(await screen.findByRole('button', { name: 'Try again' }));
    await finished();
    expect(page.engine.loads).toHaveLength(2);
    expect(answers()[0]?.textContent).toContain('You said: Hello');
  });

  test('raw HTML, remote images and script links of a model do nothing', async () => {
    const page = renderPage({
      answer: () =>
        '<img src="https://example.org/x.png"> ![pixel](https://example.org/y.png) [bad](javascript:alert(1)) [good](https://example.org/)',
    });
    await send(page, 'Try');
    await finished();
    expect(answers()[0]?.querySelector('img')).toBeNull();
    expect(answers()[0]?.textContent).toContain('pixel');
    expect(screen.queryByRole('link', { name: 'bad' })).toBeNull();
    const good = screen.getByRole('link', { name: 'good' });
    expect(good.getAttribute('rel')).toContain('noopener');
    expect(good.getAttribute('target')).toBe('_blank');
  });
});

describe('conversations', () => {
  test('New chat empties the page; the list brings the old one back', async () => {
    const page = renderPage();
    await send(page, 'First question');
    await finished();
    await page.user.click(screen.getByRole('button', { name: 'New chat' }));
    await waitFor(() => expect(answers()).toHaveLength(0));
    const list = screen.getByRole('navigation', { name: 'Conversations' });
    await page.user.click(within(list).getByRole('button', { name: 'First question' }));
    await waitFor(() => expect(answers()[0]?.textContent).toContain('You said: First question'));
  });

  test('survive a reload, with their routing', async () => {
    const database = newDatabase();
    await send(renderPage({}, { database }), 'Remember me');
    await finished();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Send' })).toBeTruthy());
    const { user } = renderPage({}, { database });
    await user.click(await screen.findByRole('button', { name: 'Remember me' }));
    await waitFor(() => expect(answers()[0]?.textContent).toContain('You said: Remember me'));
    expect(screen.getByRole('button', { name: 'Colour by experts' })).toBeTruthy();
  });

  test('what was streamed before the tab was closed is there, and marked', async () => {
    const database = newDatabase();
    const page = renderPage({ answer: () => 'one two three', pace: createGate(2).pace }, { database });
    await send(page, 'Count');
    await waitFor(() => expect(answers()[0]?.textContent).toContain('one two'));
    await new Promise((resolve) => setTimeout(resolve, 1200)); // one save
    const { user } = renderPage({}, { database });
    await user.click(await screen.findByRole('button', { name: 'Count' }));
    expect(await screen.findByText(/Interrupted/)).toBeTruthy();
    expect(answers()[0]?.textContent).toContain('one two');
  });

  test('a deleted one can be brought back', async () => {
    const page = renderPage();
    await send(page, 'Delete me');
    await finished();
    screen.getByRole('button', { name: 'Delete me' }).focus();
    await page.user.keyboard('{Delete}');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Delete me' })).toBeNull());
    expect(answers()).toHaveLength(0);
    await page.user.click(screen.getByRole('button', { name: 'Undo' }));
    await page.user.click(await screen.findByRole('button', { name: 'Delete me' }));
    await waitFor(() => expect(answers()).toHaveLength(1));
    expect(screen.getByRole('button', { name: 'Colour by experts' })).toBeTruthy();
  });
});

describe('reasoning', () => {
  test('is open while it is written and folds with the answer', async () => {
    const gate = createGate(4);
    const page = renderPage({ answer: () => '<think>Hm, five.</think>Five.', pace: gate.pace });
    await send(page, 'How many?');
    const toggle = await screen.findByRole('button', { name: /^Reasoning… \d+\ss$/ });
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    gate.open();
    await finished();
    await waitFor(() => expect(toggle.getAttribute('aria-expanded')).toBe('false'));
    expect(toggle.textContent).toMatch(/^Reasoned for [\d.]+\ss$/);
    expect(answers()[0]?.textContent).not.toContain('Hm, five.');
    await page.user.click(toggle);
    expect(answers()[0]?.textContent).toContain('Hm, five.');
  });
});
