import { MAX_MESSAGES, MAX_PARTS } from '../api/limits.ts';

/** One part of a message. Pictures and sound are refused with NotSupportedError. */
export interface LanguageModelMessageContent {
  readonly type: 'text';
  readonly value: string;
}

export interface LanguageModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string | readonly LanguageModelMessageContent[];
  /** Of the last message, an assistant's: the answer begins with it. */
  readonly prefix?: boolean;
}

/** A text is a message of the user; anything that is no list is made a text first. */
export type LanguageModelPrompt = string | readonly LanguageModelMessage[];

/** A message as the API has it too. */
export interface TextMessage {
  readonly role: LanguageModelMessage['role'];
  readonly content: string;
}

export interface Turn {
  readonly messages: readonly TextMessage[];
  /** The answer goes on with the last of the messages. */
  readonly isPrefixed: boolean;
}

const ROLES: readonly unknown[] = ['system', 'user', 'assistant'];
const KNOWN_TYPES: readonly unknown[] = ['text', 'image', 'audio'];

/**
 * What a page gave, as the browser's own API would take it.
 *
 * @throws TypeError, NotSupportedError, SyntaxError
 */
export function readPrompt(input: unknown): Turn {
  if (!Array.isArray(input)) return { messages: [{ role: 'user', content: String(input) }], isPrefixed: false };
  if (input.length > MAX_MESSAGES) throw new TypeError(`A prompt has at most ${MAX_MESSAGES} messages.`);
  const last = input.length - 1;
  let isPrefixed = false;
  const messages = input.map((message: unknown, i): TextMessage => {
    if (typeof message !== 'object' || message === null) throw new TypeError(`Message ${i} is no object.`);
    const { role, content, prefix } = message as Record<string, unknown>;
    if (!ROLES.includes(role)) throw new TypeError(`Message ${i} has the role ${String(role)}.`);
    if (content === undefined) throw new TypeError(`Message ${i} has no content.`);
    if (prefix === true) {
      if (role !== 'assistant' || i !== last)
        throw new DOMException('Only the last message, an assistant’s, can be a prefix.', 'SyntaxError');
      isPrefixed = true;
    }
    return { role: role as LanguageModelMessage['role'], content: textOf(content, i) };
  });
  return { messages, isPrefixed };
}

function textOf(content: unknown, message: number): string {
  if (!Array.isArray(content)) return String(content);
  if (content.length > MAX_PARTS) throw new TypeError(`Message ${message} has more than ${MAX_PARTS} parts.`);
  return content
    .map((part: unknown) => {
      if (typeof part !== 'object' || part === null)
        throw new TypeError(`Message ${message} has a part that is no object.`);
      const { type, value } = part as Record<string, unknown>;
      if (!KNOWN_TYPES.includes(type))
        throw new TypeError(`Message ${message} has a part of the type ${String(type)}.`);
      if (type !== 'text') throw notSupported(`Parts of the type ${String(type)} are not supported: only text is.`);
      if (typeof value !== 'string') throw new TypeError(`Message ${message} has a part of text that is no text.`);
      return value;
    })
    .join('');
}

export function notSupported(message: string): DOMException {
  return new DOMException(message, 'NotSupportedError');
}
