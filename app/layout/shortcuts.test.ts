// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { ariaKeyShortcuts, findShortcut, keyNames, type Platform, type Shortcut, SHORTCUTS } from './shortcuts.ts';

const NOTHING_HELD = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

function idOf(
  key: string,
  held: Partial<typeof NOTHING_HELD> = {},
  on: Platform = 'other',
  code = '',
): string | undefined {
  return findShortcut({ key, code, ...NOTHING_HELD, ...held }, on)?.id;
}

describe('a key press', () => {
  test('is found with Ctrl, and on Apple’s keyboards with Command', () => {
    expect(idOf('k', { ctrlKey: true })).toBe('search');
    expect(idOf('k', { metaKey: true })).toBeUndefined();
    expect(idOf('k', { metaKey: true }, 'apple')).toBe('search');
    expect(idOf('k', { ctrlKey: true }, 'apple')).toBeUndefined();
  });

  test('is found with Shift, where letters come in upper case', () => {
    expect(idOf('O', { ctrlKey: true, shiftKey: true })).toBe('newChat');
    expect(idOf('o', { ctrlKey: true })).toBeUndefined();
  });

  test('is found by its place where Option writes another character', () => {
    expect(idOf('Â', { altKey: true, shiftKey: true }, 'apple', 'KeyM')).toBe('models');
    expect(idOf('¯', { altKey: true, shiftKey: true }, 'apple', 'Comma')).toBe('previousBranch');
  });

  test('that is a character may need Shift or not', () => {
    expect(idOf('?', { shiftKey: true })).toBe('shortcuts');
    expect(idOf('/')).toBe('focusComposer');
    expect(idOf('/', { ctrlKey: true })).toBe('shortcuts');
  });

  test('that is plain text does nothing', () => {
    for (const key of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;') {
      expect(idOf(key), key).toBeUndefined();
    }
  });
});

describe('the table', () => {
  const combinations = SHORTCUTS.flatMap(({ id, keys }) => keys.map((keys) => ({ id, ...keys })));

  test('has each combination once', () => {
    const names = combinations.map(({ held, key }) => `${held} ${key}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('takes nothing that browsers keep to themselves or that edits text', () => {
    const taken = new Set('ntwqrlcvxzyapsf0123456789'.split('').map((key) => `mod ${key}`));
    for (const key of 'ntwpb') taken.add(`mod+shift ${key}`);
    expect(combinations.filter(({ held, key }) => taken.has(`${held} ${key}`))).toEqual([]);
  });

  test.each<Platform>(['apple', 'other'])('names its keys on %s', (on) => {
    const search = SHORTCUTS.find(({ id }) => id === 'search') as Shortcut;
    const models = SHORTCUTS.find(({ id }) => id === 'models') as Shortcut;
    expect(keyNames(search.keys[0], on)).toEqual([on === 'apple' ? 'command' : 'control', { key: 'K' }]);
    expect(keyNames(models.keys[0], on)).toEqual([on === 'apple' ? 'option' : 'alt', 'shift', { key: 'M' }]);
  });

  test('tells assistive technology in its own words', () => {
    expect(ariaKeyShortcuts('settings')).toBe('Control+,');
    expect(ariaKeyShortcuts('focusComposer')).toBe('/ Alt+Shift+W');
  });
});
