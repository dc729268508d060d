/** Which words an expert prefers, by how much over chance, and whether the sample is large enough to say so. */

/** What a sample says of one expert. */
export interface ExpertSample {
  /** Tokens of the sample that are of words. */
  readonly tokens: number;
  /** Those among them for which the expert was chosen. */
  readonly chosen: number;
  readonly words: readonly WordCount[];
  /** Words that were frequent enough to be looked at, where `words` has only some of them; default: all that are in `words`. */
  readonly looked?: number;
}

export interface WordCount {
  readonly word: string;
  /** Tokens of this word. */
  readonly of: number;
  /** Those among them for which the expert was chosen. */
  readonly chosen: number;
}

export interface FavouriteWord extends WordCount {
  /** P(word | expert) / P(word), shrunk towards 1. */
  readonly lift: number;
}

/** Fewer tokens of a word tell nothing, however surprising they are. */
const FEWEST = 3;
/** So many tokens as chance would have it are added to what was seen and to what was to be expected. */
const SHRINKAGE = 2;
/** How often, in a sample where experts are chosen by chance, at least one word would be listed for an expert. */
const FALSE_ALARM = 0.05;

/**
 * The words that an expert was chosen for more often than chance, the strongest preference first.
 *
 * Of `n` tokens, `e` chose the expert and `w` are of the word; chance would make `x = e·w/n` of them both, and `k` were seen. The
 * lift is `P(word | expert) / P(word) = (k/e) / (w/n) = k/x`, here `(k + 2) / (x + 2)`: the mean of a Poisson rate
 * whose prior is a gamma distribution of mean 1, so that few tokens stay near 1. A word is listed where `k ≥ 3` and where the
 * hypergeometric distribution gives at least `k` with a probability below 0.05 divided by the number of words that were looked
 * at (Bonferroni). Tokens of one answer are not independent, as this has it: it is a guard against chance, no proof.
 *
 * @returns none where the sample is too small to say anything
 */
export function favouriteWords(
  { tokens, chosen, words, looked }: ExpertSample,
  most: number,
): readonly FavouriteWord[] {
  const frequent = words.filter(({ of }) => of >= FEWEST);
  const bound = Math.log(FALSE_ALARM / Math.max(1, looked ?? frequent.length));
  return frequent
    .filter((word) => word.chosen >= FEWEST && word.chosen * tokens > chosen * word.of)
    .filter((word) => logTail(word.chosen, tokens, chosen, word.of) < bound)
    .map((word) => ({ ...word, lift: liftOf(word, tokens, chosen) }))
    .sort((a, b) => b.lift - a.lift || b.chosen - a.chosen || (a.word < b.word ? -1 : 1))
    .slice(0, most);
}

function liftOf(word: WordCount, tokens: number, chosen: number): number {
  return (word.chosen + SHRINKAGE) / ((chosen * word.of) / tokens + SHRINKAGE);
}

/**
 * ln P(at least `k` of `drawn` tokens are of a word), where `marked` of all `n` are, and each is drawn at most once.
 * Above the mean terms fall, so the sum ends where they no longer count.
 */
function logTail(k: number, n: number, drawn: number, marked: number): number {
  const last = Math.min(drawn, marked);
  const first = logChoose(marked, k) + logChoose(n - marked, drawn - k) - logChoose(n, drawn);
  let sum = 1;
  let term = 1;
  for (let i = k; i < last && term > 1e-12 * sum; i++) {
    term *= ((marked - i) * (drawn - i)) / ((i + 1) * (n - marked - drawn + i + 1));
    sum += term;
  }
  return first + Math.log(sum);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Stirling's series, exact to 1e-9 from 10 on; below it is a product. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
}
