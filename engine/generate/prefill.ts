import type { GenerateEvent, RoutingTrace, TokenLogprob } from '../api.ts';
import { topLogprobsWith } from './logprobs.ts';
import type { Session } from './session.ts';

/**
 * Runs what the memory does not hold of some tokens, in chunks, but for a last part that is no longer than one: it runs with the
 * first step that chooses.
 * @returns false where it was aborted
 */
export async function* prefill(
  session: Session,
  tokens: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, boolean, void> {
  const { memory } = session;
  if (session.chunkTokens === 1) await session.prepared(signal);
  while (tokens.length - memory.tokens.length > session.chunkTokens) {
    if (signal.aborted) return false;
    const position = memory.tokens.length;
    session.prefill(tokens.slice(position, position + session.chunkTokens), position, false);
    await session.gpu.device.queue.onSubmittedWorkDone();
    yield { type: 'prefill', done: memory.tokens.length, total: tokens.length };
  }
  return !signal.aborted;
}

/**
 * Runs a prompt with what the model expected at each of its positions; what follows the last token is nobody's to know yet, so
 * that one runs with the answer.
 * @returns null where it was aborted
 */
export async function* promptLogprobs(
  session: Session,
  prompt: readonly number[],
  count: number,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, readonly (readonly TokenLogprob[] | null)[] | null, void> {
  const logprobs: (readonly TokenLogprob[] | null)[] = [null];
  // The model's vocabulary, which may be padded beyond the tokenizer's.
  const vocabulary = session.model.shape.vocabularySize;
  const scored = prompt.slice(0, -1);
  await session.prepared(signal); // the last chunk may be of one token
  session.memory.rollback(0);
  for (let at = 0; at < scored.length; at += session.logitsTokens) {
    if (signal.aborted) return null;
    const chunk = scored.slice(at, at + session.logitsTokens);
    const logits = await session.prefillLogits(chunk, at);
    for (let i = 0; i < chunk.length; i++)
      logprobs.push(
        topLogprobsWith(prompt[at + i + 1] ?? 0, logits.subarray(i * vocabulary, (i + 1) * vocabulary), count),
      );
    yield { type: 'prefill', done: at + chunk.length, total: prompt.length };
  }
  return logprobs;
}

/**
 * Runs all tokens of a prompt but the last, and tells how they were routed, and if asked what the routers compared.
 * @returns null where it was aborted
 */
export async function* promptRouting(
  session: Session,
  prompt: readonly number[],
  withScores: boolean,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, readonly RoutingTrace[] | null, void> {
  const routing: RoutingTrace[] = [];
  const traced = prompt.slice(0, -1);
  session.memory.rollback(0);
  for (let at = 0; at < traced.length; at += session.chunkTokens) {
    if (signal.aborted) return null;
    const chunk = traced.slice(at, at + session.chunkTokens);
    routing.push(...(await session.prefillTrace(chunk, at, withScores)));
    yield { type: 'prefill', done: at + chunk.length, total: prompt.length };
  }
  return routing;
}
