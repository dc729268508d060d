/** The few words of the element itself, in all languages that Mixtab has: they must be there before anything is loaded. */

const FILES = import.meta.glob<Readonly<Record<string, string>>>('../../app/i18n/*/poster.json', {
  eager: true,
  import: 'default',
});

function wordsOf(language: string): Readonly<Record<string, string>> | undefined {
  return FILES[`../../app/i18n/${language}/poster.json`];
}

/** @param languages best first, such as `de-AT` */
export function words(
  languages: readonly string[],
): (key: string, values?: Readonly<Record<string, string>>) => string {
  const english = wordsOf('en') ?? {};
  const chosen =
    languages.map((tag) => wordsOf(tag) ?? wordsOf(tag.split('-', 1)[0] ?? '')).find((one) => one) ?? english;
  return (key, values = {}) =>
    (chosen[key] ?? english[key] ?? key).replaceAll(/{{(\w+)}}/g, (_, name: string) => values[name] ?? '');
}
