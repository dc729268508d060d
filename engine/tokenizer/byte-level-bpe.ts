import { BPE, SequencePreTokenizer } from '@huggingface/tokenizers';
import type { PreTokenizer } from './pre-tokenizers.ts';
import { TOKEN_KIND, type Vocabulary } from './vocabulary.ts';

/**
 * Byte-level BPE (GPT-2 and most models since): words are cut out by regular expressions, written as bytes, and merged
 * pair by pair in the order of the merges list.
 *
 * @param merges pairs `"left right"`, most frequent first
 * @returns text without special tokens → ids
 */
export function byteLevelBpe(
  vocabulary: Vocabulary,
  merges: readonly string[],
  { patterns, ignoreMerges, normalization }: PreTokenizer,
): (text: string) => number[] {
  const words = wordCutter(patterns);
  const bpe = new BPE({
    type: 'BPE',
    vocab: mergeableTokens(vocabulary),
    merges: merges.map(splitMerge),
    ignore_merges: ignoreMerges ?? false,
  });
  return (text) => {
    const ids: number[] = [];
    for (const token of bpe.encode(words(normalization === undefined ? text : text.normalize(normalization)))) {
      const id = bpe.tokens_to_ids.get(token);
      if (id !== undefined) ids.push(id);
    }
    return ids;
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

/** Control tokens are left out: plain text must never become one, whatever it says. */
export function mergeableTokens({ tokens, kinds }: Vocabulary): Record<string, number> {
  return Object.fromEntries(
    tokens.map((token, id) => [token, id] as const).filter(([, id]) => kinds[id] !== TOKEN_KIND.control),
  );
}

/** The left half may begin with the space that separates the halves elsewhere. */
export function splitMerge(merge: string): [string, string] {
  const space = merge.indexOf(' ', 1);
  return space < 0 ? [merge, ''] : [merge.slice(0, space), merge.slice(space + 1)];
}
