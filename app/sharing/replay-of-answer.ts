import type { Replay } from '../../embed/replay.ts';
import type { PathEntry } from '../state/conversation.ts';

/** Where nothing is known of the speed. */
const USUAL_TOKEN_MS = 40;
const MOST_MODEL_NAME = 200;
/** Slower than this is nobody's wish to see again, and more than a recording may say. */
const SLOWEST_MS = 60_000;

/** An answer of the open conversation as a recording; null where it is not there (any more). */
export function replayOf(path: readonly PathEntry[], messageId: string, routing: Replay['routing']): Replay | null {
  const at = path.findIndex(({ message }) => message.id === messageId);
  const answer = path[at]?.message;
  const question = path[at - 1]?.message;
  if (answer?.role !== 'assistant') return null;
  const timings = answer.status.kind === 'done' ? answer.status.timings : null;
  const outputTokens = timings?.outputTokens ?? routing?.count ?? 0;
  const tokenMs = timings !== null && outputTokens > 0 ? timings.decodeMs / outputTokens : USUAL_TOKEN_MS;
  return {
    model: answer.model.slice(0, MOST_MODEL_NAME),
    question: question?.role === 'user' ? question.content : '',
    answer: answer.content,
    reasoning: answer.reasoning ?? '',
    tokenMs: Math.min(SLOWEST_MS, tokenMs),
    promptTokens: timings?.promptTokens ?? 0,
    outputTokens,
    routing,
  };
}
