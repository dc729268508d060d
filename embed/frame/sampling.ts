/** How an embed chooses its tokens: as its host says, else as the model's publisher does, else as the page does. */
import type { ModelInfo, Sampling } from '../../engine/api.ts';
import type { BundledModel } from '../../app/models/bundled.ts';
import type { EmbedOptions } from '../protocol.ts';

const USUAL = { temperature: 0.7, topP: 0.95, minP: 0.05 } as const;
/** A small model that repeats itself should not do so for a whole context. */
const MOST_TOKENS_BUNDLED = 512;
/** Room for a thought and an answer. */
const MOST_TOKENS = 4096;

export function samplingOf(
  { temperature, topP, seed, maxTokens }: EmbedOptions,
  { sampling: publishers, id }: ModelInfo,
  bundled: BundledModel | null,
): { readonly sampling: Sampling; readonly maxTokens: number } {
  return {
    sampling: {
      ...USUAL,
      ...publishers,
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(seed !== undefined && { seed }),
    },
    maxTokens: maxTokens ?? (id === bundled?.url ? MOST_TOKENS_BUNDLED : MOST_TOKENS),
  };
}
