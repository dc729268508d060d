/** Runs one generation and turns its events into successive states of an answer, one a frame at most. */
import type { EngineClient, EngineErrorData, GenerateEvent, GenerateRequest, ModelInfo } from '../../engine/api.ts';
import { RoutingRecorder } from '../routing/routing-record.ts';
import { asEngineError } from './engine-failure.ts';
import { createFrameBatcher } from './frame-batcher.ts';
import type { AnswerStatus, AssistantMessage } from './messages.ts';

export type AnswerUpdate = Pick<AssistantMessage, 'content' | 'status' | 'routing'>;

/**
 * Streams until the generation ends, in whatever way; never rejects.
 * @returns the error it failed with, or null.
 */
export async function streamAnswer(
  client: EngineClient,
  request: GenerateRequest,
  model: ModelInfo,
  signal: AbortSignal,
  onUpdate: (update: AnswerUpdate) => void,
): Promise<EngineErrorData | null> {
  const recorder = new RoutingRecorder(model);
  let content = '';
  let status = { kind: 'waiting' } as AnswerStatus;
  let tokens = 0;
  const startedAt = performance.now();
  const batcher = createFrameBatcher(() => onUpdate({ content, status, routing: recorder.snapshot() }));

  function take(event: GenerateEvent): void {
    switch (event.type) {
      case 'prefill':
        status = { kind: 'reading', done: event.done, total: event.total };
        return;
      case 'prompt':
        return;
      case 'token':
        content += event.token.text;
        recorder.add(event.token);
        status = {
          kind: 'streaming',
          tokens: ++tokens,
          since: status.kind === 'streaming' ? status.since : performance.now(),
        };
        return;
      case 'done':
        status = { kind: 'done', finishReason: event.finishReason, timings: event.timings };
        return;
      default:
        event satisfies never;
    }
  }

  let failure: EngineErrorData | null = null;
  try {
    for await (const event of client.generate(request, signal)) {
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
    status = stoppedAfter(tokens, startedAt);
    failure = null;
  }
  batcher.request();
  batcher.flushNow();
  return failure;
}

function stoppedAfter(tokens: number, startedAt: number): AnswerStatus {
  const timings = {
    promptTokens: 0,
    reusedTokens: 0,
    prefillMs: 0,
    outputTokens: tokens,
    decodeMs: performance.now() - startedAt,
  };
  return { kind: 'done', finishReason: 'aborted', timings };
}
