import * as v from 'valibot';
import type { ChatMessage, GenerateRequest, ThinkingRequest, ThinkingSupport } from '../../engine/api.ts';
import { badRequest } from './api-error.ts';
import { MAX_MESSAGES, MAX_PARTS, MAX_TEXT, MAX_TOKENS, MAX_TOOL_CALLS, MAX_TOP_LOGPROBS } from './limits.ts';
import { GENERATION_FIELDS, Name, optional, parseBody, TokenCount, UNSUPPORTED_IN_CHATS, Whole } from './parse-body.ts';
import { generationOf, type ModelManner } from './generation.ts';
import { Steering } from './steering.ts';

const Text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
/** The engine knows no pictures, sounds and files. */
const TextType = v.literal('text', ({ received }) => `only parts of the type "text" are supported, not ${received}`);
const Content = v.union([
  Text,
  v.pipe(v.array(v.strictObject({ type: TextType, text: Text })), v.minLength(1), v.maxLength(MAX_PARTS)),
]);
/** What programs send back of an answer, as it came. */
const AnswerPart = v.variant('type', [
  v.strictObject({ type: v.literal('text'), text: Text }),
  v.strictObject({ type: v.literal('refusal'), refusal: Text }),
]);
const ToolCall = v.strictObject({
  id: Name,
  type: v.optional(v.literal('function')),
  index: v.optional(Whole(0, MAX_TOOL_CALLS)),
  function: v.strictObject({ name: v.pipe(Name, v.minLength(1)), arguments: Text }),
});

const Message = v.variant(
  'role',
  [
    v.strictObject({ role: v.picklist(['system', 'developer', 'user']), content: Content }),
    v.strictObject({
      role: v.literal('assistant'),
      content: optional(v.union([Text, v.pipe(v.array(AnswerPart), v.maxLength(MAX_PARTS))])),
      reasoning_content: optional(Text),
      tool_calls: optional(v.pipe(v.array(ToolCall), v.maxLength(MAX_TOOL_CALLS))),
      // Parts of OpenAI's answers that are empty here.
      refusal: optional(Text),
      audio: optional(v.never()),
      annotations: optional(v.pipe(v.array(v.unknown()), v.maxLength(0))),
      function_call: optional(v.never()),
    }),
    v.strictObject({ role: v.literal('tool'), content: Content, tool_call_id: Name, name: optional(Name) }),
  ],
  ({ received }) => `a role is system, developer, user, assistant or tool, not ${received}`,
);

const ChatBody = v.strictObject({
  ...GENERATION_FIELDS,
  routing: optional(Steering),
  messages: v.pipe(v.array(Message), v.minLength(1), v.maxLength(MAX_MESSAGES)),
  max_completion_tokens: optional(TokenCount),
  max_tokens: optional(TokenCount),
  logprobs: optional(v.boolean()),
  top_logprobs: optional(Whole(0, MAX_TOP_LOGPROBS)),
  reasoning_effort: optional(Name),
  thinking_token_budget: optional(Whole(0, MAX_TOKENS)),
  continue_final_message: optional(v.boolean()),
});
type ChatBody = v.InferOutput<typeof ChatBody>;

/** A chat request that was understood: what the engine is asked, and how the answer is to be written. */
export interface ChatTask {
  readonly model: string | undefined;
  readonly isStreamed: boolean;
  readonly includesUsage: boolean;
  readonly wantsLogprobs: boolean;
  /** What to ask of a model that recommends and knows this. */
  request(model: ModelManner): GenerateRequest;
}

/** @throws ApiError status 400 that names the field */
export function parseChatRequest(body: unknown): ChatTask {
  const parsed = parseBody(ChatBody, UNSUPPORTED_IN_CHATS, body);
  const { messages, logprobs, top_logprobs, max_completion_tokens, max_tokens } = parsed;
  const wantsLogprobs = logprobs ?? false;
  if (!wantsLogprobs && typeof top_logprobs === 'number')
    throw badRequest(`'top_logprobs' needs 'logprobs' to be true.`, 'top_logprobs', 'invalid_value');
  if (typeof max_completion_tokens === 'number' && typeof max_tokens === 'number')
    throw badRequest(
      `'max_tokens' and 'max_completion_tokens' are two names of one thing: give one of them.`,
      'max_tokens',
      'invalid_value',
    );
  const common = generationOf(parsed);
  const chat = chatMessages(messages);
  const continueLast = parsed.continue_final_message ?? false;
  if (continueLast && chat.at(-1)?.role !== 'assistant')
    throw badRequest(
      `'continue_final_message' needs the last message to be an assistant's.`,
      'continue_final_message',
      'invalid_value',
    );
  const maxTokens = max_completion_tokens ?? max_tokens ?? undefined;
  return {
    model: parsed.model ?? undefined,
    isStreamed: common.isStreamed,
    includesUsage: common.includesUsage,
    wantsLogprobs,
    request: (model) => {
      const thinking = thinkingOf(parsed, model.thinking);
      return {
        ...common.request(model),
        prompt: { kind: 'chat', messages: chat, ...(continueLast && { continueLast }) },
        ...(maxTokens !== undefined && { maxTokens }),
        ...(wantsLogprobs && { logprobs: top_logprobs ?? 0, tokenBytes: true }),
        ...(thinking !== undefined && { thinking }),
      };
    },
  };
}

function chatMessages(messages: ChatBody['messages']): ChatMessage[] {
  const nameOf = new Map<string, string>();
  let characters = 0;
  const counted = (text: string): string => {
    characters += text.length;
    if (characters > MAX_TEXT)
      throw badRequest(
        'The messages are longer than any context that could hold them.',
        'messages',
        'string_above_max_length',
      );
    return text;
  };
  return messages.map((message): ChatMessage => {
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user':
        return {
          role: message.role === 'user' ? 'user' : 'system',
          content: counted(textOf(message.content)),
        };
      case 'assistant': {
        const { content, refusal, reasoning_content, tool_calls } = message;
        for (const call of tool_calls ?? []) nameOf.set(call.id, call.function.name);
        return {
          role: 'assistant',
          content: counted(textOf(content ?? refusal ?? '')),
          ...(reasoning_content && { reasoning: counted(reasoning_content) }),
          ...(tool_calls &&
            tool_calls.length > 0 && {
              toolCalls: tool_calls.map(({ id, function: { name, arguments: given } }) => ({
                id,
                name,
                arguments: counted(given),
              })),
            }),
        };
      }
      case 'tool': {
        const name = message.name ?? nameOf.get(message.tool_call_id);
        return {
          role: 'tool',
          content: counted(textOf(message.content)),
          callId: message.tool_call_id,
          ...(name !== undefined && { name }),
        };
      }
      default:
        return message satisfies never;
    }
  });
}

type Parts = readonly (
  { readonly type: 'text'; readonly text: string } | { readonly type: 'refusal'; readonly refusal: string }
)[];

function textOf(content: string | Parts): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : part.refusal)).join('');
}

function thinkingOf(
  { reasoning_effort: effort, thinking_token_budget: limit }: ChatBody,
  { modes, reasons }: ThinkingSupport,
): ThinkingRequest | undefined {
  if (typeof limit === 'number' && !reasons)
    throw badRequest(
      `'thinking_token_budget' is not supported by this model: it does not reason.`,
      'thinking_token_budget',
      'unsupported_parameter',
    );
  // OpenAI's name of what the engine calls off.
  const mode = effort === 'none' && !modes.includes('none') ? 'off' : (effort ?? undefined);
  if (mode !== undefined && !modes.includes(mode)) {
    if (modes.length === 0)
      throw badRequest(
        `'reasoning_effort' is not supported by this model: it cannot be asked how much to think.`,
        'reasoning_effort',
        'unsupported_parameter',
      );
    const known = modes.map((name) => `'${name === 'off' ? 'none' : name}'`).join(', ');
    throw badRequest(`'reasoning_effort' of this model is one of ${known}.`, 'reasoning_effort', 'unsupported_value');
  }
  if (mode === undefined && typeof limit !== 'number') return undefined;
  return { ...(mode !== undefined && { mode }), ...(typeof limit === 'number' && { limit }) };
}
