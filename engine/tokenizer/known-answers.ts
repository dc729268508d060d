import type { ChatMessage } from '../api.ts';
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
export function encodeWithAnswers(text: string, messages: readonly ChatMessage[], tokenizer: Tokenizer): number[] {
  const encode = (part: string): number[] => tokenizer.encode(part, { special: true });
  const ids: number[] = [];
  let at = 0;
  let from = 0;
  for (const message of messages) {
    const content = message.content.trim();
    const found = text.indexOf(content, from);
    if (found < 0) continue; // the template leaves it out
    from = found + content.length;
    if (message.role !== 'assistant' || content === '' || !mayStand(message, tokenizer)) continue;
    const part = knownPart(text, at, from, message.tokens ?? [], tokenizer);
    if (part === null) continue;
    ids.push(...encode(text.slice(at, part.start)), ...part.tokens);
    at = part.end;
    from = Math.max(from, at);
  }
  return at === 0 ? encode(text) : [...ids, ...encode(text.slice(at))];
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
  text: string,
  at: number,
  end: number,
  all: readonly number[],
  tokenizer: Tokenizer,
): KnownPart | null {
  const { addsSpacePrefix } = tokenizer;
  for (let length = all.length; length > Math.max(0, all.length - MOST_BEHIND); length--) {
    const tokens = all.slice(0, length);
    // Behind a special token, and only there, a tokenizer that puts a space before a text has done so.
    for (const behindSpecial of addsSpacePrefix ? [true, false] : [true]) {
      const written = (behindSpecial ? '' : ' ').concat(writtenOut(tokenizer, tokens));
      const start = end - written.trimEnd().length;
      if (start < at || !text.startsWith(written, start)) continue;
      if (addsSpacePrefix && isBehindSpecial(text.slice(at, start), tokenizer) !== behindSpecial) continue;
      if (addsSpacePrefix && !isBeforeSpecial(text.slice(start + written.length), tokenizer)) continue;
      return { start, end: start + written.length, tokens };
    }
  }
  return null;
}

function isBehindSpecial(text: string, tokenizer: Tokenizer): boolean {
  const last = tokenizer.encode(text.slice(-BORDER_CHARACTERS), { special: true }).at(-1);
  return last === undefined || tokenizer.isSpecial(last);
}

function isBeforeSpecial(text: string, tokenizer: Tokenizer): boolean {
  const [first] = tokenizer.encode(text.slice(0, BORDER_CHARACTERS), { special: true });
  return first === undefined || tokenizer.isSpecial(first);
}
