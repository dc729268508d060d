/** From the messages of a path to what the engine reads. */
import type { ChatMessage } from '../../engine/api.ts';
import type { AssistantMessage, Attachment, Message, UserMessage } from './conversation.ts';

/** The shortest fence of Markdown; one around text that has fences itself must be longer. */
const SHORTEST_FENCE = 3;

/**
 * The conversation as the engine gets it. Answers that stayed empty (stopped or failed before the first token) are left
 * out and the questions around them joined, because many chat templates insist that user and assistant alternate.
 *
 * @param goesOn the last of the messages, where it is an answer that broke off
 */
export function toChatMessages(
  messages: readonly Message[],
  systemPrompt: string,
  goesOn?: AssistantMessage,
): ChatMessage[] {
  const chat: ChatMessage[] = [];
  if (systemPrompt.trim() !== '') chat.push({ role: 'system', content: systemPrompt });
  for (const message of messages) {
    if (message.role === 'assistant') {
      // A thought that came to no answer is none.
      if (message.content !== '' || message === goesOn) chat.push(answered(message));
      continue;
    }
    const content = questionText(message);
    const last = chat.at(-1);
    if (last?.role === 'user') chat[chat.length - 1] = { role: 'user', content: `${last.content}\n\n${content}` };
    else chat.push({ role: 'user', content });
  }
  return chat;
}

function answered({ content, reasoning, toolCalls, tokens }: AssistantMessage): ChatMessage {
  return {
    role: 'assistant',
    content,
    ...(reasoning !== null && { reasoning }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(tokens !== null && { tokens }),
  };
}

/** Attached files come first, each fenced and under its name, so that the question stays next to the answer. */
export function questionText({ content, attachments }: Pick<UserMessage, 'content' | 'attachments'>): string {
  return [...attachments.map(fencedFile), content].filter((part) => part !== '').join('\n\n');
}

/** The text of a file under its name. */
export function fencedFile({ name, text }: Attachment): string {
  return `File: ${name.replaceAll(/\s+/g, ' ')}\n${fenced(text)}`;
}

/** A block of code; no line of it can end the fence. */
export function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(Math.max(SHORTEST_FENCE, longest + 1));
  return `${fence}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}
