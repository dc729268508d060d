import type { Channel, GeneratedToken, GenerateEvent } from '../../engine/api.ts';
import { callsOf } from '../../app/state/answer-parts.ts';
import { AnswerLogprobs } from './token-logprobs.ts';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionDelta,
  FinishReason,
  TokenLogprob,
  ToolCall,
  Usage,
} from './types.ts';
import { usageOf } from './usage.ts';

/** What stands at the head of an answer and of each of its chunks. */
export interface AnswerHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

export interface ChatAnswerOptions {
  readonly includesUsage: boolean;
  readonly wantsLogprobs: boolean;
}

type Done = Extract<GenerateEvent, { type: 'done' }>;

/** Makes chunks of what the engine says. */
export class ChatChunks {
  readonly #head: AnswerHead;
  readonly #options: ChatAnswerOptions;
  readonly #logprobs = new AnswerLogprobs();
  #channel: Channel | undefined;
  /** Of a call that is being written: it is told when it is whole. */
  #call = '';
  #calls = 0;
  #reasoningTokens = 0;

  constructor(head: AnswerHead, options: ChatAnswerOptions) {
    this.#head = head;
    this.#options = options;
  }

  /** Says whose words follow. */
  begin(): ChatCompletionChunk[] {
    return [this.#chunk({ role: 'assistant', content: '' })];
  }

  push(token: GeneratedToken): ChatCompletionChunk[] {
    const { channel, text } = token;
    const before = channel === 'tool-call' ? [] : this.#endCall();
    this.#channel = channel;
    switch (channel) {
      case 'reasoning':
        this.#reasoningTokens++;
        return text === '' ? before : [...before, this.#chunk({ reasoning_content: text })];
      case 'tool-call':
        this.#call += text;
        return before;
      case 'answer': {
        const logprobs = this.#options.wantsLogprobs ? this.#logprobs.push(token) : [];
        if (text === '' && logprobs.length === 0) return before;
        return [...before, this.#chunk(text === '' ? {} : { content: text }, logprobs)];
      }
      default:
        return channel satisfies never;
    }
  }

  end({ finishReason, timings }: Done): ChatCompletionChunk[] {
    const calls = this.#endCall();
    const reason: FinishReason = finishReasonOf(finishReason, this.#calls);
    const rest = this.#options.wantsLogprobs
      ? this.#logprobs.end(this.#channel === 'answer' ? finishReason : 'length')
      : [];
    const last = this.#chunk({}, rest, reason);
    if (!this.#options.includesUsage) return [...calls, last];
    return [...calls, last, { ...this.#chunk({}), choices: [], usage: usageOf(timings, this.#reasoningTokens) }];
  }

  #endCall(): ChatCompletionChunk[] {
    const written = this.#call;
    this.#call = '';
    if (written.trim() === '') return [];
    return callsOf(written).map(({ id, name, arguments: given }) => {
      // A notation that was not understood is shown rather than lost.
      if (name === '') return this.#chunk({ content: given });
      const call = { index: this.#calls++, id: id ?? callId(), type: 'function' as const };
      return this.#chunk({ tool_calls: [{ ...call, function: { name, arguments: given } }] });
    });
  }

  #chunk(
    delta: ChatCompletionDelta,
    logprobs: readonly TokenLogprob[] = [],
    finish_reason: FinishReason | null = null,
  ): ChatCompletionChunk {
    const { id, created, model } = this.#head;
    const content = logprobs.length === 0 ? null : { content: [...logprobs], refusal: null };
    return {
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      choices: [{ index: 0, delta, finish_reason, logprobs: content }],
      ...(this.#options.includesUsage && { usage: null }),
    };
  }
}

function finishReasonOf(reason: Done['finishReason'], calls: number): FinishReason {
  switch (reason) {
    case 'stop':
    case 'stop-string':
    case 'aborted':
      return calls > 0 ? 'tool_calls' : 'stop';
    case 'length':
    case 'context':
      return 'length';
    default:
      return reason satisfies never;
  }
}

/** As OpenAI's look: clients tell calls apart by them. */
function callId(): string {
  return `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
}

/** Puts the chunks of an answer together: what is not streamed says the same as what is. */
export class ChatWhole {
  #content = '';
  #reasoning = '';
  readonly #calls: ToolCall[] = [];
  readonly #logprobs: TokenLogprob[] = [];
  #reason: FinishReason = 'stop';
  #usage: Usage | undefined;

  push({ choices: [choice], usage }: ChatCompletionChunk): void {
    if (usage) this.#usage = usage;
    if (choice === undefined) return;
    const { content = '', reasoning_content = '', tool_calls = [] } = choice.delta;
    this.#content += content;
    this.#reasoning += reasoning_content;
    for (const { index: _, ...call } of tool_calls) this.#calls.push(call);
    this.#logprobs.push(...(choice.logprobs?.content ?? []));
    this.#reason = choice.finish_reason ?? this.#reason;
  }

  completion({ id, created, model }: AnswerHead, wantsLogprobs: boolean): ChatCompletion {
    if (this.#usage === undefined) throw new Error('An answer is put together before its end');
    return {
      id,
      object: 'chat.completion',
      created,
      model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: this.#content === '' && this.#calls.length > 0 ? null : this.#content,
            refusal: null,
            ...(this.#reasoning !== '' && { reasoning_content: this.#reasoning }),
            ...(this.#calls.length > 0 && { tool_calls: this.#calls }),
          },
          finish_reason: this.#reason,
          logprobs: wantsLogprobs ? { content: this.#logprobs, refusal: null } : null,
        },
      ],
      usage: this.#usage,
    };
  }
}
