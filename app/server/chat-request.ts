/** What a server is asked, in OpenAI's form and with what the known servers add to it. */
import type { ChatMessage, GenerateRequest, Sampling } from '../../engine/api.ts';
import { type RoutingForm, samplingNames, type ServerKind } from './server-kinds.ts';

export interface ChatTarget {
  readonly model: string;
  readonly kind: ServerKind;
  readonly routing: RoutingForm | null;
}

/** The body of a request to `/chat/completions`. What is not in the request is left to the server. */
export function chatRequest(
  { prompt, sampling = {}, maxTokens, stop, thinking }: GenerateRequest,
  { model, kind, routing }: ChatTarget,
): Record<string, unknown> {
  if (prompt.kind !== 'chat') throw new Error('A server is asked in messages.');
  const isStreamed = routing !== 'vllm';
  return {
    model,
    messages: prompt.messages.map(asSent),
    stream: isStreamed,
    ...(isStreamed && { stream_options: { include_usage: true } }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    ...samplingOf(sampling, kind),
    ...(thinking?.mode !== undefined && thinkingOf(thinking.mode, kind)),
    ...(prompt.continueLast === true && continuing(kind)),
    // With the probabilities come the texts of single tokens.
    ...(routing !== null && { logprobs: true }),
    ...(routing === 'sglang' && { return_routed_experts: true }),
  };
}

/** Reasoning is not sent back: templates leave it out of what came before, and some servers refuse it. */
function asSent(message: ChatMessage): Record<string, unknown> {
  const { role, content } = message;
  return role === 'tool' ? { role, content, tool_call_id: message.callId } : { role, content };
}

function samplingOf({ temperature, topP, topK, minP, repetitionPenalty, seed }: Sampling, kind: ServerKind): object {
  const names = samplingNames(kind);
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
    // Off is -1 for the one, 0 for the other.
    ...(topK !== undefined &&
      names.topK !== undefined && { [names.topK]: topK === 0 && kind !== 'llama-server' ? -1 : topK }),
    ...(minP !== undefined && names.minP !== undefined && { [names.minP]: minP }),
    ...(repetitionPenalty !== undefined &&
      names.repetitionPenalty !== undefined && { [names.repetitionPenalty]: repetitionPenalty }),
  };
}

function thinkingOf(mode: string, kind: ServerKind): object {
  const isOff = mode === 'off';
  const effort = isOff ? 'none' : mode;
  switch (kind) {
    case 'vllm':
    case 'sglang':
    case 'llama-server':
      // Two names for the same switch: Qwen's and DeepSeek's templates.
      return {
        ...(!(isOff && kind === 'sglang') && { reasoning_effort: effort }),
        chat_template_kwargs: { enable_thinking: !isOff, thinking: !isOff },
      };
    case 'ollama':
    case 'other':
      return { reasoning_effort: effort };
    default:
      return kind satisfies never;
  }
}

/** llama-server goes on with a last message of the assistant by itself. */
function continuing(kind: ServerKind): object {
  return kind === 'vllm' || kind === 'sglang' ? { continue_final_message: true, add_generation_prompt: false } : {};
}
