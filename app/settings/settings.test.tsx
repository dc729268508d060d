// @vitest-environment happy-dom
import './Section.tsx'; // a chunk of its own on the page: here it shall be there at once
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { viewStore } from '../layout/view-store.ts';
import { DEFAULT_SAMPLING } from '../state/settings-store.ts';
import { type RenderedPage, renderPage, send } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  showOn(1280);
});

/** The width of the window, for media queries. */
function showOn(width: number): void {
  (window as unknown as { happyDOM: { setViewport(size: { width: number }): void } }).happyDOM.setViewport({ width });
}

/** The open settings: what is behind them is inert, which the test's DOM does not know. */
const panel = () => within(screen.getByRole('dialog', { name: 'Settings' }));

type Section = 'Generation' | 'Appearance' | 'Data' | 'Device' | 'About';

/** Opens the settings as a person does. */
async function openSettings({ user }: RenderedPage, section: Section = 'Generation') {
  await user.click(screen.getByRole('button', { name: 'Settings' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Settings' }));
  await user.click(dialog.getByRole('tab', { name: section }));
  // Its chunk arrives.
  await waitFor(() => expect(dialog.getByRole('tabpanel', { name: section }).textContent).not.toBe(''));
  return dialog;
}

const number = (name: string): HTMLInputElement => panel().getByRole('spinbutton', { name });
const setNumber = (name: string, value: string): boolean => fireEvent.change(number(name), { target: { value } });
const choice = (name: string): HTMLElement => panel().getByRole('radio', { name });
const finished = (count = 1): Promise<void> =>
  waitFor(() => expect(screen.getAllByRole('button', { name: 'More about this answer' })).toHaveLength(count));

describe('sections', () => {
  test('are tabs: arrow keys go round, one is in the tab order', async () => {
    const page = renderPage();
    const dialog = await openSettings(page);
    const tab = (name: Section): HTMLElement => dialog.getByRole('tab', { name });
    act(() => tab('Generation').focus());
    await page.user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(tab('Appearance'));
    expect(tab('Appearance').getAttribute('aria-selected')).toBe('true');
    expect(tab('Generation').tabIndex).toBe(-1);
    await page.user.keyboard('{Home}{ArrowUp}');
    expect(document.activeElement).toBe(tab('About'));
    expect(dialog.getByRole('tabpanel', { name: 'About' })).toBeTruthy();
  });

  test('are a list on a phone, with a way back', async () => {
    showOn(390);
    const { user } = renderPage();
    await user.click(screen.getByRole('button', { name: 'Settings' }));
    await user.click(await screen.findByRole('button', { name: /^Appearance/ }));
    const section = within(screen.getByRole('dialog', { name: 'Appearance' }));
    expect(await section.findByRole('radio', { name: 'Dark' })).toBeTruthy();
    const back = screen.getByRole('button', { name: 'All settings' });
    expect(document.activeElement).toBe(back);
    await user.click(back);
    expect(screen.getByRole('button', { name: /^Device/ })).toBeTruthy();
  });
});

describe('generation', () => {
  test('what is set is what the engine is asked for', async () => {
    const page = renderPage();
    await openSettings(page);
    setNumber('Temperature', '0.65');
    setNumber('Seed', '42');
    setNumber('Longest answer, in tokens', '3');
    fireEvent.change(screen.getByRole('textbox', { name: 'System prompt' }), { target: { value: 'Be brief.' } });
    await page.user.click(screen.getByRole('button', { name: 'Close' }));
    await send(page, 'Hello');
    await finished();
    const [request] = page.engine.requests;
    expect(request?.sampling).toEqual({ temperature: 0.65, topP: 0.95, minP: 0.05, seed: 42 });
    expect(request?.maxTokens).toBe(3);
    expect(request?.prompt).toMatchObject({ messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }] });
  });

  test('numbers stay within what the engine takes; an empty seed is another each time', async () => {
    const page = renderPage();
    await openSettings(page);
    const { settings } = page.stores;
    setNumber('Temperature', '9');
    expect(settings.getState().sampling.temperature).toBe(2);
    setNumber('Top-k', '7.6');
    expect(settings.getState().sampling.topK).toBe(8);
    setNumber('Seed', '-3');
    expect(settings.getState().sampling.seed).toBe(0);
    setNumber('Seed', '');
    expect(settings.getState().sampling.seed).toBeNull();
    setNumber('Longest answer, in tokens', '');
    expect(settings.getState().sampling.maxTokens).toBeUndefined();
  });

  test('a slider does the same as its number', async () => {
    const page = renderPage();
    await openSettings(page);
    setNumber('Top-p', '1');
    fireEvent.change(screen.getByRole('slider', { name: 'Min-p' }), { target: { value: '0.1' } });
    expect(number('Min-p').value).toBe('0.1');
    expect(screen.getByRole('slider', { name: 'Top-p' }).getAttribute('aria-valuetext')).toBe('off');
  });

  test('this conversation differs from the others only where it was changed, and goes back one by one', async () => {
    const page = renderPage();
    await openSettings(page);
    setNumber('Temperature', '0.5');
    await page.user.click(choice('This conversation'));
    expect(number('Temperature').value).toBe('0.5');
    setNumber('Temperature', '1.2');
    setNumber('Longest answer, in tokens', '2');
    await page.user.click(choice('All conversations'));
    expect(number('Temperature').value).toBe('0.5');
    expect(screen.getByText(/has 2 settings of its own/)).toBeTruthy();
    setNumber('Top-p', '0.9');
    await page.user.click(screen.getByRole('button', { name: 'Close' }));
    await send(page, 'Hello');
    await finished();
    expect(page.engine.requests[0]?.sampling).toEqual({
      ...{ temperature: 1.2, topP: 0.9, minP: 0.05 },
      seed: expect.any(Number) as unknown, // drawn for each answer, and kept with it
    });
    expect(page.engine.requests[0]?.maxTokens).toBe(2);

    await openSettings(page);
    expect(choice('This conversation')).toHaveProperty('checked', true);
    await page.user.click(screen.getByRole('button', { name: 'Temperature: Back to 0.5' }));
    expect(number('Temperature').value).toBe('0.5');
    expect(page.stores.chat.getState().current?.settings).toEqual({ maxTokens: 2 });
    await page.user.click(screen.getByRole('button', { name: 'Use the settings for all conversations' }));
    expect(page.stores.chat.getState().current?.settings).toBeNull();
  });

  test('a new conversation starts with the settings for all', async () => {
    const page = renderPage();
    await openSettings(page);
    await page.user.click(choice('This conversation'));
    setNumber('Longest answer, in tokens', '2');
    await page.user.click(screen.getByRole('button', { name: 'Close' }));
    await send(page, 'First');
    await finished();
    await page.user.click(screen.getByRole('button', { name: 'New chat' }));
    await send(page, 'Second');
    await finished();
    expect(page.engine.requests.map(({ maxTokens }) => maxTokens)).toEqual([2, DEFAULT_SAMPLING.maxTokens]);
  });
});

describe('what a model’s file recommends', () => {
  const RECOMMENDED = { temperature: 1, topK: 64, topP: 0.9 };
  /** But for the seed, which is drawn for each answer. */
  function sampled(page: RenderedPage): unknown {
    const { seed: _seed, ...rest } = page.engine.requests.at(-1)?.sampling ?? {};
    return rest;
  }

  test('is shown and used where nothing was chosen', async () => {
    const page = renderPage({ model: { sampling: RECOMMENDED } });
    await screen.findByText(/parameters, .* active/);
    await openSettings(page);
    expect(number('Temperature').value).toBe('1');
    expect(choice('Model’s own')).toHaveProperty('checked', true);
    expect(panel().getByRole('button', { name: 'Reset to defaults' })).toHaveProperty('disabled', true);
    await page.user.click(screen.getByRole('button', { name: 'Close' }));
    await send(page, 'Hello');
    await finished();
    expect(sampled(page)).toEqual({ ...RECOMMENDED, minP: 0.05 });
  });

  test('gives way to a choice, one that is the page’s own default too, and comes back', async () => {
    const page = renderPage({ model: { sampling: RECOMMENDED } });
    await screen.findByText(/parameters, .* active/);
    await openSettings(page);
    setNumber('Temperature', String(DEFAULT_SAMPLING.temperature));
    await page.user.click(screen.getByRole('button', { name: 'Close' }));
    await send(page, 'Hello');
    await finished();
    expect(sampled(page)).toEqual({ ...RECOMMENDED, temperature: DEFAULT_SAMPLING.temperature, minP: 0.05 });
    await openSettings(page);
    await page.user.click(screen.getByRole('button', { name: 'Temperature: Back to 1' }));
    expect(number('Temperature').value).toBe('1');
    await page.user.click(choice('Balanced'));
    expect(number('Top-k').value).toBe('0');
    await page.user.click(choice('Model’s own'));
    expect(number('Top-k').value).toBe('64');
    expect(page.stores.settings.getState().sampling).toEqual({});
    await page.user.click(choice('Precise'));
    await page.user.click(panel().getByRole('button', { name: 'Reset to defaults' }));
    expect(number('Temperature').value).toBe('1');
  });

  test('is no preset where there is nothing', async () => {
    await openSettings(renderPage());
    expect(panel().queryByRole('radio', { name: 'Model’s own' })).toBeNull();
  });
});

describe('presets', () => {
  test('set all sampling values at once, and show which is chosen', async () => {
    const page = renderPage();
    await openSettings(page);
    expect(choice('Balanced')).toHaveProperty('checked', true);
    expect(number('Temperature').value).toBe('0.7');
    await page.user.click(choice('Precise'));
    expect(number('Temperature').value).toBe('0');
    expect(choice('Precise')).toHaveProperty('checked', true);
    setNumber('Temperature', '0.75');
    expect(choice('Precise')).toHaveProperty('checked', false);
    expect(screen.getByText(/^Your own values/)).toBeTruthy();
  });

  test('of one’s own are saved, renamed, chosen again at the next visit, and deleted', async () => {
    let page = renderPage();
    await openSettings(page);
    setNumber('Temperature', '0.33');
    await page.user.click(screen.getByRole('button', { name: 'Save as a preset' }));
    await page.user.type(screen.getByRole('textbox', { name: 'Name of the preset' }), 'Letters{Enter}');
    expect(choice('Letters')).toHaveProperty('checked', true);
    await page.user.click(screen.getByRole('button', { name: 'Rename' }));
    await page.user.clear(screen.getByRole('textbox', { name: 'Name of the preset' }));
    await page.user.type(screen.getByRole('textbox', { name: 'Name of the preset' }), 'Mail{Enter}');
    await page.user.click(choice('Creative'));

    page = renderPage();
    await openSettings(page);
    await page.user.click(choice('Mail'));
    expect(number('Temperature').value).toBe('0.33');
    await page.user.click(panel().getByRole('button', { name: 'Delete' }));
    expect(choice('Mail')).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Delete “Mail”' }));
    expect(panel().queryByRole('radio', { name: 'Mail' })).toBeNull();
    expect(number('Temperature').value).toBe('0.33');
  });

  test('Escape in the name keeps the dialog open', async () => {
    const page = renderPage();
    await openSettings(page);
    setNumber('Temperature', '0.33');
    await page.user.click(screen.getByRole('button', { name: 'Save as a preset' }));
    await page.user.type(screen.getByRole('textbox', { name: 'Name of the preset' }), 'Let{Escape}');
    expect(screen.queryByRole('textbox', { name: 'Name of the preset' })).toBeNull();
    expect(page.stores.settings.getState().presets).toEqual([]);
    expect(screen.getByRole('dialog', { name: 'Settings' })).toBeTruthy();
  });
});

test('theme and text size change the page at once and stay', async () => {
  const page = renderPage();
  await openSettings(page, 'Appearance');
  await page.user.click(choice('Dark'));
  expect(document.documentElement.dataset['theme']).toBe('dark');
  await page.user.click(choice('Largest'));
  expect(document.documentElement.dataset['textSize']).toBe('largest');
  expect(screen.getByRole('combobox', { name: /Language/ })).toHaveProperty('value', 'browser');
  renderPage();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  expect(document.documentElement.dataset['textSize']).toBe('largest');
});

describe('data', () => {
  test('all conversations are deleted only after the question', async () => {
    const page = renderPage();
    await send(page, 'First');
    await finished();
    await page.user.click(screen.getByRole('button', { name: 'New chat' }));
    await send(page, 'Second');
    await finished();
    await openSettings(page, 'Data');
    await page.user.click(screen.getByRole('button', { name: 'Delete all conversations' }));
    let question = within(await screen.findByRole('dialog', { name: 'Delete all conversations' }));
    await page.user.click(question.getByRole('button', { name: 'Cancel' }));
    expect(page.stores.chat.getState().heads).toHaveLength(2);
    expect(screen.getByRole('dialog', { name: 'Settings' })).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Delete all conversations' }));
    question = within(await screen.findByRole('dialog', { name: 'Delete all conversations' }));
    await page.user.click(question.getByRole('button', { name: 'Delete 2 conversations' }));
    expect(await screen.findByText('2 conversations were deleted.')).toBeTruthy();
    expect(page.stores.chat.getState()).toMatchObject({ heads: [], current: null, deleted: null });
  });

  test('what cannot be imported is said, in the store’s words', async () => {
    const page = renderPage();
    vi.spyOn(page.stores.chat.getState(), 'importConversations').mockRejectedValue(new Error('This file is damaged.'));
    await openSettings(page, 'Data');
    await page.user.upload(screen.getByLabelText('Import'), new File(['{'], 'x.json', { type: 'application/json' }));
    expect((await screen.findByRole('alert')).textContent).toBe('This file is damaged.');
  });

  test('an import says what came', async () => {
    const page = renderPage();
    const result = { conversations: 3, messages: 1200, skipped: 1 };
    vi.spyOn(page.stores.chat.getState(), 'importConversations').mockResolvedValue(result);
    await openSettings(page, 'Data');
    await page.user.upload(screen.getByLabelText('Import'), new File(['{}'], 'x.json', { type: 'application/json' }));
    const outcome = await screen.findByText(/3 conversations were imported, with 1,200 messages\./);
    expect(outcome.textContent).toContain('1 was already here.');
  });

  test('the storage is summed up, and leads to the models', async () => {
    const page = renderPage();
    await openSettings(page, 'Data');
    expect(await screen.findByText(/of 60 GB used\. 1 model takes 21.4 MB\./)).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Manage models' }));
    expect(viewStore.getState().panel).toBe('models');
    expect(screen.queryByRole('dialog', { name: 'Settings' })).toBeNull();
  });
});

describe('the device report', () => {
  test('is shown and copied as Markdown, without a model too', async () => {
    const page = renderPage({}, { bundled: null });
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    await openSettings(page, 'Device');
    expect(await screen.findByText('Pretend GPU · example · pretend-1')).toBeTruthy();
    expect(screen.getByRole('rowheader', { name: 'maxBufferSize' })).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Copy report' }));
    expect(await screen.findByText(/^Copied\./)).toBeTruthy();
    const report = write.mock.calls[0]?.[0] ?? '';
    expect(report).toContain('| GPU | Pretend GPU · example · pretend-1 |');
    expect(report).toContain('| shader-f16 | yes |');
    expect(report).toContain('| Model | none |');
    expect(report).toContain(`| maxBufferSize | ${2 ** 31} |`);
    expect(report).toContain(navigator.userAgent);
    expect(report).toMatch(/\| Mixtab \| \d+\.\d+\.\d+/);
  });

  test('says what the browser says where there is no adapter', async () => {
    const page = renderPage({}, { bundled: null });
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    vi.spyOn(page.engine, 'device').mockRejectedValue({
      code: 'no-webgpu',
      message: 'No adapter.',
      detail: 'null | 0',
    });
    await openSettings(page, 'Device');
    expect((await screen.findByRole('alert')).textContent).toBe('No adapter.');
    await page.user.click(screen.getByRole('button', { name: 'Copy report' }));
    await waitFor(() => expect(write.mock.calls[0]?.[0]).toContain('| GPU | no-webgpu: null \\| 0 |'));
  });
});

test('About leads to the shortcuts', async () => {
  const page = renderPage();
  await openSettings(page, 'About');
  await page.user.click(screen.getByRole('button', { name: 'Keyboard shortcuts' }));
  expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeTruthy();
});
