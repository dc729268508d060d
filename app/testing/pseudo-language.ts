/**
 * A language for tests, in which every word of the page stands in brackets: `⟦Send⟧ ⟦message⟧`. What a rendered page says
 * outside of them did not come through i18next, and could not be translated.
 */
import i18next, { type PostProcessorModule } from 'i18next';

/** Private use, by BCP 47; numbers and dates fall back to English. */
export const PSEUDO_LANGUAGE = 'en-x-pseudo';

const bracket: PostProcessorModule = {
  type: 'postProcessor',
  name: 'pseudo',
  process: (value: string) =>
    i18next.language === PSEUDO_LANGUAGE
      ? // Tags that <Trans> replaces by components stay as they are.
        value.replaceAll(/<[^>]*>|\p{L}[\p{L}\p{M}\p{N}’'-]*/gu, (part) => (part.startsWith('<') ? part : `⟦${part}⟧`))
      : value,
};

export async function speakPseudo(): Promise<void> {
  i18next.use(bracket);
  i18next.options.postProcess = bracket.name;
  await i18next.changeLanguage(PSEUDO_LANGUAGE);
}

export async function speakEnglish(): Promise<void> {
  i18next.options.postProcess = false;
  await i18next.changeLanguage('en');
}

/** Attributes whose text a person reads or hears. */
const SPOKEN = [
  'aria-label',
  'aria-description',
  'aria-valuetext',
  'aria-roledescription',
  'title',
  'placeholder',
  'alt',
];

export interface Untranslated {
  readonly text: string;
  /** Where: the nearest class name, which tells the component. */
  readonly at: string;
}

/**
 * Text, names, titles and placeholders under `root` that have a letter outside of brackets.
 * @param data what need not be translated: names of models, what the person wrote. Longest first.
 */
export function untranslated(root: Element, data: readonly string[]): Untranslated[] {
  const found: Untranslated[] = [];
  const check = (text: string | null, element: Element): void => {
    if (text !== null && /\p{L}/u.test(withoutData(text, data)))
      found.push({ text: text.trim(), at: placeOf(element) });
  };
  for (const element of root.querySelectorAll('*')) {
    if (element.closest('script, style, [translate=no]') !== null) continue;
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) check(node.textContent, element);
    for (const name of SPOKEN) check(element.getAttribute(name), element);
  }
  return found;
}

function withoutData(text: string, data: readonly string[]): string {
  let rest = text.replaceAll(/⟦[^⟧]*⟧/g, '');
  for (const known of data) rest = rest.replaceAll(known, '');
  return rest.replaceAll(/\d[\d.,]*\s?(?:[kMGTB]B?|m?s|min|[hm]|ms)?(?!\p{L})/gu, ''); // quantities, as Intl writes them
}

function placeOf(element: Element): string {
  const named = element.closest('[class]');
  return named === null ? element.tagName.toLowerCase() : `.${named.getAttribute('class') ?? ''}`;
}
