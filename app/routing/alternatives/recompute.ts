/**
 * Runs an answer once more as a prompt, to learn what the model thought of each of its tokens. Nothing is written, and nothing of this
 * costs an answer while it is being written: the probabilities are those of the same tokens in the same context, and are worked out when
 * somebody looks at them. What the model read is put together as for a new answer: with the settings of now.
 */
import type { GenerateEvent, GenerateRequest, ModelInfo } from '../../../engine/api.ts';
import type { AnswerSource } from '../../state/answer-source.ts';
import { contextWindow } from '../../state/context-window.ts';
import type { AssistantMessage, Message } from '../../state/conversation.ts';
import type { SamplingSettings } from '../../state/settings-store.ts';
import { thinkingRequest } from '../../state/thinking.ts';
import { TokenCounter } from '../../state/token-counter.ts';
import { type Alternatives, alternativesOf, MOST_RIVALS } from './alternatives.ts';

export interface Rereading {
  /** Up to the answer, which is the last. */
  readonly path: readonly Message[];
  readonly answer: AssistantMessage;
  readonly model: ModelInfo;
  readonly settings: SamplingSettings;
  readonly source: AnswerSource;
  /** Told how much was read, 0 to 1. */
  onProgress(share: number): void;
}

/**
 * @returns null where the signal was aborted, or the answer's tokens are not known
 * @throws EngineError as `EngineClient.generate` does, `context-full` among them
 */
export async function recompute(
  { path, answer, model, settings, source, onProgress }: Rereading,
  signal: AbortSignal,
): Promise<Alternatives | null> {
  const { tokens: written, routing, steering } = answer;
  if (written === null || routing === null) return null;
  const common = { model: model.id, maxTokens: 0, ...(steering && { routing: steering.routing }) };
  const question = path.slice(0, -1);
  const counter = new TokenCounter();
  const { chat } = await contextWindow(question, {
    ...settings,
    contextLength: model.contextLength,
    cut: null,
    count: (messages) => source.countTokens({ kind: 'chat', messages }),
    estimate: (message) => counter.of(message, model, source),
  });
  const asked = await promptOf(
    source,
    { ...common, prompt: { kind: 'chat', messages: chat }, ...thinkingRequest(settings, model.thinking) },
    signal,
  );
  if (asked === null || signal.aborted) return null;
  const tokens = [...asked.tokens, ...written];
  const whole = await promptOf(
    source,
    { ...common, prompt: { kind: 'tokens', tokens }, promptLogprobs: MOST_RIVALS, tokenBytes: true },
    signal,
    onProgress,
  );
  if (whole?.logprobs === undefined) return null;
  return alternativesOf(written, whole.logprobs.slice(asked.tokens.length), routing.count);
}

type PromptEvent = Extract<GenerateEvent, { type: 'prompt' }>;

async function promptOf(
  source: AnswerSource,
  request: GenerateRequest,
  signal: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<PromptEvent | null> {
  let prompt: PromptEvent | null = null;
  for await (const event of source.generate(request, signal)) {
    if (event.type === 'prompt') prompt = event;
    else if (event.type === 'prefill' && event.total > 0) onProgress?.(event.done / event.total);
  }
  return prompt;
}
