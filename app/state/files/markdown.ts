/** A conversation as a Markdown text, for people: the path that is shown. */
import type { ToolCall } from '../../../engine/api.ts';
import { t } from '../../i18n/i18n.ts';
import { dateAndTime } from '../../layout/dates.ts';
import { duration } from '../../layout/quantities.ts';
import type { AssistantMessage, ConversationHead, Message, UserMessage } from '../conversation.ts';
import { fenced, fencedFile } from '../prompt.ts';

export function conversationMarkdown(head: ConversationHead, path: readonly Message[]): string {
  const models = [...new Set(path.map((message) => (message.role === 'assistant' ? message.model : '')))].filter(
    (name) => name !== '',
  );
  const facts = [dateAndTime(head.createdAt), ...(models.length > 0 ? models : [head.model?.name ?? ''])];
  const parts = [`# ${oneLine(head.title)}`, `*${facts.filter((fact) => fact !== '').join(' · ')}*`];
  for (const message of path) parts.push(message.role === 'user' ? questionPart(message) : answerPart(message));
  return `${parts.join('\n\n')}\n`;
}

function questionPart({ content, attachments }: UserMessage): string {
  return [`## ${t('sidebar:export.you')}`, ...attachments.map(fencedFile), content]
    .filter((part) => part !== '')
    .join('\n\n');
}

function answerPart({ content, reasoning, toolCalls, model, host, reasoningMs }: AssistantMessage): string {
  const name = model === '' ? t('sidebar:export.answer') : oneLine(model);
  const parts = [`## ${host === undefined ? name : `${name} (${host})`}`];
  if (reasoning !== null) parts.push(reasoningPart(reasoning, reasoningMs));
  for (const call of toolCalls) parts.push(callPart(call));
  if (content !== '') parts.push(content.trim());
  return parts.join('\n\n');
}

function callPart({ name, arguments: written }: ToolCall): string {
  return `*${t('sidebar:export.toolCall')}*\n\n${fenced([name, written].filter((part) => part !== '').join('\n'))}`;
}

/** Folded where Markdown is shown with its HTML, and readable where it is not. */
function reasoningPart(reasoning: string, ms: number | null): string {
  const title =
    ms === null ? t('sidebar:export.reasoning') : t('sidebar:export.reasoningFor', { duration: duration(ms) });
  return `<details>\n<summary>${title}</summary>\n\n${quoted(reasoning)}\n\n</details>`;
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
