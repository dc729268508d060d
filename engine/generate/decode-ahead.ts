import { type Session, STEPS_AHEAD, type StepResult } from './session.ts';

export interface DecodedToken extends StepResult {
  /** Why there cannot be another one after it. */
  readonly last: 'length' | 'context' | undefined;
}

/**
 * Runs the last tokens of a prompt, behind what the session's memory holds, and then a step for each token that was chosen, until
 * there are `maxTokens`, the context is full, or nobody asks for more. A few steps are always under way, as each finds the
 * token before it on the GPU; what is yielded trails behind them. In the end what ran ahead is taken back.
 * @throws EngineError `corrupt-file` where the model computes no numbers: then the memory holds nothing any more
 */
export async function* decodeAhead(
  session: Session,
  tail: readonly number[],
  maxTokens: number,
): AsyncGenerator<DecodedToken, void, void> {
  const { memory, contextLength } = session;
  const ahead = STEPS_AHEAD[session.gpu.profile];
  const begin = memory.tokens.length + tail.length;
  const accepted: number[] = [];
  const pending = [underWay(session.prefill(tail, memory.tokens.length, true))];
  let position = begin;
  let isBroken = false; // then what the step left in the memory is as well
  try {
    while (pending.length > 0) {
      while (pending.length < ahead && accepted.length + pending.length < maxTokens && position < contextLength) {
        pending.push(underWay(session.decode(position)));
        position++;
      }
      const result = await pending.shift();
      if (result === undefined) throw new Error('no step under way');
      accepted.push(result.token);
      const isFull = pending.length === 0 && position >= contextLength;
      yield { ...result, last: accepted.length >= maxTokens ? 'length' : isFull ? 'context' : undefined };
    }
  } catch (error) {
    isBroken = true;
    throw error;
  } finally {
    if (isBroken) memory.rollback(0);
    else memory.write(begin, accepted.slice(0, position - begin));
    await Promise.allSettled(pending);
  }
}

/** A step whose failure may come before anybody waits for it. */
function underWay(read: () => Promise<StepResult>): Promise<StepResult> {
  const result = read();
  result.catch(() => undefined);
  return result;
}
