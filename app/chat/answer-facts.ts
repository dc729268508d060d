/** The line of facts under an answer, in words. */
import type { FinishReason, GenerateTimings } from '../../engine/api.ts';
import { count, perSecond } from '../layout/quantities.ts';

/** Such as `38.2 tokens/s`, `124 tokens`, `12 of 40 prompt tokens reused`. */
export function answerFacts(timings: GenerateTimings): string[] {
  const { promptTokens, reusedTokens, outputTokens, decodeMs } = timings;
  const facts: string[] = [];
  if (outputTokens > 1 && decodeMs > 0) facts.push(perSecond(outputTokens, decodeMs));
  facts.push(outputTokens === 1 ? '1 token' : `${count(outputTokens)} tokens`);
  if (promptTokens > 0) facts.push(`${count(reusedTokens)} of ${count(promptTokens)} prompt tokens reused`);
  return facts;
}

/** What to say of an answer that did not end by itself, or null. */
export function endingNotice(reason: FinishReason, maxTokens: number): string | null {
  switch (reason) {
    case 'stop':
    case 'stop-string':
      return null;
    case 'length':
      return `Ended at the limit of ${count(maxTokens)} tokens an answer. Settings can raise it.`;
    case 'context':
      return 'Ended because the context is full. Start a new chat, or load the model with a longer context.';
    case 'aborted':
      return 'Stopped.';
    default:
      return reason satisfies never;
  }
}
