import { BPE } from '@huggingface/tokenizers';
import { type Building, inSteps } from './building.ts';
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
export function* sentencePieceBpe(vocabulary: Vocabulary): Building<(text: string) => number[]> {
  const { tokens, kinds, unknown } = vocabulary;
  const unknownText = unknown === undefined ? undefined : tokens[unknown];
  const bpe = new BPE({
    type: 'BPE',
    vocab: {},
    merges: [],
    ignore_merges: false,
    byte_fallback: true,
    ...(unknownText === undefined ? {} : { unk_token: unknownText }),
  });
  const ids = bpe.tokens_to_ids;
  yield* inSteps(tokens, (token, id) => {
    if (kinds[id] !== TOKEN_KIND.control || id === unknown) ids.set(token, id);
  });
  bpe.bpe_ranks = new ScoreRanks(yield* rankTokens(vocabulary));
  return (text) => bpe.encode([text]).flatMap((token) => ids.get(token) ?? []);
}

/** Of each token that others merge into: the order of its score among all distinct scores, the highest first. */
function* rankTokens({ tokens, kinds, scores }: Vocabulary): Building<ReadonlyMap<string, number>> {
  const scoreOf = (id: number): number => scores?.[id] ?? 0;
  const distinct = new Set<number>();
  yield* inSteps(tokens, (_, id) => distinct.add(scoreOf(id)));
  const rankOfScore = new Map([...distinct].sort((a, b) => b - a).map((score, rank) => [score, rank]));
  const ranks = new Map<string, number>();
  yield* inSteps(tokens, (token, id) => {
    if (canMerge(kinds[id])) ranks.set(token, rankOfScore.get(scoreOf(id)) ?? 0);
  });
  return ranks;
}

/**
 * The library asks for the rank of a pair by `JSON.stringify([left, right])` and merges the lowest rank first, the
 * leftmost of equals. Here the rank depends on the joined text alone.
 * Looking it up this way, rather than listing every way to cut every token in two, keeps equal scores equal.
 */
class ScoreRanks extends Map<string, number> {
  readonly #rankOfToken: ReadonlyMap<string, number>;

  constructor(rankOfToken: ReadonlyMap<string, number>) {
    super();
    this.#rankOfToken = rankOfToken;
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
