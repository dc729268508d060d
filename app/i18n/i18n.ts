/**
 * Words of the page. English is shipped; another language is a folder beside `en/` with the same files, and a line in
 * `LANGUAGES`. Components say `const { t } = useTranslation('chat')`; other code says `t('chat:composer.send')`.
 * Keys are checked by the compiler against the English files (see `i18next.d.ts`).
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { ENGLISH } from './english.ts';

/** Languages that the person can choose, each by its own name. */
export const LANGUAGES: Readonly<Record<string, string>> = { en: 'English' };

/** Everything is bundled, so this ends before it returns: no component ever waits for words. */
void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'layout',
  resources: { en: ENGLISH },
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
  returnNull: false,
});

export const t = i18next.t.bind(i18next);
