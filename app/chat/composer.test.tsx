// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGate, newDatabase, type RenderedPage, renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const box = (): HTMLTextAreaElement => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
const ready = (): Promise<HTMLElement> => screen.findByText(/parameters, .* active/);
const attached = (): string[] =>
  screen
    .queryAllByRole('list', { name: 'Attached files' })
    .flatMap((list) => within(list).getAllByRole('listitem'))
    .map(({ textContent }) => textContent);

function paste(text: string, files: readonly File[] = []): void {
  fireEvent.paste(box(), { clipboardData: { getData: () => text, files } });
}

async function choose({ user }: RenderedPage, ...files: File[]): Promise<void> {
  await user.upload(screen.getByLabelText<HTMLInputElement>('Attach text files', { selector: 'input' }), files);
}

describe('drafts', () => {
  test('stay with their conversation, and outlive a reload', async () => {
    const database = newDatabase();
    const page = renderPage({}, { database });
    await send(page, 'First');
    await screen.findByRole('button', { name: 'More about this answer' });
    await page.user.type(box(), 'unsent');
    await page.user.click(screen.getByRole('button', { name: 'New chat' }));
    await waitFor(() => expect(box().value).toBe(''));
    const again = renderPage({}, { database });
    await again.user.click(await screen.findByRole('button', { name: 'First' }));
    await waitFor(() => expect(box().value).toBe('unsent'));
  });

  test('ArrowUp in an empty field edits the last question, elsewhere it does not', async () => {
    const page = renderPage();
    await send(page, 'First');
    await screen.findByRole('button', { name: 'More about this answer' });
    await page.user.type(box(), 'x{ArrowUp}');
    expect(screen.queryByRole('textbox', { name: 'Edit your question' })).toBeNull();
    await page.user.type(box(), '{Backspace}{ArrowUp}');
    expect(await screen.findByRole('textbox', { name: 'Edit your question' })).toHaveProperty('value', 'First');
  });
});

test('says when another conversation is being answered, and leads there', async () => {
  const gate = createGate(2);
  const page = renderPage({ answer: () => 'one two three', pace: gate.pace });
  await send(page, 'Count');
  await screen.findByText('one two');
  await page.user.click(screen.getByRole('button', { name: 'New chat' }));
  expect(await screen.findByText('Answering in “Count”…')).toBeTruthy();
  expect(screen.getByRole('img', { name: 'Answering' })).toBeTruthy();
  await page.user.type(box(), 'Now{Enter}');
  expect(screen.getByText('Wait for the answer in the other conversation, or stop it')).toBeTruthy();
  await page.user.click(screen.getByRole('button', { name: 'Go there' }));
  expect(await screen.findByText('one two')).toBeTruthy();
  expect(screen.queryByText('Answering in “Count”…')).toBeNull();
  gate.open();
  expect(await screen.findByText('one two three')).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole('img', { name: 'Answering' })).toBeNull());
});

describe('files', () => {
  test('go with the question, by name and text, and can be looked at there', async () => {
    const page = renderPage();
    await ready();
    await choose(page, new File(['alpha\nbeta\n'], 'notes.md'));
    expect(await screen.findByText('notes.md')).toBeTruthy();
    expect(attached()[0]).toContain('2 lines');
    await page.user.type(box(), 'What is this?{Enter}');
    await screen.findByRole('button', { name: 'More about this answer' });
    const [request] = page.engine.requests;
    const content = request?.prompt.kind === 'chat' ? request.prompt.messages[0]?.content : '';
    expect(content).toContain('File: notes.md');
    expect(content).toContain('alpha\nbeta');
    expect(content?.endsWith('What is this?')).toBe(true);
    const question = screen.getByRole('article', { name: 'You' });
    await page.user.click(within(question).getByRole('button', { name: 'Show notes.md' }));
    expect(within(screen.getByRole('dialog', { name: 'notes.md' })).getByText(/alpha/)).toBeTruthy();
    // The composer is empty again.
    expect(box().form?.textContent).not.toContain('notes.md');
  });

  test('a file alone is a question', async () => {
    const page = renderPage();
    await ready();
    await choose(page, new File(['x'], 'only.txt'));
    await screen.findByText('only.txt');
    await page.user.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(page.engine.requests).toHaveLength(1));
  });

  test('what is no text is refused with a reason; what was chosen can be taken back', async () => {
    const page = renderPage();
    await ready();
    await choose(page, new File([new Uint8Array([0, 1])], 'a.bin'), new File(['x'], 'b.txt'));
    expect(await screen.findByText('“a.bin” is not a text file. Only plain text can be attached.')).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Remove b.txt' }));
    expect(attached()).toEqual([]);
    expect(document.activeElement).toBe(box());
  });

  test('a long paste becomes a file, and text again on demand', async () => {
    const page = renderPage();
    await ready();
    await page.user.type(box(), 'Sum up: ');
    paste('short');
    expect(attached()).toEqual([]);
    const long = 'word '.repeat(1000);
    paste(long);
    expect(await screen.findByText('Pasted text.txt')).toBeTruthy();
    expect(box().value).toBe('Sum up: ');
    await page.user.click(screen.getByRole('button', { name: 'Paste as text' }));
    expect(box().value).toBe(`Sum up: ${long}`);
    expect(attached()).toEqual([]);
  });

  test('a pasted file is attached', async () => {
    renderPage();
    await ready();
    paste('', [new File(['x'], 'pasted.csv')]);
    expect(await screen.findByText('pasted.csv')).toBeTruthy();
  });

  test('a dropped text goes to the message, a dropped model is opened', async () => {
    const page = renderPage();
    await ready();
    const drop = (file: File): boolean => fireEvent.drop(window, { dataTransfer: { types: ['Files'], files: [file] } });
    drop(new File(['x'], 'dropped.txt'));
    expect(await screen.findByText('dropped.txt')).toBeTruthy();
    expect(page.engine.loads).toHaveLength(1);
    drop(new File(['GGUF'], 'model.gguf'));
    await waitFor(() => expect(page.engine.loads).toHaveLength(2));
  });
});

describe('the context meter', () => {
  test('says how full the context is, and what happens when it is full', async () => {
    const page = renderPage({ model: { contextLength: 400 } });
    page.stores.settings.getState().setSampling({ maxTokens: 50 });
    await send(page, 'One');
    const meter = await screen.findByRole('button', { name: /^Context: \d+ of 400 tokens$/ });
    await page.user.click(meter);
    const details = screen.getByRole('region', { name: 'Context' });
    expect(details.textContent).toContain('the model no longer sees the oldest messages');
    await page.user.keyboard('{Escape}');
    expect(screen.queryByRole('region', { name: 'Context' })).toBeNull();
    expect(document.activeElement).toBe(meter);
    await page.user.click(meter);
    await page.user.click(screen.getByRole('button', { name: 'Change context length' }));
    expect(await screen.findByRole('dialog', { name: /^Models?$/ })).toBeTruthy();
  });

  test('advises only what can be done: no longer context where there is none, no new chat in a new chat', async () => {
    const page = renderPage({ model: { contextLength: 400, trainedContextLength: 400 } });
    page.stores.settings.getState().setSampling({ maxTokens: 50 });
    await send(page, 'One');
    await page.user.click(await screen.findByRole('button', { name: /^Context: / }));
    const details = screen.getByRole('region', { name: 'Context' });
    expect(details.textContent).toContain('For more room, open a model with a longer context.');
    await page.user.click(screen.getByRole('button', { name: 'See other models' }));
    const dialog = within(await screen.findByRole('dialog', { name: /^Models?$/ }));
    expect(await dialog.findByRole('tab', { name: 'Catalogue', selected: true })).toBeTruthy();
    // Nor a menu in which all is the same.
    await page.user.click(dialog.getByRole('tab', { name: 'This model' }));
    expect(await dialog.findByText('400 of 400 tokens')).toBeTruthy();
    expect(dialog.queryByRole('combobox')).toBeNull();
    await page.user.click(dialog.getByRole('button', { name: 'Close' }));
    await send(page, 'Two');
    await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    await page.user.click(await screen.findByRole('button', { name: /^Context: / }));
    expect(screen.getByText('For more room, start a new chat, or open a model with a longer context.')).toBeTruthy();
  });

  test('marks the first message that the model still reads', async () => {
    const page = renderPage({ model: { contextLength: 120 }, answer: () => 'word '.repeat(20) });
    page.stores.settings.getState().setSampling({ maxTokens: 25 });
    for (const text of ['First', 'Second', 'Third', 'Fourth']) {
      await send(page, text);
      await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
    }
    expect(await screen.findByText('The model reads from here on')).toBeTruthy();
    const { context } = page.stores.chat.getState();
    expect(context?.leftOut).toBeGreaterThan(0);
    const edge = screen.getByText('The model reads from here on').closest('[data-index]');
    expect(Number((edge as HTMLElement).dataset['index'])).toBe(context?.leftOut);
    await page.user.click(screen.getByRole('button', { name: /^Context: / }));
    expect(screen.getByText(/messages? (is|are) left out at the moment/)).toBeTruthy();
  });
});

test('a conversation’s own settings are shown, and lead to the panel', async () => {
  const page = renderPage();
  await ready();
  expect(screen.queryByRole('button', { name: 'Own settings' })).toBeNull();
  await page.stores.chat.getState().setConversationSettings({ temperature: 0.9, systemPrompt: 'Be brief.' });
  expect(await screen.findByRole('button', { name: 'Own system prompt' })).toBeTruthy();
  await page.user.click(screen.getByRole('button', { name: 'Own settings' }));
  expect(await screen.findByRole('dialog', { name: 'Settings' })).toBeTruthy();
});

test('without a model the field says so, and Enter gives the reason', async () => {
  const page = renderPage({}, { bundled: null });
  await page.user.type(box(), 'Hello{Enter}');
  expect(await screen.findByText('No model is loaded yet')).toBeTruthy();
  expect(box().value).toBe('Hello');
  expect(page.engine.requests).toHaveLength(0);
});

test('the empty state leads to larger models', async () => {
  const page = renderPage();
  await ready();
  expect(screen.getByText(/is tiny \(20.1 M parameters\)/)).toBeTruthy();
  await page.user.click(screen.getByRole('button', { name: 'Get a larger model' }));
  expect(await screen.findByRole('dialog', { name: /^Models?$/ })).toBeTruthy();
});

describe('what is too long for the model', () => {
  const words = (count: number): string => 'word '.repeat(count).trim();

  test('is said before it is sent, with how long it is and what would help', async () => {
    const page = renderPage({ model: { contextLength: 80, trainedContextLength: 2048 } });
    await ready();
    fireEvent.change(box(), { target: { value: words(100) } });
    expect(await screen.findByText(/^This message is 1\d\d tokens long\. The model can read 70/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Change context length' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'See other models' })).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Keep the first 70 tokens' }));
    await waitFor(() => expect(box().value.length).toBeLessThan(words(100).length));
    expect(box().value).toMatch(/^(word )+word$/);
    await waitFor(() => expect(screen.queryByText(/tokens long/)).toBeNull());
    expect(page.engine.requests).toHaveLength(0);
  });

  test('counts files, offers no longer context that would not do, and goes with what was too long', async () => {
    const page = renderPage({ model: { contextLength: 80, trainedContextLength: 90 } });
    await ready();
    const file = new File([words(300)], 'long.txt');
    await choose(page, file);
    expect(await screen.findByText(/^This message is \d+ tokens long/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Change context length' })).toBeNull();
    await page.user.click(screen.getByRole('button', { name: 'Remove long.txt' }));
    await waitFor(() => expect(screen.queryByText(/tokens long/)).toBeNull());
  });

  test('nothing is said of what fits', async () => {
    const page = renderPage();
    await ready();
    let counted = 0;
    const { countTokens } = page.engine;
    Object.assign(page.engine, {
      countTokens: (prompt: Parameters<typeof countTokens>[0]) => {
        counted++;
        return countTokens(prompt);
      },
    });
    fireEvent.change(box(), { target: { value: words(500) } });
    await waitFor(() => expect(counted).toBe(1));
    expect(screen.queryByText(/tokens long/)).toBeNull();
  });
});
