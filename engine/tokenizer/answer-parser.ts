import type { AnswerFormat, TaggedFormat } from './answer-format.ts';
import type { AnswerParser } from './answer-reading.ts';
import { HarmonyParser } from './harmony-parser.ts';
import { TaggedParser } from './tagged-parser.ts';

/** What an answer that goes on has so far. */
export interface BegunAnswer {
  readonly reasoning?: string;
  readonly content: string;
}

/**
 * @param promptEnd the end of the prompt, with its control tokens by name: a template may have opened a block already
 * @param begun where the prompt ends with a part of the answer
 */
export function answerParser(format: AnswerFormat, promptEnd: string, begun?: BegunAnswer): AnswerParser {
  switch (format.kind) {
    case 'harmony':
      return new HarmonyParser(format, promptEnd);
    case 'tagged':
      return taggedParser(format, promptEnd, begun);
    default:
      return format satisfies never;
  }
}

function taggedParser(format: TaggedFormat, promptEnd: string, begun: BegunAnswer | undefined): TaggedParser {
  const isThinking = begun !== undefined && begun.content === '' && (begun.reasoning ?? '') !== '';
  const open = isThinking ? reasoningOf(format, promptEnd) : openBlock(format, promptEnd);
  const parser = new TaggedParser(format, open);
  if (begun !== undefined) parser.goOn(isThinking ? (begun.reasoning ?? '') : begun.content);
  return parser;
}

/** The block that a prompt ends in. */
export function openBlock({ blocks }: TaggedFormat, promptEnd: string): TaggedFormat['blocks'][number] | null {
  const end = promptEnd.trimEnd();
  return (
    blocks.find(({ channel, open, label = '' }) => {
      if (channel !== 'reasoning') return false;
      return end.endsWith(open) || (label !== '' && end.endsWith(open + label));
    }) ?? null
  );
}

/** The block whose opening mark stands last in the prompt; what is reasoned goes on behind it. */
function reasoningOf({ blocks }: TaggedFormat, promptEnd: string): TaggedFormat['blocks'][number] | null {
  const reasoning = blocks.filter(({ channel }) => channel === 'reasoning');
  const placed = reasoning
    .map((block) => ({ block, at: promptEnd.lastIndexOf(block.open) }))
    .filter(({ at }) => at >= 0);
  return placed.sort((a, b) => b.at - a.at)[0]?.block ?? reasoning[0] ?? null;
}
