// @vitest-environment happy-dom
import { cleanup, createEvent, fireEvent, screen, within } from '@testing-library/react';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPanel } from '../testing/model-panel.ts';
import { renderPage, send } from '../testing/render-page.tsx';
import { isComposing } from './input-method.ts';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

/** How browsers report a key that an input method has taken; the second one is Safari's last key of a composition. */
const TAKEN = [
  { name: 'while it composes', init: { isComposing: true } },
  { name: 'by its key code', init: { keyCode: 229 } },
] as const;

test.each(TAKEN)('a key of an input method is known $name', ({ init }) => {
  expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', ...init }))).toBe(true);
  expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 13 }))).toBe(false);
});

describe.each(TAKEN)('a key that an input method takes, $name,', ({ init }) => {
  /** Whether the browser would still do what the key does by itself. */
  const press = (target: HTMLElement, key: string, held = {}): boolean => {
    const event = createEvent.keyDown(target, { key, ...held, ...init });
    return fireEvent(target, event);
  };

  test('sends no question, saves no message and closes no editor', async () => {
    const page = renderPage();
    await send(page, 'One');
    const edit = await screen.findByRole('button', { name: 'Edit question' });
    const box = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
    await page.user.type(box, 'にほん');
    press(box, 'Enter');
    expect(box.value).toBe('にほん');
    await page.user.click(edit);
    const editor = screen.getByRole('textbox', { name: 'Edit your question' });
    press(editor, 'Escape');
    press(editor, 'Enter', { ctrlKey: true });
    expect(screen.getByRole('textbox', { name: 'Edit your question' })).toBe(editor);
    expect(page.engine.requests).toHaveLength(1);
  });

  test('ends no renaming and no search', async () => {
    const page = renderPage();
    await send(page, 'One');
    const list = await screen.findByRole('navigation', { name: 'Conversations' });
    const item = await within(list).findByRole('button', { name: 'One' });
    item.focus();
    press(item, 'Delete');
    press(item, 'F2');
    expect(within(list).getByRole('button', { name: 'One' })).toBe(item);
    await page.user.keyboard('{F2}');
    const title = within(list).getByRole('textbox', { name: 'New title' });
    press(title, 'Enter');
    press(title, 'Escape');
    expect(within(list).getByRole('textbox', { name: 'New title' })).toBe(title);
    await page.user.keyboard('{Escape}');
    const search = screen.getByRole<HTMLInputElement>('searchbox');
    await page.user.type(search, 'とう');
    press(search, 'Escape');
    press(search, 'ArrowDown');
    expect(search.value).toBe('とう');
    expect(document.activeElement).toBe(search);
  });

  test('is no shortcut, closes no dialog, and looks no address up', async () => {
    const page = renderPage();
    await screen.findByText(/parameters, .* active/);
    press(screen.getByRole('textbox', { name: 'Message' }), ',', { ctrlKey: true });
    expect(screen.queryByRole('dialog')).toBeNull();
    page.stores.panel.getState().setAddress('かな');
    const dialog = await openPanel(page, 'Open');
    const address = dialog.getByRole('textbox');
    expect(press(address, 'Enter')).toBe(false); // Safari would send the form
    expect(press(address, 'Escape')).toBe(false); // Firefox would close the dialog
    press(dialog.getByRole('tab', { name: 'Open' }), 'ArrowLeft');
    expect(dialog.getByRole('tab', { name: 'Open', selected: true })).toBeTruthy();
  });
});

test('no handler of keys does without the check', () => {
  const files = readdirSync('app', { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !file.includes('.test.'),
  );
  const handlers = files.filter((file) =>
    /onKeyDown|'key(?:down|up|press)'/.test(readFileSync(join('app', file), 'utf8')),
  );
  expect(handlers.length).toBeGreaterThan(10);
  for (const file of handlers)
    expect(readFileSync(join('app', file), 'utf8'), file).toMatch(/(input-method|scroll-keys)\.ts/);
});
