import type { GenerateTimings } from '../../engine/api.ts';
import type { Usage } from './types.ts';

export function usageOf(timings: GenerateTimings, reasoningTokens: number): Usage {
  const { promptTokens, outputTokens, reusedTokens } = timings;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: outputTokens,
    total_tokens: promptTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: reusedTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}
