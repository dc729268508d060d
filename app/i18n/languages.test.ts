// @vitest-environment happy-dom
import i18next from 'i18next';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ENGLISH } from './english.ts';
import { chooseLanguage, loadWords, t } from './i18n.ts';
import { FALLBACK_LANGUAGE, isLanguage, LANGUAGES, languageFiles, matchLanguage } from './languages.ts';

afterEach(() => i18next.changeLanguage('en'));

type Words = { readonly [key: string]: string | Words };

/** Every key with its text; plural forms count as one key, because languages have different ones. */
function flatten(words: Words, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const path = `${prefix}${key.replace(/_(zero|one|two|few|many|other)$/, '')}`;
    if (typeof value === 'string') flat.set(path, value);
    else for (const [inner, text] of flatten(value, `${path}.`)) flat.set(inner, text);
  }
  return flat;
}

/** What a translation must keep: `{{names}}` and `<tags>`. */
function fixedParts(text: string): string[] {
  return [...new Set(text.match(/\{\{.*?\}\}|<\/?\w+\/?>/g))].sort();
}

const FOLDERS = import.meta.glob<Words>('./*/*.json', { eager: true, import: 'default' });

const FILES = Object.keys(FOLDERS).flatMap((path) => /^\.\/en\/(\w+)\.json$/.exec(path)?.[1] ?? []);

describe('every language', () => {
  test.each(Object.keys(FOLDERS))('%s belongs to a language that can be chosen', (path) => {
    expect(isLanguage(path.split('/')[1] ?? '')).toBe(true);
  });

  test.each(Object.keys(LANGUAGES).flatMap((language) => FILES.map((file) => [language, file] as const)))(
    '%s has all words of %s, with the names and tags in them',
    (language, file) => {
      const english = flatten(FOLDERS[`./en/${file}.json`] ?? {});
      const words = flatten(FOLDERS[`./${language}/${file}.json`] ?? {});
      expect([...words.keys()].sort()).toEqual([...english.keys()].sort());
      for (const [key, text] of words) expect(fixedParts(text), key).toEqual(fixedParts(english.get(key) ?? ''));
    },
  );

  test.each(Object.entries(FOLDERS))('%s keeps numbers with their units', (_path, words) => {
    const parted = /(\}\}|\d) (tokens?\/s|[kMGT]?B\b|M\b|[kMG]bit\/s|ms\b|%)/iu;
    expect([...flatten(words).values()].filter((text) => parted.test(text))).toEqual([]);
  });

  test.each(Object.entries(FOLDERS))('%s has no empty text', (_path, words) => {
    expect([...flatten(words).values()].filter((text) => text.trim() === '')).toEqual([]);
  });
});

test('the browser’s wishes are met in their order, regions by their language, others in English', () => {
  expect(matchLanguage(['en-GB', 'fr'])).toBe('en');
  expect(matchLanguage(['xx-YY', 'en'])).toBe('en');
  expect(matchLanguage(['xx'])).toBe(FALLBACK_LANGUAGE);
  expect(matchLanguage([])).toBe(FALLBACK_LANGUAGE);
});

test('numbers in texts have separators', async () => {
  expect(t('sidebar:search.results', { count: 12_345 })).toBe('12,345 results');
  expect(t('layout:notKept.what', { what: ['a', 'b', 'c'] })).toContain('a, b, and c');
  await i18next.changeLanguage('de');
  expect(t('sidebar:search.results', { count: 12_345 })).toContain('12.345');
});

test('the document names the language that is shown, and its direction', async () => {
  await i18next.changeLanguage('ar');
  expect(document.documentElement.lang).toBe('ar');
  expect(document.documentElement.dir).toBe('rtl');
  await chooseLanguage(null);
  expect(document.documentElement.lang).toBe('en');
  expect(document.documentElement.dir).toBe('ltr');
});

test('what a language lacks is said in English', async () => {
  await i18next.changeLanguage('ar');
  expect(t('layout:close')).toBe(ENGLISH.layout.close);
});

test('words of parts that load later come when they are asked for, also after they could not', async () => {
  expect(i18next.hasResourceBundle('en', 'routing')).toBe(false);
  const read = vi.spyOn(languageFiles, 'read').mockRejectedValue(new Error('offline'));
  await expect(loadWords(['routing', 'settings'])).rejects.toThrow('routing, settings');
  read.mockRestore();
  await loadWords(['routing', 'settings']);
  expect(t('routing:map.label')).toContain('experts');
});

test('a language that has no files is refused, not waited for', async () => {
  await expect(languageFiles.read('ar', 'layout')).rejects.toThrow('ar');
});

test('the compiler knows the keys', () => {
  expect(t('sidebar:newChat')).toBe(ENGLISH.sidebar.newChat);
  // @ts-expect-error there is no such key
  expect(t('sidebar:noSuchKey')).toBe('noSuchKey');
});
