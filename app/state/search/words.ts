/** How texts are cut into words, the same way for the index, for what is asked, and for the marks. */

export interface Word {
  readonly text: string;
  /** In UTF-16 units. */
  readonly start: number;
}

/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

let segmenter: Intl.Segmenter | undefined;

export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!UNSPACED.test(word)) words.push({ text: word, start: index });
    else for (const { segment, index: at } of segments(word)) words.push({ text: segment, start: index + at });
  }
  return words;
}

/** Case and accents do not matter: `Café` is found by `cafe`. */
export function foldWord(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function segments(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  return segmenter.segment(text);
}
