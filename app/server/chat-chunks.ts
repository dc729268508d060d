/**
 * What comes back: pieces of a stream (`delta`), or a whole answer (`message`). Fields that are not what they should be are as if they
 * were not there; only an answer without any choice is none.
 */
import * as v from 'valibot';
import type { FinishReason } from '../../engine/api.ts';
import { messageIn } from './http.ts';

/** Far more than any token, or piece of a stream, has. */
const MOST_TEXT = 20_000_000;
const MOST_TOKENS = 2 ** 20;

const Text = v.fallback(v.nullish(v.pipe(v.string(), v.maxLength(MOST_TEXT)), ''), '');
const Count = v.fallback(v.nullish(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e9)), 0), 0);
const Maybe = <T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T | null> =>
  v.fallback(
    v.pipe(
      v.nullish(schema),
      v.transform((value) => value ?? null),
    ),
    null,
  );

const Call = v.object({
  index: Count,
  function: v.fallback(v.optional(v.object({ name: Text, arguments: Text })), undefined),
});

const Piece = v.object({
  content: Text,
  reasoning_content: Text,
  reasoning: Text,
  refusal: Text,
  tool_calls: v.fallback(v.nullish(v.array(v.unknown()), []), []),
});

const Token = v.object({ token: v.string() });

const Choice = v.object({
  delta: Maybe(Piece),
  message: Maybe(Piece),
  finish_reason: Maybe(v.string()),
  logprobs: Maybe(v.object({ content: v.pipe(v.array(v.unknown()), v.maxLength(MOST_TOKENS)) })),
  routed_experts: v.optional(v.unknown()),
});

const Usage = v.object({
  prompt_tokens: Count,
  completion_tokens: Count,
  prompt_tokens_details: Maybe(v.object({ cached_tokens: Count })),
});

/** Of llama-server: what it measured itself. */
const Timings = v.object({
  cache_n: Count,
  prompt_n: Count,
  prompt_ms: Count,
  predicted_n: Count,
  predicted_ms: Count,
});

const Chunk = v.object({
  choices: v.fallback(v.array(v.unknown()), []),
  usage: Maybe(Usage),
  timings: Maybe(Timings),
  sglext: Maybe(v.object({ routed_experts: Maybe(v.string()) })),
  prompt_routed_experts: v.optional(v.unknown()),
});

export type ServerUsage = v.InferOutput<typeof Usage>;
export type ServerTimings = v.InferOutput<typeof Timings>;

export interface ToolPiece {
  readonly index: number;
  readonly name: string;
  readonly arguments: string;
}

export interface AnswerPiece {
  readonly reasoning: string;
  readonly content: string;
  readonly calls: readonly ToolPiece[];
  readonly finishReason: string | null;
  /** Texts of the tokens, where probabilities were asked for. */
  readonly tokens: readonly string[];
  readonly usage: ServerUsage | null;
  readonly timings: ServerTimings | null;
  /** As it came; see `routed-experts.ts`. */
  readonly routing: unknown;
  readonly promptRouting: unknown;
}

export type Read =
  | { readonly kind: 'piece'; readonly piece: AnswerPiece }
  /** An error in the midst of a stream. */
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'nothing' };

export function readChunk(json: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: 'nothing' };
  }
  const error = messageIn(value);
  if (error !== null) return { kind: 'error', message: error };
  const parsed = v.safeParse(Chunk, value, { abortEarly: true });
  if (!parsed.success) return { kind: 'nothing' };
  const { choices, usage, timings, sglext, prompt_routed_experts } = parsed.output;
  // One answer was asked for.
  const choice = v.safeParse(Choice, choices[0] ?? {}, { abortEarly: true });
  const first = choice.success ? choice.output : null;
  const said = first?.delta ?? first?.message ?? null;
  return {
    kind: 'piece',
    piece: {
      reasoning: said === null ? '' : said.reasoning_content || said.reasoning,
      content: said === null ? '' : said.content || said.refusal,
      calls: (said?.tool_calls ?? []).flatMap(callOf),
      finishReason: first?.finish_reason ?? null,
      tokens: (first?.logprobs?.content ?? []).map((token) => (v.is(Token, token) ? token.token : '')),
      usage,
      timings,
      routing: sglext?.routed_experts ?? first?.routed_experts ?? null,
      promptRouting: prompt_routed_experts ?? null,
    },
  };
}

function callOf(value: unknown): ToolPiece[] {
  const parsed = v.safeParse(Call, value, { abortEarly: true });
  if (!parsed.success || parsed.output.function === undefined) return [];
  const { index, function: called } = parsed.output;
  return [{ index, name: called.name ?? '', arguments: called.arguments ?? '' }];
}

/** Null where the server gave up: SGLang's and vLLM's `abort`, or a reason that says that it failed. */
export function finishReasonOf(told: string): FinishReason | null {
  switch (told) {
    case 'length':
      return 'length';
    case 'abort':
    case 'error':
      return null;
    default:
      // `stop`, `tool_calls`, `content_filter`, and what others call an end.
      return 'stop';
  }
}
