// What a template cannot write, found by trying: once for each template, and only where a conversation asks for it.
import type { ChatMessage } from '../api.ts';
import { type Rendered, TemplateError } from '../jinja/template.ts';
import type { CallArguments, ContentForm } from './template-messages.ts';

/** What is not known yet is undefined. */
export interface TemplateTraits {
  /** Whether a system prompt gets into the text. */
  writesSystem?: boolean;
  /** Whether it takes two messages of one role in a row. */
  takesRepeatedRoles?: boolean;
  callArguments?: CallArguments;
  content?: ContentForm;
  /** Whether it can be told that there are no tools, as it is told by transformers; some take that for a list. */
  knowsNoTools?: boolean;
}

type Write = (messages: readonly ChatMessage[]) => Rendered;

/** Texts that no template has, and that no letter changes of. */
const [SYSTEM, QUESTION, SECOND] = ['qzksystemqzk', 'qzkquestionqzk', 'qzksecondqzk'] as const;
const question: ChatMessage = { role: 'user', content: QUESTION };
const answer: ChatMessage = { role: 'assistant', content: SECOND };

/**
 * @param template its source
 * @param write writes messages as the traits have it by then
 * @throws TemplateLimitError
 */
export function learnTraits(
  traits: TemplateTraits,
  template: string,
  messages: readonly ChatMessage[],
  write: Write,
): void {
  if (traits.knowsNoTools === undefined && template.includes('tools')) {
    const isRefused = tried(() => write([question])) === undefined;
    traits.knowsNoTools = !isRefused;
    // What refuses a question either way says why where it is used.
    if (isRefused && tried(() => write([question])) === undefined) traits.knowsNoTools = true;
  }
  if (traits.content === undefined && /\btext\b/.test(template)) {
    const writesQuestion = (): boolean => tried(() => write([question]))?.includes(QUESTION) === true;
    // Some know lists of parts alone, texts and pictures, and write nothing of a text.
    traits.content = 'text';
    if (!writesQuestion()) {
      traits.content = 'parts';
      if (!writesQuestion()) traits.content = 'text';
    }
  }
  if (traits.writesSystem === undefined && messages.some(({ role }) => role === 'system')) {
    const text = tried(() => write([{ role: 'system', content: SYSTEM }, question]));
    // One that speaks of the role and writes nothing of it does so on purpose.
    const isLeftOut = text === undefined || (!text.includes(SYSTEM) && !template.includes('system'));
    traits.writesSystem = !isLeftOut || tried(() => write([question])) === undefined;
  }
  if (traits.takesRepeatedRoles === undefined && repeatsRoles(adaptedTo(traits, messages))) {
    const second: ChatMessage = { role: 'user', content: SECOND };
    traits.takesRepeatedRoles =
      tried(() => write([question, second])) !== undefined &&
      tried(() => write([question, answer, answer, second])) !== undefined;
  }
  if (
    traits.callArguments === undefined &&
    messages.some((message) => message.role === 'assistant' && message.toolCalls)
  ) {
    traits.callArguments = 'values';
    const call = { id: 'call00000', name: 'f', arguments: '{"a":"b"}' };
    const calling: ChatMessage = { role: 'assistant', content: '', toolCalls: [call] };
    const result: ChatMessage = { role: 'tool', content: SECOND, callId: call.id, name: call.name };
    if (tried(() => write([question, calling, result])) === undefined) traits.callArguments = 'text';
  }
}

/** The text, or undefined where the template refuses. */
function tried(write: () => Rendered): string | undefined {
  try {
    return write().text;
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

/** The messages as the template can write them. */
export function adaptedTo(traits: TemplateTraits, messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const known = traits.writesSystem === false ? withoutSystem(messages) : messages;
  return traits.takesRepeatedRoles === false ? joinedByRole(known) : known;
}

/** System prompts before the question that follows them, or as one. */
function withoutSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const others: ChatMessage[] = [];
  let waiting: string[] = [];
  const ask = (): void => {
    if (waiting.length > 0) others.push({ role: 'user', content: waiting.join('\n') });
    waiting = [];
  };
  for (const message of messages) {
    if (message.role === 'system') {
      if (message.content !== '') waiting.push(message.content);
    } else if (message.role === 'user') {
      others.push({ ...message, content: [...waiting, message.content].join('\n') });
      waiting = [];
    } else {
      ask();
      others.push(message);
    }
  }
  ask();
  return others;
}

function repeatsRoles(messages: readonly ChatMessage[]): boolean {
  return messages.some((message, i) => canJoin(messages[i - 1], message));
}

function canJoin(before: ChatMessage | undefined, { role }: ChatMessage): boolean {
  return before?.role === role && (role === 'user' || role === 'assistant');
}

function joinedByRole(messages: readonly ChatMessage[]): ChatMessage[] {
  const joined: ChatMessage[] = [];
  for (const message of messages) {
    const before = joined.at(-1);
    if (before === undefined || !canJoin(before, message)) {
      joined.push(message);
      continue;
    }
    const content = `${before.content}\n${message.content}`;
    // Of answers in a row the reasoning and the calls of the last one count.
    joined[joined.length - 1] = { ...before, ...message, content };
  }
  return joined;
}
