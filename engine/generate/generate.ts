import type { FinishReason, GenerateEvent, GenerateRequest, Prompt, TokenLogprob } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { ChatFormat } from '../tokenizer/chat-template.ts';
import { answerParser } from '../tokenizer/answer-parser.ts';
import type { AnswerParser } from '../tokenizer/answer-reading.ts';
import { AnswerReader, plainParser } from '../tokenizer/answer-reader.ts';
import { mark } from '../marks.ts';
import { promptTokens } from '../tokenizer/prompt.ts';
import type { Speech } from '../tokenizer/speech.ts';
import { thinkingMode } from '../tokenizer/thinking.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { writtenOut } from '../tokenizer/written-out.ts';
import { decodeAhead, type DecodedToken } from './decode-ahead.ts';
import { logSumExp, topLogprobs } from './logprobs.ts';
import { prefill, promptLogprobs, promptRouting } from './prefill.ts';
import type { Session, StepResult } from './session.ts';
import { steeringOf } from './steering.ts';

/** A session that speaks text. */
export interface TextModel {
  readonly session: Session;
  readonly tokenizer: Tokenizer;
  readonly format: ChatFormat;
  readonly speech: Speech;
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
  { session, tokenizer, format, speech }: TextModel,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, void, void> {
  mark('asked');
  checkThinking(request);
  const manner = { speech, thinking: thinkingMode(speech.thinking, request.thinking?.mode) };
  const prompt = await promptTokens(request.prompt, tokenizer, format, signal, manner).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (prompt === null) return yield STOPPED_BEFORE;
  mark('prompt');
  checkFits(prompt.length, session.contextLength);
  const steering = steeringOf(request.routing, session.model.routed);
  await session.steer(steering, request.promptTrace === true);
  const seed = request.sampling?.seed ?? randomSeed();
  session.configure(request.sampling ?? {}, seed, {
    trace: request.trace ?? false,
    scores: request.traceScores ?? false,
    logits: request.logprobs !== undefined,
  });
  const { memory } = session;
  const maxTokens = request.maxTokens ?? Infinity;
  const started = performance.now();
  const isAnew = request.promptLogprobs !== undefined || request.promptTrace === true;
  await session.recall(isAnew ? null : prompt);
  const reusedTokens = isAnew ? 0 : memory.keep(prompt);
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

  const bytesOf = (id: number): Pick<TokenLogprob, 'bytes'> =>
    request.tokenBytes === true ? { bytes: tokenizer.bytes(id) } : {};
  const withScores = request.traceScores ?? false;
  const routing = request.promptTrace === true ? yield* promptRouting(session, prompt, withScores, signal) : undefined;
  if (routing === null) return yield done('aborted');
  const logprobs =
    request.promptLogprobs === undefined
      ? undefined
      : yield* promptLogprobs(session, prompt, request.promptLogprobs, signal);
  if (logprobs === null) return yield done('aborted');
  yield {
    ...{ type: 'prompt', tokens: prompt },
    ...(request.tokenBytes === true && { bytes: prompt.map((id) => tokenizer.bytes(id)) }),
    ...(logprobs && { logprobs: logprobs.map((top) => top && top.map((one) => ({ ...one, ...bytesOf(one.id) }))) }),
    ...(routing && { routing }),
  };
  if (maxTokens < 1) return yield done('length');
  if (!(yield* prefill(session, prompt, signal))) return yield done('aborted');
  yield { type: 'prefill', done: prompt.length, total: prompt.length };

  const parser = request.prompt.kind === 'chat' ? parserOf(request.prompt, prompt, tokenizer, speech) : plainParser;
  const reader = new AnswerReader(tokenizer, prompt.at(-1), [...format.stop, ...(request.stop ?? [])], parser);
  const thoughtLimit = request.thinking?.limit ?? Infinity;
  let thoughtTokens = 0;
  const sequence = [...prompt];
  /** Writes a token, and says why the answer ends with it, if it does. */
  function* write(step: StepResult, last: DecodedToken['last'], isEnding = false): Writing {
    const { token, logprob, routing, logits } = step;
    outputTokens++;
    sequence.push(token);
    const isEnd = tokenizer.endOfTurn.has(token);
    const isLast = isEnd || last !== undefined || signal.aborted;
    const { isStopped, ...part } = isEnding ? reader.endThought(token, isLast) : reader.push(token, isLast);
    if (reader.channel === 'reasoning') thoughtTokens++;
    yield {
      type: 'token',
      token: {
        id: token,
        ...part,
        logprob: logits ? (logits[token] ?? NaN) - logSumExp(logits) : logprob,
        ...bytesOf(token),
        ...(logits && {
          top: topLogprobs(logits, request.logprobs ?? 0).map((one) => ({ ...one, ...bytesOf(one.id) })),
        }),
        ...(routing && { routing }),
      },
    };
    return endOf(isStopped, isEnd, signal.aborted, last);
  }

  for (;;) {
    // A thought that is too long is ended in the model's place; what ran beyond it is taken back.
    const ending = thoughtTokens >= thoughtLimit ? tokenizer.encode(reader.endingOfThought, { special: true }) : [];
    for (const token of ending) {
      const isFull = sequence.length + 1 >= session.contextLength;
      const last = outputTokens + 1 >= maxTokens ? 'length' : isFull ? 'context' : undefined;
      const reason = yield* write({ token, logprob: 0 }, last, true);
      if (reason !== undefined) return yield done(reason);
    }
    if (ending.length > 0) {
      memory.keep(sequence);
      for await (const _ of prefill(session, sequence, signal)); // the progress that is told is the prompt's
      if (signal.aborted) return yield done('aborted');
    }
    const tail = sequence.slice(memory.tokens.length);
    for await (const result of decodeAhead(session, tail, maxTokens - outputTokens, signal)) {
      if (prefillMs === 0) {
        mark('first token');
        prefillMs = performance.now() - started;
      }
      const reason = yield* write(result, result.last);
      if (reason !== undefined) return yield done(reason);
      if (thoughtTokens >= thoughtLimit && reader.endingOfThought !== '') break;
    }
    if (signal.aborted) return yield done('aborted'); // while kernels were compiling
  }
}

type Writing = Generator<GenerateEvent, FinishReason | undefined, void>;

/** Tokens that tell how a prompt ends: what opens an answer is shorter. */
const PROMPT_END_TOKENS = 64;

function parserOf(
  { messages, continueLast = false }: Extract<Prompt, { kind: 'chat' }>,
  prompt: readonly number[],
  tokenizer: Tokenizer,
  { answers }: Speech,
): AnswerParser {
  const last = messages.at(-1);
  const begun = continueLast && last?.role === 'assistant' ? last : undefined;
  return answerParser(answers, writtenOut(tokenizer, prompt.slice(-PROMPT_END_TOKENS)), begun);
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

function checkThinking({ thinking, prompt }: GenerateRequest): void {
  if (thinking === undefined) return;
  if (prompt.kind !== 'chat')
    throw new EngineError('bad-request', 'Only in a chat can a model be asked how to think: this prompt is none.');
  const { limit = 0 } = thinking;
  if (!(Number.isInteger(limit) && limit >= 0))
    throw new EngineError('bad-request', `The longest reasoning is a whole number of tokens, not ${limit}.`);
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
