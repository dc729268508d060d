/** Runs one generation and turns its events into successive states of an answer, one a frame at most. */
import type { EngineErrorData, GenerateRequest, GenerateTimings } from '../../engine/api.ts';
import { joinRecords, type RoutingRecord, RoutingRecorder } from '../routing/routing-record.ts';
import type { AnswerEvent, AnsweringModel, AnswerSource } from './answer-source.ts';
import { AnswerBuilder, type AnswerParts } from './answer-parts.ts';
import type { AnswerStatus, AssistantMessage } from './conversation.ts';
import { asEngineError } from './engine-failure.ts';
import { createFrameBatcher } from './frame-batcher.ts';

export type AnswerUpdate = AnswerParts & Pick<AssistantMessage, 'status' | 'tokens' | 'routing'>;

export interface AskedFor {
  readonly model: AnsweringModel;
  /** By `performance.now()`. */
  readonly askedAt: number;
  /** The answer as it is: empty, or what is to go on where it broke off. */
  readonly before: AssistantMessage;
}

/**
 * Streams until the generation ends, in whatever way; never rejects.
 *
 * @returns the error it failed with, or null.
 */
export async function streamAnswer(
  source: AnswerSource,
  request: GenerateRequest,
  { model, askedAt, before }: AskedFor,
  signal: AbortSignal,
  onUpdate: (update: AnswerUpdate) => void,
): Promise<EngineErrorData | null> {
  const recorder = new RoutingRecorder(model, before.routing);
  const answer = new AnswerBuilder(before);
  const earlier = before.status.kind === 'done' ? before.status.timings : null;
  let isOver = false;
  let status = { kind: 'waiting' } as AnswerStatus;
  let tokens = 0;
  /** From the question to the first token, with all that it waited for. */
  let firstTokenMs: number | null = null;
  /** Routing that came as a whole. */
  let told: RoutingRecord | null = null;
  const startedAt = performance.now();
  const batcher = createFrameBatcher(() =>
    onUpdate({
      ...answer.parts,
      status,
      tokens: isOver ? answer.tokens : null,
      routing: told ?? recorder.snapshot() ?? before.routing,
    }),
  );

  function take(event: AnswerEvent): void {
    switch (event.type) {
      case 'queued':
        status = { kind: 'waiting', place: event.place };
        return;
      case 'prefill':
        status = { kind: 'reading', done: event.done, total: event.total };
        return;
      case 'prompt':
        return;
      case 'token':
        firstTokenMs ??= performance.now() - askedAt;
        answer.add(event.token, performance.now());
        recorder.add(event.token);
        status = {
          kind: 'streaming',
          tokens: ++tokens,
          since: status.kind === 'streaming' ? status.since : performance.now(),
        };
        return;
      case 'routing':
        told = joinRecords(before.routing, event.routing);
        return;
      case 'done':
        status = {
          kind: 'done',
          finishReason: event.finishReason,
          timings: { ...together(earlier, event.timings), ...(firstTokenMs !== null && { firstTokenMs }) },
        };
        return;
      default:
        event satisfies never;
    }
  }

  let failure: EngineErrorData | null = null;
  try {
    for await (const event of source.generate(request, signal)) {
      take(event);
      batcher.request();
    }
  } catch (error) {
    failure = asEngineError(error);
  }
  if (failure !== null && failure.code !== 'aborted') {
    status = { kind: 'failed', error: failure };
  } else if (status.kind !== 'done') {
    // Stopped before the engine could say so: the answer ends here all the same.
    status = stoppedAfter(tokens, performance.now() - startedAt, earlier);
    failure = null;
  }
  isOver = true;
  batcher.request();
  batcher.flushNow();
  return failure;
}

/** The state of an answer that was stopped by the person and of which the engine reported no end. */
export function stoppedAfter(tokens: number, ms: number, earlier: GenerateTimings | null): AnswerStatus {
  const timings = { promptTokens: 0, reusedTokens: 0, prefillMs: 0, outputTokens: tokens, decodeMs: ms };
  return { kind: 'done', finishReason: 'aborted', timings: together(earlier, timings) };
}

/** An answer that went on was written in two goes; what was read is that of the last. */
function together(earlier: GenerateTimings | null, now: GenerateTimings): GenerateTimings {
  if (earlier === null) return now;
  return {
    ...now,
    outputTokens: earlier.outputTokens + now.outputTokens,
    decodeMs: earlier.decodeMs + now.decodeMs,
  };
}
