import type { FinishReason, GenerateEvent, GenerateRequest, TokenLogprob } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { ChatFormat } from '../tokenizer/chat-template.ts';
import { promptTokens } from '../tokenizer/prompt.ts';
import { StopMatcher } from '../tokenizer/stop-strings.ts';
import { TextStream } from '../tokenizer/text-stream.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { logSumExp, topLogprobs } from './logprobs.ts';
import { type Session, STEPS_AHEAD, type StepResult } from './session.ts';

/** A session that speaks text. */
export interface TextModel {
  readonly session: Session;
  readonly tokenizer: Tokenizer;
  readonly format: ChatFormat;
}

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
  const prompt = promptTokens(request.prompt, tokenizer, format);
  checkFits(prompt.length, session.contextLength);
  const seed = request.sampling?.seed ?? randomSeed();
  session.configure(request.sampling ?? {}, seed, {
    trace: request.trace ?? false,
    logits: request.logprobs !== undefined,
  });
  const maxTokens = request.maxTokens ?? Infinity;
  const started = performance.now();
  const reusedTokens = request.promptLogprobs === undefined ? reusable(session.cached, prompt) : 0;
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
    for (let at = 0; at < prompt.length; at += session.logitsTokens) {
      if (signal.aborted) return yield done('aborted');
      const chunk = prompt.slice(at, at + session.logitsTokens);
      const logits = await session.prefillLogits(chunk, at);
      for (let i = 0; i < chunk.length && at + i + 1 < prompt.length; i++) {
        logprobs.push(topLogprobs(logits.subarray(i * vocabulary, (i + 1) * vocabulary), request.promptLogprobs));
      }
      yield { type: 'prefill', done: at + chunk.length, total: prompt.length };
    }
    yield { type: 'prompt', tokens: prompt, logprobs };
  }
  if (maxTokens < 1) return yield done('length');

  let position = request.promptLogprobs === undefined ? reusedTokens : prompt.length - 1;
  let first: (() => Promise<StepResult>) | undefined;
  while (first === undefined) {
    if (signal.aborted) return yield done('aborted');
    const chunk = prompt.slice(position, position + session.chunkTokens);
    if (position + chunk.length === prompt.length) {
      first = session.prefill(chunk, position, true);
    } else {
      session.prefill(chunk, position, false);
      await session.gpu.device.queue.onSubmittedWorkDone();
    }
    position += chunk.length;
    yield { type: 'prefill', done: position, total: prompt.length };
  }

  // Decode: a few steps are always under way; the token we look at trails behind them.
  const ahead = STEPS_AHEAD[session.gpu.profile];
  const pending = [first()];
  let sampled = 1;
  const text = new TextStream(tokenizer, prompt.at(-1));
  const stops = new StopMatcher([...format.stop, ...(request.stop ?? [])]);
  const cachedPrompt = session.cached.length;
  const emitted: number[] = [];
  let finishReason: FinishReason | undefined;
  let isBroken = false;
  try {
    while (finishReason === undefined) {
      while (pending.length < ahead && sampled < maxTokens && position < session.contextLength) {
        pending.push(session.decode(position)());
        position++;
        sampled++;
      }
      const result = await pending.shift();
      if (prefillMs === 0) prefillMs = performance.now() - started;
      if (result === undefined) throw new Error('no step under way');
      const { token, logprob, routing, logits } = result;
      emitted.push(token);
      outputTokens++;

      const isEnd = tokenizer.endOfTurn.has(token);
      const match = stops.push(isEnd ? text.flush() : text.push(token));
      const isLast = isEnd || outputTokens >= maxTokens || (pending.length === 0 && position >= session.contextLength);
      let shown = match.text;
      if (match.stopped === undefined && (isLast || signal.aborted)) {
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
      if (match.stopped !== undefined) finishReason = 'stop-string';
      else if (isEnd) finishReason = 'stop';
      else if (signal.aborted) finishReason = 'aborted';
      else if (outputTokens >= maxTokens) finishReason = 'length';
      else if (isLast) finishReason = 'context';
    }
  } catch (error) {
    isBroken = true; // and what the step left in the cache as well
    throw error;
  } finally {
    // Steps still under way have put tokens into the cache that nobody saw; only what was shown counts.
    session.cached.length = isBroken ? 0 : cachedPrompt;
    if (!isBroken) session.cached.push(...emitted.slice(0, position - cachedPrompt));
    await Promise.allSettled(pending);
  }
  yield done(finishReason);
}

function checkFits(promptTokenCount: number, contextLength: number): void {
  // One more position is needed for the answer's first token.
  if (promptTokenCount >= contextLength)
    throw new EngineError(
      'context-full',
      `The conversation has ${promptTokenCount} tokens and the context is ${contextLength}. Start a new chat, or load the model with a longer context.`,
    );
}

/** Tokens at the beginning of the prompt that are still in the KV cache. The last one is run again for its logits. */
function reusable(cached: readonly number[], prompt: readonly number[]): number {
  let same = 0;
  while (same < cached.length && same < prompt.length - 1 && cached[same] === prompt[same]) same++;
  return same;
}

function randomSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}
