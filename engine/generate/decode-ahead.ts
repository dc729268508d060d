import { STEPS_AHEAD } from './reserve.ts';
import type { Session, StepResult } from './session.ts';

export interface DecodedToken extends StepResult {
  /** Why there cannot be another one after it. */
  readonly last: 'length' | 'context' | undefined;
}

/**
 * Runs the last tokens of a prompt, behind what the session's memory holds, and then a step for each token that was chosen, until
 * there are `maxTokens`, the context is full, nobody asks for more, or the
 * signal is aborted while the kernels are compiling. A few steps are always under way, as each finds the
 * token before it on the GPU; what is yielded trails behind them. In the end what ran ahead is taken back.
 * @throws EngineError `corrupt-file` where the model computes no numbers: then the memory holds nothing any more
 */
export async function* decodeAhead(
  session: Session,
  tail: readonly number[],
  maxTokens: number,
  signal: AbortSignal,
): AsyncGenerator<DecodedToken, void, void> {
  const { memory, contextLength } = session;
  // The first token comes before the kernels of all that follow it, where it can.
  if ((tail.length === 1 || memory.forgets) && !(await isPrepared(session, signal))) return;
  const ahead = STEPS_AHEAD[session.gpu.profile];
  const begin = memory.tokens.length + tail.length;
  const accepted: number[] = [];
  const pending = [underWay(runTail(session, tail))];
  let position = begin;
  let isBroken = false; // then what the step left in the memory is as well
  try {
    for (;;) {
      const most = session.isPrepared ? Math.min(ahead, maxTokens - accepted.length) : 0;
      while (pending.length < most && position < contextLength) {
        pending.push(underWay(session.decode(position)));
        position++;
      }
      const result = await pending.shift();
      if (result === undefined) return;
      accepted.push(result.token);
      const isFull = pending.length === 0 && position >= contextLength;
      yield { ...result, last: accepted.length >= maxTokens ? 'length' : isFull ? 'context' : undefined };
      if (!(await isPrepared(session, signal))) return;
    }
  } catch (error) {
    isBroken = true;
    throw error;
  } finally {
    if (isBroken) memory.rollback(0);
    else memory.settle(accepted.slice(0, position - begin));
    await Promise.allSettled(pending);
  }
}

/** Waits until it is, or, returning false, until that is no longer wanted. */
async function isPrepared(session: Session, signal: AbortSignal): Promise<boolean> {
  if (session.isPrepared) return true;
  await session.prepared(signal);
  return session.isPrepared;
}

/**
 * Runs a prompt's last tokens, and says how to wait for the next one. Where the memory cannot be taken back to any position, it
 * keeps the one before the last token: from there the answer can be made again.
 */
function runTail(session: Session, tail: readonly number[]): () => Promise<StepResult> {
  const { memory } = session;
  if (memory.forgets && tail.length > 1) {
    session.prefill(tail.slice(0, -1), memory.tokens.length, false);
    return runTail(session, tail.slice(-1));
  }
  memory.markTurn();
  return session.prefill(tail, memory.tokens.length, true);
}

/** A step whose failure may come before anybody waits for it. */
function underWay(read: () => Promise<StepResult>): Promise<StepResult> {
  const result = read();
  result.catch(() => undefined);
  return result;
}
