import type { ChatMessage } from '../api.ts';
import { type AnswerFormat, HARMONY_ENDING, isWordy } from './answer-format.ts';
import { openBlock } from './answer-parser.ts';

type Begun = Pick<Extract<ChatMessage, { role: 'assistant' }>, 'content' | 'reasoning'>;

/**
 * The text of an answer that broke off, behind what its template writes before it: its parts with their marks, but for those
 * that the template has written already.
 */
export function begunText(
  { content, reasoning = '' }: Begun,
  opening: string,
  writesSpaceBeforeAnswer: boolean,
  format: AnswerFormat | undefined,
): string {
  if (format === undefined) return contentAfter(content, writesSpaceBeforeAnswer);
  if (format.kind === 'harmony') {
    const [thought, answer] = ['<|channel|>analysis<|message|>', '<|channel|>final<|message|>'];
    if (reasoning === '') return answer + content;
    return thought + reasoning + (content === '' ? '' : HARMONY_ENDING + content);
  }
  const open = openBlock(format, opening);
  const block = open ?? format.blocks.find(({ channel }) => channel === 'reasoning');
  if (block === undefined) return contentAfter(content, writesSpaceBeforeAnswer);
  // An answer that did not reason, behind a template that opens the reasoning: it ends at once.
  if (reasoning === '') return open === null ? contentAfter(content, writesSpaceBeforeAnswer) : open.ending + content;
  const space = isWordy(block.open) || block.label !== undefined ? '\n' : '';
  const begin = open === null ? block.open + (block.label ?? '') + space : '';
  return begin + reasoning + (content === '' ? '' : block.ending + content);
}

function contentAfter(content: string, writesSpaceBeforeAnswer: boolean): string {
  const lacksSpace = writesSpaceBeforeAnswer && content !== '' && !/^\s/.test(content);
  return lacksSpace ? ` ${content}` : content;
}
