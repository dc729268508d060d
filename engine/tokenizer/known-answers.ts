import type { ChatMessage } from '../api.ts';
import { encodeRendered, type Rendered, sliceRendered } from './rendered.ts';
import type { Tokenizer } from './tokenizer.ts';
import { controlText, writtenOut } from './written-out.ts';

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;

/** Of tokens behind an answer's last word: what stopped it, such as a stop string. */
const MOST_BEHIND = 16;
/** Of a content of one letter, in a long thought. */
const MOST_PLACES = 64;
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
  const encode = (start: number, end?: number): number[] =>
    encodeRendered(sliceRendered(rendered, start, end), tokenizer);
  const ids: number[] = [];
  let at = 0;
  let from = 0;
  for (const message of messages) {
    const content = message.content.trim();
    const places = endsOf(rendered, content, from);
    const [first] = places;
    if (first === undefined) continue; // the template leaves it out
    from = first;
    if (message.role !== 'assistant' || !mayStand(message, tokenizer)) continue;
    const answer = upTo(content, message.tokens ?? [], tokenizer);
    for (const end of places) {
      const part = knownPart(rendered, at, end, answer, tokenizer);
      if (part === null) continue;
      ids.push(...encode(at, part.start), ...part.tokens);
      at = part.end;
      from = Math.max(end, at);
      break;
    }
  }
  return [...ids, ...encode(at)];
}

/** Where a message's content may end, in what is no text of the template's own: a thought may have said the same before. */
function endsOf({ text, data }: Rendered, content: string, from: number): number[] {
  const ends: number[] = [];
  if (content === '') return ends;
  for (let i = 0; i < data.length && ends.length < MOST_PLACES; i += 2) {
    const start = data[i] ?? 0;
    while (data[i + 1] === data[i + 2] && i + 2 < data.length) i += 2; // put together from pieces
    const end = data[i + 1] ?? 0;
    let at = text.indexOf(content, Math.max(start, from));
    while (at >= 0 && at + content.length <= end && ends.length < MOST_PLACES) {
      ends.push(at + content.length);
      at = text.indexOf(content, at + 1);
    }
  }
  return ends;
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

/** Tokens, and what a template would have to write for them. */
interface WrittenTokens {
  readonly tokens: readonly number[];
  readonly written: string;
}

/** An answer's tokens up to the last of its content. */
function upTo(content: string, all: readonly number[], tokenizer: Tokenizer): WrittenTokens {
  const whole = { tokens: all, written: writtenOut(tokenizer, all) };
  if (whole.written.trimEnd().endsWith(content)) return whole;
  for (let length = all.length - 1; length > Math.max(0, all.length - MOST_BEHIND); length--) {
    const tokens = all.slice(0, length);
    const written = writtenOut(tokenizer, tokens);
    if (written.trimEnd().endsWith(content)) return { tokens, written };
  }
  return whole;
}

/** The tokens that stand where an answer's content ends. @param at what comes before is encoded already */
function knownPart(
  rendered: Rendered,
  at: number,
  end: number,
  { tokens, written: behindMark }: WrittenTokens,
  tokenizer: Tokenizer,
): KnownPart | null {
  const { addsSpacePrefix } = tokenizer;
  // Behind a special token, and only there, a tokenizer that puts a space before a text has done so.
  for (const behindSpecial of addsSpacePrefix ? [true, false] : [true]) {
    const written = behindSpecial ? behindMark : ` ${behindMark}`;
    const start = end - written.trimEnd().length;
    if (start < at || !rendered.text.startsWith(written, start)) continue;
    if (addsSpacePrefix && isBehindSpecial(sliceRendered(rendered, at, start), tokenizer) !== behindSpecial) continue;
    if (addsSpacePrefix && !isBeforeSpecial(sliceRendered(rendered, start + written.length), tokenizer)) continue;
    return { start, end: start + written.length, tokens };
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
