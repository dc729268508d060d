/**
 * Words of the page. Components say `const { t } = useTranslation('chat')`; other code says `t('chat:composer.send')`, at
 * the time when it needs the word, because the language may change. Keys are checked by the compiler against the English
 * files (see `i18next.d.ts`). How a translation is added: README.md beside this file.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { ENGLISH, type LateWords } from './english.ts';
import { FALLBACK_LANGUAGE, isLanguage, type Language, languageFiles, matchLanguage } from './languages.ts';

/** The language of the first paint, as `public/start.js` chose it. */
const FIRST = document.documentElement.lang;

/** Nobody looks at an empty frame for longer, for words that a slow network has not brought. */
const FIRST_WORDS_MS = 3_000;

/** What the first load says in English is bundled, so this ends before it returns: no component of it ever waits for words. */
void i18next
  .use(languageFiles)
  .use(initReactI18next)
  .use({ type: 'formatter', init: nothing, add: nothing, addCached: nothing, format: written } as const)
  .init({
    lng: FALLBACK_LANGUAGE,
    fallbackLng: FALLBACK_LANGUAGE,
    load: 'currentOnly',
    ns: Object.keys(ENGLISH),
    defaultNS: 'layout',
    resources: { en: ENGLISH },
    partialBundledLanguages: true,
    interpolation: { escapeValue: false, alwaysFormat: true }, // React escapes
    initAsync: false,
    react: { useSuspense: false },
  });

i18next.on('languageChanged', nameLanguage);
if (!isLanguage(FIRST)) nameLanguage(i18next.language);

/** Resolves when the page can go on in the language that it began with, and after a while in English: it changes when the words come. */
export const firstWords: Promise<unknown> =
  isLanguage(FIRST) && FIRST !== FALLBACK_LANGUAGE
    ? Promise.race([
        i18next.changeLanguage(FIRST).catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, FIRST_WORDS_MS)),
      ])
    : Promise.resolve();

export const t = i18next.t;

function nothing(): void {}

/** Numbers have separators wherever a text names one, and lists are written as the language does. */
function written(value: unknown, format: string | undefined, language: string | undefined): string {
  if (format === 'list') return new Intl.ListFormat(language).format(value as readonly string[]);
  return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : (value as string);
}

/** Fetches the words of parts that are not in the first load, in English and in the language that is shown. */
export async function loadWords(parts: readonly LateWords[]): Promise<void> {
  const missing = (): LateWords[] => parts.filter((part) => !i18next.hasResourceBundle(FALLBACK_LANGUAGE, part));
  await i18next.loadNamespaces(parts);
  // What could not be fetched once is not asked for again by `loadNamespaces`.
  if (missing().length > 0) await i18next.reloadResources([FALLBACK_LANGUAGE], missing());
  if (missing().length > 0) throw new Error(`The words of ${missing().join(', ')} could not be loaded`);
}

/** `null`: the browser's language, where the page speaks it. */
export async function chooseLanguage(choice: Language | null): Promise<void> {
  await i18next.changeLanguage(choice ?? matchLanguage(navigator.languages));
}

/** Tells the document, and so screen readers and the browser's own translator. */
function nameLanguage(code: string): void {
  document.documentElement.lang = code;
  document.documentElement.dir = i18next.dir(code);
}
