// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGate, newDatabase, type RenderedPage, renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const log = (): HTMLElement => screen.getByRole('log', { name: 'Conversation' });
const questions = (): HTMLElement[] => within(log()).queryAllByRole('article', { name: 'You' });
const answers = (): HTMLElement[] => within(log()).queryAllByRole('article', { name: 'Mixtab' });
const finished = (): Promise<void> => waitFor(() => expect(answers().at(-1)?.getAttribute('aria-busy')).toBe('false'));
const button = (within_: HTMLElement | undefined, name: string): HTMLElement =>
  within(within_ as HTMLElement).getByRole('button', { name });

/** One question, answered with what is asked for each time. */
async function ask(page: RenderedPage, text: string): Promise<void> {
  await send(page, text);
  await finished();
  await screen.findByRole('button', { name: 'Send' });
}

describe('versions', () => {
  test('an edited question is answered again, and the one before is a step back', async () => {
    const page = renderPage();
    await ask(page, 'One');
    await page.user.click(button(questions()[0], 'Edit question'));
    const field = screen.getByRole('textbox', { name: 'Edit your question' });
    expect(document.activeElement).toBe(field);
    await page.user.clear(field);
    await page.user.type(field, 'Two');
    await page.user.click(screen.getAllByRole('button', { name: 'Send' })[0] as HTMLElement);
    await waitFor(() => expect(answers()[0]?.textContent).toContain('You said: Two'));
    await finished();
    expect(questions()).toHaveLength(1);
    expect(within(log()).getByText('2 / 2')).toBeTruthy();
    expect(page.engine.requests[1]?.prompt).toEqual({ kind: 'chat', messages: [{ role: 'user', content: 'Two' }] });

    const previous = button(questions()[0], 'Previous version');
    await page.user.click(previous);
    await waitFor(() => expect(answers()[0]?.textContent).toContain('You said: One'));
    expect(within(log()).getByText('1 / 2')).toBeTruthy();
    // The focus stays where the next step is.
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Previous version');
    expect(document.activeElement?.getAttribute('aria-disabled')).toBe('true');
    await page.user.click(button(questions()[0], 'Next version'));
    await waitFor(() => expect(answers()[0]?.textContent).toContain('You said: Two'));
  });

  test('Escape and Cancel leave all as it was, and the focus with the message', async () => {
    const page = renderPage();
    await ask(page, 'One');
    await page.user.click(button(questions()[0], 'Edit question'));
    await page.user.keyboard('more{Escape}');
    expect(screen.queryByRole('textbox', { name: 'Edit your question' })).toBeNull();
    expect(questions()[0]?.textContent).toBe('One');
    expect(document.activeElement).toBe(questions()[0]);
    expect(page.engine.requests).toHaveLength(1);
  });

  test('an answer is given again beside the first one', async () => {
    let turn = 0;
    const page = renderPage({ answer: () => `Answer ${++turn}.` });
    await ask(page, 'One');
    await page.user.click(button(answers()[0], 'Answer again'));
    await waitFor(() => expect(answers()[0]?.textContent).toContain('Answer 2.'));
    await finished();
    expect(answers()).toHaveLength(1);
    await page.user.click(button(answers()[0], 'Previous version'));
    await waitFor(() => expect(answers()[0]?.textContent).toContain('Answer 1.'));
  });

  test('an answer that is changed by hand becomes a version, and can go on from there', async () => {
    const page = renderPage();
    await ask(page, 'One');
    await page.user.click(button(answers()[0], 'More about this answer'));
    await page.user.click(button(answers()[0], 'Edit answer'));
    const field = screen.getByRole('textbox', { name: 'Edit the answer' });
    expect(field).toHaveProperty('value', 'You said: One');
    await page.user.clear(field);
    await page.user.type(field, 'I say:');
    await page.user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Edited by you.')).toBeTruthy();
    expect(page.engine.requests).toHaveLength(1);
    await page.user.click(button(answers()[0], 'Continue'));
    await finished();
    expect(page.engine.requests[1]?.prompt).toMatchObject({
      messages: [
        { role: 'user', content: 'One' },
        { role: 'assistant', content: 'I say:' },
      ],
      continueLast: true,
    });
    expect(answers()[0]?.textContent).toContain('I say:You said');
  });
});

describe('Continue', () => {
  test('goes on where an answer was stopped', async () => {
    const page = renderPage({ answer: () => 'one two three', pace: createGate(2).pace });
    await send(page, 'Count');
    await waitFor(() => expect(answers()[0]?.textContent).toContain('one two'));
    await page.user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('Stopped.')).toBeTruthy();
    await page.user.click(await screen.findByRole('button', { name: 'Continue' }));
    await waitFor(() => expect(page.engine.requests).toHaveLength(2));
    expect(page.engine.requests[1]?.prompt).toMatchObject({ continueLast: true });
    // The button is gone; the focus stays with the answer.
    expect(document.activeElement).toBe(answers()[0]);
  });

  test('is offered at the limit, and not where an answer ended by itself', async () => {
    const page = renderPage({ answer: () => 'one two three four' });
    await ask(page, 'First');
    expect(screen.queryByRole('button', { name: 'Continue' })).toBeNull();
    page.stores.settings.getState().setSampling({ maxTokens: 3 });
    await ask(page, 'Second');
    expect(screen.getAllByRole('button', { name: 'Continue' })).toHaveLength(1);
  });
});

test('a message is deleted with what follows it, and brought back', async () => {
  const page = renderPage();
  await ask(page, 'One');
  await ask(page, 'Two');
  await page.user.click(button(questions()[1], 'Delete question and what follows'));
  await waitFor(() => expect(questions()).toHaveLength(1));
  expect(answers()).toHaveLength(1);
  await page.user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(answers()).toHaveLength(2));
  expect(answers()[1]?.textContent).toContain('You said: Two');
});

test('copies a question, and an answer without its reasoning', async () => {
  const page = renderPage({ answer: () => '<think>Hm.</think>**Bold**' });
  const written: string[] = [];
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void written.push(text));
  await ask(page, 'Say it');
  await page.user.click(button(questions()[0], 'Copy question'));
  await page.user.click(button(answers()[0], 'Copy answer'));
  expect(written).toEqual(['Say it', '**Bold**']);
});

test('while an answer is written, nothing can be changed', async () => {
  const page = renderPage({ answer: () => 'one two three', pace: createGate(2).pace });
  await send(page, 'Count');
  await waitFor(() => expect(answers()[0]?.textContent).toContain('one two'));
  for (const name of ['Edit question', 'More about this answer', 'Answer again', 'Delete question and what follows']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
});

describe('facts', () => {
  test('the speed stands in the row, and all of them behind the dots', async () => {
    const page = renderPage();
    await ask(page, 'One');
    expect(answers()[0]?.querySelector('.answer-facts')?.textContent).toMatch(/^[\d,.]+\stokens\/s$/u);
    await page.user.click(button(answers()[0], 'More about this answer'));
    const fact = (name: string): string =>
      within(answers()[0] as HTMLElement).getByText(name).nextElementSibling?.textContent ?? '';
    expect(fact('Model')).toBe('Mixtab 20M');
    expect(fact('Answer')).toMatch(/^4 tokens in/);
    expect(fact('First token after')).toMatch(/^[\d.]+\ss$/);
    expect(fact('Reused from before')).toBe('0 tokens');
  });

  test('name the model only where several answered', async () => {
    const database = newDatabase();
    const page = renderPage({}, { database });
    await ask(page, 'One');
    expect(answers()[0]?.textContent).not.toContain('Mixtab 20M');
    page.stores.chat.close();
    const other = renderPage({ model: { id: 'other', name: 'Other 1B' } }, { database });
    await other.user.click(await screen.findByRole('button', { name: 'One' }));
    await ask(other, 'Two');
    expect(answers()[0]?.textContent).toContain('Mixtab 20M');
    expect(answers()[1]?.textContent).toContain('Other 1B');
  });
});

test('the wait for the first token is all that was waited for', async () => {
  const page = renderPage();
  await ask(page, 'One');
  const { path } = page.stores.chat.getState();
  const entry = path.at(-1);
  const message = entry?.message;
  if (entry === undefined || message?.role !== 'assistant' || message.status.kind !== 'done')
    throw new Error('no answer');
  expect(message.status.timings.firstTokenMs).toBeGreaterThan(0);
  const timings = { ...message.status.timings, prefillMs: 1700, firstTokenMs: 26_000 };
  const changed = { ...entry, message: { ...message, status: { ...message.status, timings } } };
  act(() => page.stores.chat.setState({ path: [...path.slice(0, -1), changed] }));
  await page.user.click(button(answers()[0], 'More about this answer'));
  expect(answers()[0]?.textContent).toContain('First token after26\u00a0s');
});
