import type { GeneratedToken, GenerateEvent } from '../../engine/api.ts';
import type { AnswerHead, ChatAnswerOptions } from './chat-answer.ts';
import { AnswerLogprobs } from './token-logprobs.ts';
import type { Completion, CompletionLogprobs, TokenLogprob, Usage } from './types.ts';
import { usageOf } from './usage.ts';

type Reason = Completion['choices'][number]['finish_reason'];

/** Makes pieces of `/v1/completions` of what the engine says. */
export class CompletionPieces {
  readonly #head: AnswerHead;
  readonly #options: ChatAnswerOptions;
  readonly #logprobs = new AnswerLogprobs();
  #offset = 0;

  constructor(head: AnswerHead, options: ChatAnswerOptions) {
    this.#head = head;
    this.#options = options;
  }

  begin(): Completion[] {
    return [];
  }

  push(token: GeneratedToken): Completion[] {
    const logprobs = this.#options.wantsLogprobs ? this.#logprobs.push(token) : [];
    return token.text === '' && logprobs.length === 0 ? [] : [this.#piece(token.text, logprobs)];
  }

  end({ finishReason, timings }: Extract<GenerateEvent, { type: 'done' }>): Completion[] {
    const rest = this.#options.wantsLogprobs ? this.#logprobs.end(finishReason) : [];
    const reason = finishReason === 'length' || finishReason === 'context' ? 'length' : 'stop';
    const last = this.#piece('', rest, reason);
    if (!this.#options.includesUsage) return [last];
    return [last, { ...this.#piece(''), choices: [], usage: usageOf(timings, 0) }];
  }

  #piece(text: string, logprobs: readonly TokenLogprob[] = [], finish_reason: Reason = null): Completion {
    const { id, created, model } = this.#head;
    return {
      id,
      object: 'text_completion',
      created,
      model,
      choices: [{ index: 0, text, finish_reason, logprobs: logprobs.length === 0 ? null : this.#lists(logprobs) }],
      ...(this.#options.includesUsage && { usage: null }),
    };
  }

  #lists(logprobs: readonly TokenLogprob[]): CompletionLogprobs {
    return {
      tokens: logprobs.map(({ token }) => token),
      token_logprobs: logprobs.map(({ logprob }) => logprob),
      top_logprobs: logprobs.map(({ top_logprobs }) =>
        Object.fromEntries(top_logprobs.map(({ token, logprob }) => [token, logprob])),
      ),
      text_offset: logprobs.map(({ token }) => {
        const offset = this.#offset;
        this.#offset += token.length;
        return offset;
      }),
    };
  }
}

/** Puts the pieces together. */
export class CompletionWhole {
  #text = '';
  #reason: Reason = null;
  #usage: Usage | undefined;
  readonly #logprobs: CompletionLogprobs = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };

  push({ choices: [choice], usage }: Completion): void {
    if (usage) this.#usage = usage;
    if (choice === undefined) return;
    this.#text += choice.text;
    this.#reason = choice.finish_reason ?? this.#reason;
    if (choice.logprobs === null) return;
    this.#logprobs.tokens.push(...choice.logprobs.tokens);
    this.#logprobs.token_logprobs.push(...choice.logprobs.token_logprobs);
    this.#logprobs.top_logprobs.push(...choice.logprobs.top_logprobs);
    this.#logprobs.text_offset.push(...choice.logprobs.text_offset);
  }

  completion({ id, created, model }: AnswerHead, wantsLogprobs: boolean): Completion {
    const logprobs = wantsLogprobs ? this.#logprobs : null;
    return {
      id,
      object: 'text_completion',
      created,
      model,
      choices: [{ index: 0, text: this.#text, finish_reason: this.#reason, logprobs }],
      ...(this.#usage && { usage: this.#usage }),
    };
  }
}
