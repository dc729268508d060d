import { BPE, SequencePreTokenizer } from '@huggingface/tokenizers';
import { type Building, inSteps } from './building.ts';
import type { PreTokenizer } from './pre-tokenizers.ts';
import { TOKEN_KIND, type Vocabulary } from './vocabulary.ts';

/**
 * Byte-level BPE (GPT-2 and most models since): words are cut out by regular expressions, written as bytes, and merged
 * pair by pair in the order of the merges list.
 *
 * @param merges pairs `"left right"`, most frequent first
 * @returns text without special tokens → ids
 */
export function* byteLevelBpe(
  vocabulary: Vocabulary,
  merges: readonly string[],
  { patterns, ignoreMerges, normalization }: PreTokenizer,
): Building<(text: string) => number[]> {
  const words = wordCutter(patterns);
  const bpe = new BPE({ type: 'BPE', vocab: {}, merges: [], ignore_merges: ignoreMerges ?? false });
  yield* fillBpe(bpe, vocabulary, merges);
  return (text) => {
    const normal = normalization === undefined ? text : text.normalize(normalization);
    return bpe.encode(words(normal)).flatMap((token) => bpe.tokens_to_ids.get(token) ?? []);
  };
}

/** Cuts a text into words, each written in GPT-2's byte alphabet. */
export function wordCutter(patterns: readonly string[]): (text: string) => string[] {
  const cutter = new SequencePreTokenizer({
    type: 'Sequence',
    pretokenizers: [
      ...patterns.map((Regex) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false }) as const),
      { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    ],
  });
  return (text) => cutter.pre_tokenize(text);
}

/**
 * Tokens and merges, which the library's constructor would take in one go. Control tokens are left out: plain text must never
 * become one, whatever it says. Of a merge that is listed twice the first counts.
 */
export function* fillBpe(bpe: BPE, { tokens, kinds }: Vocabulary, merges: readonly string[]): Building<void> {
  yield* inSteps(tokens, (token, id) => {
    if (kinds[id] !== TOKEN_KIND.control) bpe.tokens_to_ids.set(token, id);
  });
  yield* inSteps(merges, (merge, rank) => {
    const pair = JSON.stringify(splitMerge(merge));
    if (!bpe.bpe_ranks.has(pair)) bpe.bpe_ranks.set(pair, rank);
  });
}

/** The left half may begin with the space that separates the halves elsewhere. */
function splitMerge(merge: string): [string, string] {
  const space = merge.indexOf(' ', 1);
  return space < 0 ? [merge, ''] : [merge.slice(0, space), merge.slice(space + 1)];
}
