import type { ChatMessage } from '../api.ts';
import { type AnswerFormat, HARMONY_ENDING, isWordy } from './answer-format.ts';
import { openBlock } from './answer-parser.ts';
import { joinRendered, ownText, type Rendered, writtenText } from './rendered.ts';

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
): Rendered {
  if (format === undefined) return contentAfter(content, writesSpaceBeforeAnswer);
  const answer = writtenText(content);
  const thought = writtenText(reasoning);
  if (format.kind === 'harmony') {
    if (reasoning === '') return joinRendered(ownText('<|channel|>final<|message|>'), answer);
    const ending = content === '' ? '' : HARMONY_ENDING;
    return joinRendered(ownText('<|channel|>analysis<|message|>'), thought, ownText(ending), answer);
  }
  const open = openBlock(format, opening);
  const block = open ?? format.blocks.find(({ channel }) => channel === 'reasoning');
  if (block === undefined) return contentAfter(content, writesSpaceBeforeAnswer);
  // An answer that did not reason, behind a template that opens the reasoning: it ends at once.
  if (reasoning === '')
    return open === null ? contentAfter(content, writesSpaceBeforeAnswer) : joinRendered(ownText(open.ending), answer);
  const space = isWordy(block.open) || block.label !== undefined ? '\n' : '';
  const begin = open === null ? block.open + (block.label ?? '') + space : '';
  return joinRendered(ownText(begin), thought, ownText(content === '' ? '' : block.ending), answer);
}

function contentAfter(content: string, writesSpaceBeforeAnswer: boolean): Rendered {
  const lacksSpace = writesSpaceBeforeAnswer && content !== '' && !/^\s/.test(content);
  return writtenText(lacksSpace ? ` ${content}` : content);
}
