// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGate, newDatabase, renderPage, send } from '../testing/render-page.tsx';
import { PLAIN_SPEECH, SPEECHES, SPOKEN, SPOKEN_CALL, type SpeechName } from '../testing/scripted-speech.ts';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const finished = (): Promise<HTMLElement> => screen.findByRole('button', { name: 'More about this answer' });
const answerOf = (): HTMLElement => screen.getByRole('article', { name: 'Mixtab' });

describe('the same thought and answer from each family of models', () => {
  test.each(Object.keys(SPEECHES) as SpeechName[])('%s', async (name) => {
    const page = renderPage({ speech: SPEECHES[name], answer: () => SPOKEN[name] });
    await send(page, 'How many?');
    await finished();
    const toggle = await screen.findByRole('button', { name: /^Reasoned for/ });
    expect(answerOf().querySelector('.markdown')?.textContent.trim()).toBe('You have five apples.');
    await page.user.click(toggle);
    expect(answerOf().querySelector('.reasoning-text')?.textContent).toMatch(
      /^Five apples, and `<\/th\w+>` is only a word here\.$/,
    );
    expect(answerOf().textContent).not.toMatch(/\[\/?THINK\]|<\||\|>|◁|mm:think|seed:think/);
  });
});

describe('a thought without an answer', () => {
  test('that was cut off at the limit says so, and can go on', async () => {
    const page = renderPage({ speech: SPEECHES.opened, answer: () => 'One two three four' });
    page.stores.settings.getState().setSampling({ maxTokens: 3 });
    await send(page, 'How many?');
    expect(
      await screen.findByText(/Ended at the limit of 3 tokens.*still reasoning: there is no answer yet/),
    ).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Reasoning, cut off' })).toBeTruthy();
    await page.user.click(await screen.findByRole('button', { name: 'Continue' }));
    await waitFor(() => expect(page.engine.requests).toHaveLength(2));
    expect(page.engine.requests[1]?.prompt).toMatchObject({
      continueLast: true,
      messages: [{ role: 'user' }, { role: 'assistant', content: '', reasoning: 'One two three' }],
    });
  });

  test('that simply ended says that too, and is not sent back', async () => {
    const page = renderPage({ speech: SPEECHES.opened, answer: () => 'Hm.' });
    await send(page, 'How many?');
    expect(await screen.findByText('The model finished reasoning without giving an answer.')).toBeTruthy();
    await send(page, 'And now?');
    await waitFor(() => expect(page.engine.requests).toHaveLength(2));
    expect(page.engine.requests[1]?.prompt).toMatchObject({
      messages: [{ role: 'user', content: 'How many?\n\nAnd now?' }],
    });
  });

  test('is live while it is written, though the template opened it', async () => {
    const gate = createGate(2);
    const page = renderPage({ speech: SPEECHES.opened, answer: () => SPOKEN.opened, pace: gate.pace });
    await send(page, 'How many?');
    expect(await screen.findByRole('button', { name: /^Reasoning… / })).toBeTruthy();
    gate.open();
    await finished();
  });
});

test('a call of a tool that a model writes unasked is shown as what it is', async () => {
  const page = renderPage({ speech: SPEECHES.think, answer: () => SPOKEN_CALL });
  await send(page, 'What is the weather?');
  const call = await screen.findByRole('region', { name: 'Tool call: weather' });
  expect(within(call).getByText('{"at":"Paris"}')).toBeTruthy();
  expect(within(call).getByText(/Nothing was done/)).toBeTruthy();
  expect(answerOf().textContent).not.toContain('tool_call');
  await send(page, 'And now?');
  await waitFor(() => expect(page.engine.requests).toHaveLength(2));
  expect(page.engine.requests[1]?.prompt).toMatchObject({
    messages: [{}, { content: 'Let me look.\n', toolCalls: [{ name: 'weather', arguments: '{"at":"Paris"}' }] }, {}],
  });
});

describe('the switch for thinking', () => {
  test('on and off, kept with the conversation', async () => {
    const database = newDatabase();
    const page = renderPage({ speech: SPEECHES.think, answer: () => SPOKEN.think }, { database });
    const button = await screen.findByRole('button', { name: 'Reasoning' });
    expect(button.getAttribute('aria-pressed')).toBe('true');
    await page.user.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('false');
    await send(page, 'How many?');
    await finished();
    expect(page.engine.requests[0]?.thinking).toEqual({ mode: 'off' });

    await page.user.click(screen.getByRole('button', { name: 'New chat' }));
    expect((await screen.findByRole('button', { name: 'Reasoning' })).getAttribute('aria-pressed')).toBe('true');
    const again = renderPage({ speech: SPEECHES.think }, { database });
    await again.user.click(await screen.findByRole('button', { name: 'How many?' }));
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Reasoning' }).getAttribute('aria-pressed')).toBe('false'),
    );
  });

  test('efforts, by a menu', async () => {
    const page = renderPage({ speech: SPEECHES.harmony, answer: () => SPOKEN.harmony });
    await page.user.click(await screen.findByRole('button', { name: 'Reasoning: Medium' }));
    const options = screen.getAllByRole('menuitemradio');
    expect(options.map(({ textContent }) => textContent)).toEqual(['Low', 'MediumModel’s default', 'High']);
    await page.user.click(screen.getByRole('menuitemradio', { name: 'High' }));
    expect(await screen.findByRole('button', { name: 'Reasoning: High' })).toBeTruthy();
    await send(page, 'How many?');
    await finished();
    expect(page.engine.requests[0]?.thinking).toEqual({ mode: 'high' });
  });

  test('is none of the settings that a conversation has of its own', async () => {
    const page = renderPage({ speech: SPEECHES.think });
    await page.user.click(await screen.findByRole('button', { name: 'Reasoning' }));
    expect(screen.queryByRole('button', { name: 'Own settings' })).toBeNull();
    await page.user.click(screen.getByRole('button', { name: 'Settings' }));
    const everywhere = await screen.findByRole('radio', { name: 'All conversations' });
    expect((everywhere as HTMLInputElement).checked).toBe(true);
  });

  test('a limit is a setting', async () => {
    const page = renderPage({ speech: SPEECHES.think, answer: () => SPOKEN.think });
    page.stores.settings.getState().setSampling({ thinkingLimit: 256 });
    await send(page, 'How many?');
    await finished();
    expect(page.engine.requests[0]?.thinking).toEqual({ limit: 256 });
  });

  test('there is none where the template has none', async () => {
    const page = renderPage({ speech: PLAIN_SPEECH });
    page.stores.settings.getState().setSampling({ thinkingLimit: 256, thinking: 'high' });
    await send(page, 'How many?');
    await finished();
    expect(screen.queryByRole('button', { name: /^Reasoning/ })).toBeNull();
    expect(page.engine.requests[0]?.thinking).toBeUndefined();
  });
});
