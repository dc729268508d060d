import type { ChatMessage } from '../api.ts';
import { encodeRendered, type Rendered, sliceRendered } from './rendered.ts';
import type { Tokenizer } from './tokenizer.ts';
import { controlText, writtenOut } from './written-out.ts';

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;

/** Of tokens behind an answer's last word: what stopped it, such as a stop string. */
const MOST_BEHIND = 16;
/** No special token is longer, as text. */
const BORDER_CHARACTERS = 256;

/** A part of a rendered text that is to be these tokens. */
interface KnownPart {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly number[];
}

export function areTokens(ids: readonly number[], { vocabularySize }: Tokenizer): boolean {
  return ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabularySize);
}

/**
 * The ids of a rendered conversation. An earlier answer stands there as the ids that it was generated as, where they say letter
 * for letter what the template writes in its place: what a model writes is seldom cut as a tokenizer would cut it.
 */
export function encodeWithAnswers(
  rendered: Rendered,
  messages: readonly ChatMessage[],
  tokenizer: Tokenizer,
): number[] {
  const { text } = rendered;
  const encode = (start: number, end?: number): number[] =>
    encodeRendered(sliceRendered(rendered, start, end), tokenizer);
  const ids: number[] = [];
  let at = 0;
  let from = 0;
  for (const message of messages) {
    const content = message.content.trim();
    const found = text.indexOf(content, from);
    if (found < 0) continue; // the template leaves it out
    from = found + content.length;
    if (message.role !== 'assistant' || content === '' || !mayStand(message, tokenizer)) continue;
    const part = knownPart(rendered, at, from, message.tokens ?? [], tokenizer);
    if (part === null) continue;
    ids.push(...encode(at, part.start), ...part.tokens);
    at = part.end;
    from = Math.max(from, at);
  }
  return [...ids, ...encode(at)];
}

/** What a message says must be plain text, whatever its ids are: of what stands in it none may be a control token. */
function mayStand(message: AssistantMessage, tokenizer: Tokenizer): boolean {
  const { tokens = [], content, reasoning = '' } = message;
  if (tokens.length === 0 || !areTokens(tokens, tokenizer)) return false;
  return tokens.every((id) => {
    const control = controlText(tokenizer, id);
    return control === undefined || !(content.includes(control) || reasoning.includes(control));
  });
}

/** The tokens that stand where an answer's content ends. @param at what comes before is encoded already */
function knownPart(
  rendered: Rendered,
  at: number,
  end: number,
  all: readonly number[],
  tokenizer: Tokenizer,
): KnownPart | null {
  const { addsSpacePrefix } = tokenizer;
  const { text } = rendered;
  for (let length = all.length; length > Math.max(0, all.length - MOST_BEHIND); length--) {
    const tokens = all.slice(0, length);
    // Behind a special token, and only there, a tokenizer that puts a space before a text has done so.
    for (const behindSpecial of addsSpacePrefix ? [true, false] : [true]) {
      const written = (behindSpecial ? '' : ' ').concat(writtenOut(tokenizer, tokens));
      const start = end - written.trimEnd().length;
      if (start < at || !text.startsWith(written, start)) continue;
      if (addsSpacePrefix && isBehindSpecial(sliceRendered(rendered, at, start), tokenizer) !== behindSpecial) continue;
      if (addsSpacePrefix && !isBeforeSpecial(sliceRendered(rendered, start + written.length), tokenizer)) continue;
      return { start, end: start + written.length, tokens };
    }
  }
  return null;
}

function isBehindSpecial(before: Rendered, tokenizer: Tokenizer): boolean {
  const border = sliceRendered(before, Math.max(0, before.text.length - BORDER_CHARACTERS));
  const last = encodeRendered(border, tokenizer).at(-1);
  return last === undefined || tokenizer.isSpecial(last);
}

function isBeforeSpecial(behind: Rendered, tokenizer: Tokenizer): boolean {
  const [first] = encodeRendered(sliceRendered(behind, 0, BORDER_CHARACTERS), tokenizer);
  return first === undefined || tokenizer.isSpecial(first);
}
