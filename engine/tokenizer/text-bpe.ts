import { BPE } from '@huggingface/tokenizers';
import type { Building } from './building.ts';
import { fillBpe } from './byte-level-bpe.ts';
import { LINES } from './pre-tokenizers.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Byte-pair merges on the characters of a text itself, without words (Gemma 4, Sarvam): spaces are `▁`, lines
 * are merged each by itself, and what has no token is written as its bytes, `<0x0A>`.
 *
 * @param merges pairs `"left right"`, most frequent first
 * @param wholeBreaks a run of line breaks that is a token is taken as it is, whatever the merges say (Gemma 4)
 * @returns text without special tokens, spaces already as `▁` → ids
 */
export function* textBpe(
  vocabulary: Vocabulary,
  merges: readonly string[],
  wholeBreaks: boolean,
): Building<(text: string) => number[]> {
  const bpe = new BPE({ type: 'BPE', vocab: {}, merges: [], ignore_merges: false, byte_fallback: true });
  yield* fillBpe(bpe, vocabulary, merges);
  const idOf = (token: string): number | undefined => bpe.tokens_to_ids.get(token);
  const encodeLine = (line: string): number[] => {
    const whole = wholeBreaks && line.startsWith('\n') ? idOf(line) : undefined;
    return whole === undefined ? bpe.encode([line]).flatMap((token) => idOf(token) ?? []) : [whole];
  };
  const lines = new RegExp(LINES, 'g');
  return (text) => (text.match(lines) ?? []).flatMap(encodeLine);
}
