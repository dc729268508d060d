import { BPE } from '@huggingface/tokenizers';
import { TOKEN_KIND, type Vocabulary } from './vocabulary.ts';

/** SentencePiece writes a space as this. */
export const SPACE_MARK = '▁';

/**
 * SentencePiece-style BPE (`tokenizer.ggml.model` = `llama`): no words, no merges list; of all neighbours whose
 * concatenation is a token, the one with the highest score merges first, and the leftmost of equals. What remains
 * without a token is written as its bytes.
 *
 * @returns text without special tokens, spaces already as {@link SPACE_MARK} → ids
 */
export function sentencePieceBpe(vocabulary: Vocabulary): (text: string) => number[] {
  const { tokens, kinds, unknown } = vocabulary;
  const unknownText = unknown === undefined ? undefined : tokens[unknown];
  const bpe = new BPE({
    type: 'BPE',
    vocab: Object.fromEntries(
      tokens
        .map((token, id) => [token, id] as const)
        .filter(([, id]) => kinds[id] !== TOKEN_KIND.control || id === unknown),
    ),
    merges: [],
    ignore_merges: false,
    byte_fallback: true,
    ...(unknownText === undefined ? {} : { unk_token: unknownText }),
  });
  bpe.bpe_ranks = new ScoreRanks(vocabulary);
  return (text) => {
    const ids: number[] = [];
    for (const token of bpe.encode([text])) {
      const id = bpe.tokens_to_ids.get(token);
      if (id !== undefined) ids.push(id);
    }
    return ids;
  };
}

/**
 * The library asks for the rank of a pair by `JSON.stringify([left, right])` and merges the lowest rank first, the
 * leftmost of equals. Here the rank depends on the joined text alone: the order of its score among all distinct scores.
 * Looking it up this way, rather than listing every way to cut every token in two, keeps equal scores equal.
 */
class ScoreRanks extends Map<string, number> {
  readonly #rankOfToken: ReadonlyMap<string, number>;

  constructor({ tokens, kinds, scores }: Vocabulary) {
    super();
    const scoreOf = (id: number): number => scores?.[id] ?? 0;
    const distinct = [...new Set(tokens.map((_, id) => scoreOf(id)))].sort((a, b) => b - a);
    const rankOfScore = new Map(distinct.map((score, rank) => [score, rank]));
    this.#rankOfToken = new Map(
      tokens.flatMap((token, id) => (canMerge(kinds[id]) ? [[token, rankOfScore.get(scoreOf(id)) ?? 0] as const] : [])),
    );
  }

  override get(pair: string): number | undefined {
    const [left, right] = JSON.parse(pair) as [string, string];
    return this.#rankOfToken.get(left + right);
  }
}

/** Plain text must never become a control token, nor a byte by its name `<0x0A>`. */
function canMerge(kind: number | undefined): boolean {
  return kind !== TOKEN_KIND.control && kind !== TOKEN_KIND.unknown && kind !== TOKEN_KIND.byte;
}
