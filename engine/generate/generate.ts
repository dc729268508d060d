import type { FinishReason, GenerateEvent, GenerateRequest, TokenLogprob } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { ChatFormat } from '../tokenizer/chat-template.ts';
import { promptTokens } from '../tokenizer/prompt.ts';
import { StopMatcher } from '../tokenizer/stop-strings.ts';
import { TextStream } from '../tokenizer/text-stream.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { decodeAhead, type DecodedToken } from './decode-ahead.ts';
import { logSumExp, topLogprobs } from './logprobs.ts';
import type { Session } from './session.ts';

/** A session that speaks text. */
export interface TextModel {
  readonly session: Session;
  readonly tokenizer: Tokenizer;
  readonly format: ChatFormat;
}

/** Stopped while the prompt was being written: a template may loop for ever. */
const STOPPED_BEFORE: GenerateEvent = {
  type: 'done',
  finishReason: 'aborted',
  timings: { promptTokens: 0, reusedTokens: 0, prefillMs: 0, outputTokens: 0, decodeMs: 0 },
};

/**
 * Runs one request: prefills what the KV cache does not have yet, then decodes until something ends it. An abort ends it
 * with a `done` event like any other reason.
 * @throws EngineError `bad-request`, `context-full`, `corrupt-file` where the model computes no numbers
 */
export async function* generate(
  { session, tokenizer, format }: TextModel,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, void, void> {
  const prompt = await promptTokens(request.prompt, tokenizer, format, signal).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (prompt === null) return yield STOPPED_BEFORE;
  checkFits(prompt.length, session.contextLength);
  const seed = request.sampling?.seed ?? randomSeed();
  session.configure(request.sampling ?? {}, seed, {
    trace: request.trace ?? false,
    logits: request.logprobs !== undefined,
  });
  const { memory } = session;
  const maxTokens = request.maxTokens ?? Infinity;
  const started = performance.now();
  const reusedTokens = request.promptLogprobs === undefined ? memory.keep(prompt) : 0;
  let prefillMs = 0;
  let outputTokens = 0;
  const done = (finishReason: FinishReason): GenerateEvent => ({
    type: 'done',
    finishReason,
    timings: {
      promptTokens: prompt.length,
      reusedTokens,
      prefillMs: prefillMs || performance.now() - started,
      outputTokens,
      decodeMs: prefillMs === 0 ? 0 : performance.now() - started - prefillMs,
    },
  });

  // Prefill, in chunks; the last one also chooses the first token.
  if (request.promptLogprobs === undefined) {
    yield { type: 'prompt', tokens: prompt };
  } else {
    const logprobs: (readonly TokenLogprob[] | null)[] = [null];
    // The model's vocabulary, which may be padded beyond the tokenizer's.
    const vocabulary = session.model.shape.vocabularySize;
    // What follows the last token is nobody's to know yet, so it runs with the answer.
    const scored = prompt.slice(0, -1);
    memory.rollback(0);
    for (let at = 0; at < scored.length; at += session.logitsTokens) {
      if (signal.aborted) return yield done('aborted');
      const chunk = scored.slice(at, at + session.logitsTokens);
      const logits = await session.prefillLogits(chunk, at);
      for (let i = 0; i < chunk.length; i++) {
        logprobs.push(topLogprobs(logits.subarray(i * vocabulary, (i + 1) * vocabulary), request.promptLogprobs));
      }
      yield { type: 'prefill', done: at + chunk.length, total: prompt.length };
    }
    yield { type: 'prompt', tokens: prompt, logprobs };
  }
  if (maxTokens < 1) return yield done('length');

  while (prompt.length - memory.tokens.length > session.chunkTokens) {
    if (signal.aborted) return yield done('aborted');
    const position = memory.tokens.length;
    session.prefill(prompt.slice(position, position + session.chunkTokens), position, false);
    await session.gpu.device.queue.onSubmittedWorkDone();
    yield { type: 'prefill', done: memory.tokens.length, total: prompt.length };
  }
  if (signal.aborted) return yield done('aborted');
  yield { type: 'prefill', done: prompt.length, total: prompt.length };

  const text = new TextStream(tokenizer, prompt.at(-1));
  const stops = new StopMatcher([...format.stop, ...(request.stop ?? [])]);
  let finishReason: FinishReason = 'context';
  for await (const result of decodeAhead(session, prompt.slice(memory.tokens.length), maxTokens)) {
    if (prefillMs === 0) prefillMs = performance.now() - started;
    outputTokens++;
    const { token, logprob, routing, logits, last } = result;
    const isEnd = tokenizer.endOfTurn.has(token);
    const match = stops.push(isEnd ? text.flush() : text.push(token));
    let shown = match.text;
    if (match.stopped === undefined && (isEnd || last !== undefined || signal.aborted)) {
      shown += stops.push(text.flush()).text + stops.flush();
    }
    yield {
      type: 'token',
      token: {
        id: token,
        text: shown,
        logprob: logits ? (logits[token] ?? NaN) - logSumExp(logits) : logprob,
        ...(logits && { top: topLogprobs(logits, request.logprobs ?? 0) }),
        ...(routing && { routing }),
      },
    };
    const reason = endOf(match.stopped !== undefined, isEnd, signal.aborted, last);
    if (reason === undefined) continue;
    finishReason = reason;
    break;
  }
  yield done(finishReason);
}

/** Why an answer ends at a token, if it does; of several reasons the one that says most. */
function endOf(
  isStopString: boolean,
  isEndOfTurn: boolean,
  isAborted: boolean,
  last: DecodedToken['last'],
): FinishReason | undefined {
  if (isStopString) return 'stop-string';
  if (isEndOfTurn) return 'stop';
  return isAborted ? 'aborted' : last;
}

function checkFits(promptTokenCount: number, contextLength: number): void {
  // One more position is needed for the answer's first token.
  if (promptTokenCount >= contextLength)
    throw new EngineError(
      'context-full',
      `The question takes ${promptTokenCount} tokens with what belongs to it, and the context is ${contextLength}. Shorten it or its files, or use a model or a setting with a longer context.`,
    );
}

function randomSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}
