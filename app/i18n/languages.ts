/**
 * The languages of the page. English is part of the page's first load, but for the words of parts that load later; any other language
 * is a folder of JSON files beside `en/` that is fetched when somebody chooses it.
 */
import type { BackendModule } from 'i18next';
import { loadPart } from '../layout/load-part.ts';

/** Each by its own name, as its speakers look for it. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const satisfies Readonly<Record<string, string>>;

export type Language = keyof typeof LANGUAGES;

export const FALLBACK_LANGUAGE: Language = 'en';

export function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}

/** The first of the languages that the browser asks for which the page speaks: `de-AT` is served by `de`. */
export function matchLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    if (isLanguage(tag)) return tag;
    const [primary = ''] = tag.split('-', 1);
    if (isLanguage(primary)) return primary;
  }
  return FALLBACK_LANGUAGE;
}

type Words = Readonly<Record<string, unknown>>;

/** All but those that `english.ts` has in the first load, and those of index.html and the poster, which stand in their own files. */
const FILES = import.meta.glob<{ readonly default: Words }>([
  './*/*.json',
  '!./en/{chat,layout,models,server,sidebar}.json',
  '!./*/{start,poster}.json',
]);

/** Reads words that are not in the first load. What a language lacks is said in English. */
export const languageFiles: BackendModule & { read(language: string, namespace: string): Promise<Words> } = {
  type: 'backend',
  init: () => undefined,
  async read(language, namespace) {
    const load = FILES[`./${language}/${namespace}.json`];
    if (load === undefined) throw new Error(`There is no ${namespace} in ${language}`);
    return (await loadPart(load)).default;
  },
};
