/**
 * What of a long conversation the model still reads. The oldest exchanges (a question with its answer) are left out, whole
 * ones only; never the system prompt, never the last question.
 *
 * Leaving out changes the beginning of the prompt, and the KV cache keeps only an unchanged beginning. So when the context is
 * full, a good part of it is freed at once, and the same cut holds for the turns that follow, until it is full again.
 */
import type { ChatMessage } from '../../engine/api.ts';
import type { AssistantMessage, Message } from './conversation.ts';
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
  /** The last message of the path, where it is an answer that goes on. */
  readonly goesOn?: AssistantMessage | undefined;
  /** Tokens of a prompt. */
  count(chat: readonly ChatMessage[]): Promise<number>;
  /** About how many of them a message takes. */
  estimate(message: Message): Promise<number>;
}

/**
 * Counted from the newest message back, and no further than the context reaches: what it costs does not depend on how long the
 * conversation is. Single messages tell about where the cut must be; whole prompts decide, and few of them are needed.
 *
 * @param path what is shown, up to the question that is to be answered or the answer that is to go on.
 */
export async function contextWindow(path: readonly Message[], options: WindowOptions): Promise<ContextWindow> {
  const { contextLength, maxTokens } = options;
  const starts = exchangeStarts(path);
  const last = starts.length - 1;
  const limit = contextLength - Math.min(maxTokens, Math.floor(contextLength * LARGEST_RESERVE_SHARE));
  const windows = new Map<number, ContextWindow>();

  async function from(exchange: number): Promise<ContextWindow> {
    const known = windows.get(exchange);
    if (known !== undefined) return known;
    const leftOut = exchange === 0 ? 0 : (starts[exchange] ?? 0);
    const chat = toChatMessages(path.slice(leftOut), options.systemPrompt, options.goesOn);
    const used = await options.count(chat);
    const window = { chat, used, leftOut, cut: leftOut === 0 ? null : (path[leftOut]?.id ?? null) };
    windows.set(exchange, window);
    return window;
  }

  /**
   * The first exchange from which on all fits into so many tokens; the last one where nothing does. Begins at a guess and goes
   * from there in growing steps: leaving out more never makes it longer.
   */
  async function firstThatFits(tokens: number, guess: number, lowest: number): Promise<number> {
    let tooEarly = lowest - 1;
    let fits = last;
    for (let at = guess, step = 1; tooEarly < at && at < fits; step *= 2) {
      if ((await from(at)).used <= tokens) {
        fits = at;
        at = Math.max(tooEarly + 1, at - step);
      } else {
        tooEarly = at;
        at = Math.min(fits - 1, at + step);
      }
    }
    while (fits - tooEarly > 1) {
      const middle = Math.floor((tooEarly + fits) / 2);
      if ((await from(middle)).used <= tokens) fits = middle;
      else tooEarly = middle;
    }
    return fits;
  }

  const cut = options.cut === null ? 0 : starts.findIndex((at) => path[at]?.id === options.cut);
  const present = Math.max(0, cut); // a cut on another branch says nothing about this one
  const target = limit - Math.floor(contextLength * FREED_SHARE);
  const guesses = await guessCuts(path, starts, present, [limit, target], options.estimate);
  const [all = present, freed = present] = guesses;

  if ((await firstThatFits(limit, all, present)) === present) {
    const window = await from(present);
    if (window.used <= limit) return window;
  }
  // Where even the last question alone is too long, the engine says so when it is asked.
  return from(await firstThatFits(target, freed, Math.min(last, present + 1)));
}

/** For each number of tokens, about the first exchange (not before `present`) from which on all fits into it. */
async function guessCuts(
  path: readonly Message[],
  starts: readonly number[],
  present: number,
  limits: readonly number[],
  estimate: WindowOptions['estimate'],
): Promise<number[]> {
  const cuts = limits.map(() => starts.length - 1);
  const longest = Math.max(...limits);
  let sum = 0;
  let end = path.length;
  for (let exchange = starts.length - 1; exchange >= present && sum <= longest; exchange--) {
    const start = exchange === 0 ? 0 : (starts[exchange] ?? 0);
    for (const message of path.slice(start, end)) sum += await estimate(message);
    end = start;
    limits.forEach((limit, index) => {
      if (sum <= limit) cuts[index] = exchange;
    });
  }
  return cuts;
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
