/**
 * Byte-pair merges learned from `texts`, each a sequence of symbols; most frequent pair first, ties by the pair's text.
 *
 * The texts are not cut into words first, unlike for real vocabularies. So there are merges across every kind of border
 * that a pre-tokenizer draws, and only drawing it right prevents them: the goldens notice any difference.
 */
export function learnMerges(texts: readonly (readonly string[])[], count: number): [left: string, right: string][] {
  const merges: [string, string][] = [];
  const sequences = texts.map((text) => [...text]);
  while (merges.length < count) {
    const best = mostFrequentPair(sequences);
    if (best === undefined) break;
    merges.push(best);
    sequences.forEach((sequence, i) => (sequences[i] = mergePair(sequence, best)));
  }
  return merges;
}

/** Occurs in no text: joins the halves of a pair to a map key. */
const SEPARATOR = '\u{10ffff}';

function mostFrequentPair(sequences: readonly (readonly string[])[]): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const sequence of sequences) {
    for (let i = 1; i < sequence.length; i++) {
      const pair = `${sequence[i - 1]}${SEPARATOR}${sequence[i]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  let best: string | undefined;
  let bestCount = 0;
  for (const [pair, pairCount] of counts) {
    if (pairCount > bestCount || (pairCount === bestCount && best !== undefined && pair < best)) {
      best = pair;
      bestCount = pairCount;
    }
  }
  const [left, right] = best?.split(SEPARATOR) ?? [];
  return left === undefined || right === undefined ? undefined : [left, right];
}

function mergePair(sequence: readonly string[], [left, right]: readonly [string, string]): string[] {
  const merged: string[] = [];
  for (const symbol of sequence) {
    if (symbol === right && merged.at(-1) === left) merged[merged.length - 1] = left + right;
    else merged.push(symbol);
  }
  return merged;
}
