// @vitest-environment happy-dom
// Chunks of their own on the page: here they shall be there at once.
import './models/PanelBody.tsx';
import './settings/Section.tsx';
import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { LANGUAGES } from './i18n/languages.ts';
import { SETTINGS_SECTIONS, viewStore } from './layout/view-store.ts';
import { CATALOGUE } from './models/catalogue.ts';
import { PANEL_TABS } from './models/panel-store.ts';
import { speakEnglish, speakPseudo, untranslated } from './testing/pseudo-language.ts';
import { BUNDLED, type RenderedPage, renderPage } from './testing/render-page.tsx';

/** What need not be translated: names, what the model or the person wrote, and keys as they are labelled. */
const QUESTION = 'Quick question';
const ANSWER = 'Plain answer';
const DATA = [
  ...BUNDLED.suggestions,
  ...[QUESTION, ANSWER, 'Mixtab 20M', 'Mixtab', 'deepseek2', 'Q8_0', 'mit'],
  ...Object.values(LANGUAGES),
  ...['example', 'pretend-1', 'Pretend GPU', 'shader-f16', 'subgroups', 'https://…', 'GGUF'],
  ...CATALOGUE.flatMap(({ name, by, license, quantization }) => [name, by, license, quantization]),
].sort((a, b) => b.length - a.length);

beforeEach(async () => {
  localStorage.clear();
  await speakPseudo();
});
afterEach(cleanup);
afterAll(speakEnglish);

function expectTranslated(): void {
  expect(untranslated(document.body, DATA)).toEqual([]);
}

/** The page in the pseudo-language, with its model ready. The settings would choose English. */
async function renderPseudo(options: Parameters<typeof renderPage>[0] = {}): Promise<RenderedPage> {
  const page = renderPage({ answer: () => ANSWER, ...options });
  await waitFor(() => expect(page.stores.model.getState().status.kind).toBe('ready'));
  await act(speakPseudo);
  return page;
}

test('the bracketed language is spoken, and what is not in brackets is found', async () => {
  await renderPseudo();
  expect(screen.getByRole('banner').textContent).toMatch(/⟦/);
  const stray = document.body.appendChild(document.createElement('p'));
  stray.textContent = 'Stray words';
  stray.title = 'Stray title';
  expect(untranslated(document.body, DATA).map(({ text }) => text)).toEqual(
    expect.arrayContaining(['Stray words', 'Stray title']),
  );
  stray.remove();
});

test('the empty page', async () => {
  await renderPseudo();
  expectTranslated();
});

test('while the model loads', async () => {
  renderPage({ loadPace: (step) => (step > 3 ? new Promise(() => undefined) : Promise.resolve()) });
  await screen.findByRole('progressbar');
  await act(speakPseudo);
  expectTranslated();
});

test('a conversation, with an answer and the facts under it', async () => {
  const { stores } = await renderPseudo();
  await act(() => stores.chat.getState().send(QUESTION));
  await waitFor(() => expect(stores.chat.getState().answeringIn).toBeNull());
  expectTranslated();
});

test('an answer that failed', async () => {
  const { stores } = await renderPseudo({ generateErrors: [{ code: 'internal', message: ANSWER }] });
  await act(() => stores.chat.getState().send(QUESTION));
  await waitFor(() => expect(stores.chat.getState().answeringIn).toBeNull());
  expectTranslated();
});

test('what was deleted can be brought back', async () => {
  const { stores } = await renderPseudo();
  await act(() => stores.chat.getState().send(QUESTION));
  await waitFor(() => expect(stores.chat.getState().answeringIn).toBeNull());
  await act(() => stores.chat.getState().remove(stores.chat.getState().current?.id ?? ''));
  await waitFor(() => expect(stores.chat.getState().deleted).not.toBeNull());
  expectTranslated();
});

test.each(SETTINGS_SECTIONS)('the settings: %s', async (section) => {
  await renderPseudo();
  act(() => viewStore.getState().openSettings(section));
  await waitFor(() => expect(screen.getByRole('tabpanel').textContent).not.toBe(''));
  expectTranslated();
});

test.each(PANEL_TABS)('the models: %s', async (tab) => {
  const { stores } = await renderPseudo();
  act(() => {
    stores.panel.getState().show(tab);
    viewStore.getState().openPanel('models');
  });
  const panel = await screen.findByRole('dialog');
  await waitFor(() => expect(panel.textContent?.length).toBeGreaterThan(80));
  expectTranslated();
});

test('the shortcuts', async () => {
  await renderPseudo();
  act(() => viewStore.getState().openPanel('shortcuts'));
  expectTranslated();
});
