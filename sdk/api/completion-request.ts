import * as v from 'valibot';
import type { GenerateRequest, Prompt } from '../../engine/api.ts';
import { generationOf, type ModelManner } from './generation.ts';
import { Steering } from './steering.ts';
import { MAX_COMPLETION_LOGPROBS, MAX_TEXT, MAX_TOKENS } from './limits.ts';
import { GENERATION_FIELDS, optional, parseBody, TokenCount, UNSUPPORTED_IN_COMPLETIONS, Whole } from './parse-body.ts';

const Text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const Id = Whole(0, 2 ** 31);

const CompletionBody = v.strictObject({
  ...GENERATION_FIELDS,
  routing: optional(Steering),
  prompt: v.union([
    Text,
    v.pipe(v.array(Id), v.minLength(1), v.maxLength(MAX_TOKENS)),
    // One prompt per request, in a list or not.
    v.pipe(v.array(Text), v.length(1, 'There is one prompt per request here')),
    v.pipe(v.array(v.pipe(v.array(Id), v.minLength(1), v.maxLength(MAX_TOKENS))), v.length(1)),
  ]),
  max_tokens: optional(TokenCount),
  logprobs: optional(Whole(0, MAX_COMPLETION_LOGPROBS)),
});

/** OpenAI's. */
const USUAL_MAX_TOKENS = 16;

/** A request of `/v1/completions` that was understood. */
export interface CompletionTask {
  readonly model: string | undefined;
  readonly isStreamed: boolean;
  readonly includesUsage: boolean;
  readonly wantsLogprobs: boolean;
  request(model: ModelManner): GenerateRequest;
}

/** @throws ApiError status 400 that names the field */
export function parseCompletionRequest(body: unknown): CompletionTask {
  const parsed = parseBody(CompletionBody, UNSUPPORTED_IN_COMPLETIONS, body);
  const common = generationOf(parsed);
  const { logprobs } = parsed;
  return {
    model: parsed.model ?? undefined,
    isStreamed: common.isStreamed,
    includesUsage: common.includesUsage,
    wantsLogprobs: typeof logprobs === 'number',
    request: (model) => ({
      ...common.request(model),
      prompt: promptOf(parsed.prompt),
      maxTokens: parsed.max_tokens ?? USUAL_MAX_TOKENS,
      ...(typeof logprobs === 'number' && { logprobs, tokenBytes: true }),
    }),
  };
}

function promptOf(prompt: v.InferOutput<typeof CompletionBody>['prompt']): Prompt {
  if (typeof prompt === 'string') return { kind: 'text', text: prompt };
  const [first] = prompt;
  if (typeof first === 'string') return { kind: 'text', text: first };
  const tokens = Array.isArray(first) ? first : (prompt as readonly number[]);
  return { kind: 'tokens', tokens };
}
