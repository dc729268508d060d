/** From the tokens of an answer to its words, so that experts can be asked for the words that they helped to write. */

/** Longer ones are cut: a model that repeats a letter for ever writes no word. */
const LONGEST = 40; // characters
/** Written without spaces between words: there a token is a word. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const LETTERS = String.raw`(?:(?![${UNSPACED}])[\p{L}\p{M}\p{N}])+`;
/** Letters and digits, also with an apostrophe inside; else each sign is a word of its own. */
const WORD = new RegExp(String.raw`${LETTERS}(?:['’]${LETTERS})*|\S`, 'gu');
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');

/** How a line break is named among words. */
export const LINE_BREAK = '⏎';

/**
 * The word that each token is of, in lower case: the one that its first letter or sign belongs to. A word of several tokens is named
 * for each of them. Null: the token wrote nothing, or only spaces.
 *
 * @param texts of the tokens, in order; joined they are the answer
 */
export function wordsOfTokens(texts: readonly string[]): readonly (string | null)[] {
  const words: (string | null)[] = [];
  const found = texts.join('').matchAll(WORD);
  let word = found.next();
  let at = 0;
  for (const text of texts) {
    const first = text.search(/\S/);
    if (first < 0) {
      words.push(text.includes('\n') ? LINE_BREAK : null);
    } else {
      const place = at + first;
      while (word.done !== true && endOf(word.value) <= place) word = found.next();
      const whole = word.done === true ? text : word.value[0];
      words.push(named(IS_UNSPACED.test(whole) ? text.trim() : whole));
    }
    at += text.length;
  }
  return words;
}

function endOf(match: RegExpExecArray): number {
  return match.index + match[0].length;
}

function named(word: string): string {
  return word.normalize('NFC').toLowerCase().slice(0, LONGEST);
}
