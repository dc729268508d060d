/**
 * What of a long conversation the model still reads. The oldest exchanges (a question with its answer) are left out, whole
 * ones only; never the system prompt, never the last question.
 *
 * Leaving out changes the beginning of the prompt, and the KV cache keeps only an unchanged beginning. So when the context is
 * full, a good part of it is freed at once, and the same cut holds for the turns that follow, until it is full again.
 */
import type { ChatMessage } from '../../engine/api.ts';
import type { Message } from './conversation.ts';
import { toChatMessages } from './prompt.ts';

/** Of the context: how much a cut frees beyond what is needed, so that the next turns need none. */
const FREED_SHARE = 0.25;
/** Of the context: the most that is kept free for an answer; a long `maxTokens` must not push the conversation out. */
const LARGEST_RESERVE_SHARE = 0.25;

export interface ContextWindow {
  /** What the model reads. */
  readonly chat: readonly ChatMessage[];
  /** Its length in tokens. */
  readonly used: number;
  /** How many of the oldest messages are left out. */
  readonly leftOut: number;
  /** Id of the first message that is read, where some are left out: the cut to keep at the next turn. */
  readonly cut: string | null;
}

export interface WindowOptions {
  readonly systemPrompt: string;
  /** Tokens that the context holds. */
  readonly contextLength: number;
  /** The longest answer. */
  readonly maxTokens: number;
  /** The cut of the turn before; null: there was none. */
  readonly cut: string | null;
  /** Tokens of a prompt. */
  count(chat: readonly ChatMessage[]): Promise<number>;
}

/** `path`: what is shown, up to the question that is to be answered or the answer that is to go on. */
export async function contextWindow(path: readonly Message[], options: WindowOptions): Promise<ContextWindow> {
  const { contextLength, maxTokens } = options;
  const starts = exchangeStarts(path);
  const limit = contextLength - Math.min(maxTokens, Math.floor(contextLength * LARGEST_RESERVE_SHARE));

  async function from(exchange: number): Promise<ContextWindow> {
    const leftOut = exchange === 0 ? 0 : (starts[exchange] ?? 0);
    const chat = toChatMessages(path.slice(leftOut), options.systemPrompt);
    const used = await options.count(chat);
    return { chat, used, leftOut, cut: leftOut === 0 ? null : (path[leftOut]?.id ?? null) };
  }

  const before = options.cut === null ? 0 : starts.findIndex((at) => path[at]?.id === options.cut);
  let first = Math.max(0, before); // a cut on another branch says nothing about this one
  let window = await from(first);
  if (window.used <= limit) return window;

  // The fewest exchanges to leave out: more never make it longer, so halving finds them.
  const target = limit - Math.floor(contextLength * FREED_SHARE);
  let last = starts.length - 1;
  window = await from(last);
  while (last - first > 1) {
    const middle = Math.floor((first + last) / 2);
    const shorter = await from(middle);
    if (shorter.used <= target) {
      last = middle;
      window = shorter;
    } else {
      first = middle;
    }
  }
  // Where even the last question alone is too long, the engine says so when it is asked.
  return window;
}

/** Where exchanges begin: at each question that does not merely join the one before it (see `toChatMessages`). */
function exchangeStarts(path: readonly Message[]): number[] {
  const starts: number[] = [];
  let isAnswered = true;
  path.forEach((message, index) => {
    if (message.role === 'assistant') isAnswered ||= message.content !== '';
    else if (isAnswered) {
      starts.push(index);
      isAnswered = false;
    }
  });
  if (starts.length > 0) starts[0] = 0; // what stands before the first question goes with it
  return starts.length === 0 ? [0] : starts;
}
