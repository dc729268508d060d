/** Which characters of an answer each of its tokens wrote. */
import type { RoutingRecord } from './routing-record.ts';

/** A part of an answer as it is shown, with the tokens that wrote it. */
export interface WrittenPart {
  /** As the model wrote it, before it was formatted. */
  readonly text: string;
  /** First token of the part, and the first that is not of it. */
  readonly from: number;
  readonly to: number;
  /** `[to − from + 1]` places in `text` where each of them begins, the last with its end. Outside of the text: not shown. */
  readonly starts: Int32Array;
}

export interface WrittenParts {
  readonly reasoning: WrittenPart | null;
  readonly answer: WrittenPart | null;
}

/**
 * Null where the record does not belong to this text: it was changed by hand, say. Records begin later where another model wrote the
 * beginning, and end earlier while the answer grows.
 */
export function writtenParts(
  { texts, count }: Pick<RoutingRecord, 'texts' | 'count'>,
  reasoning: string | null,
  answer: string,
): WrittenParts | null {
  const told = texts.slice(0, count).join('');
  const thought = reasoning ?? '';
  // While it grows, the record may be behind in the middle of a thought.
  const hasThought = thought !== '' && (told.startsWith(thought) || thought.startsWith(told));
  const answerAt = hasThought ? thought.length : 0;
  const rest = told.slice(answerAt);
  const begins = rest.startsWith(answer) || answer.startsWith(rest);
  if (!begins && !(rest !== '' && answer.endsWith(rest))) return null;
  const shift = begins ? 0 : answer.length - rest.length;
  const ends = new Int32Array(count + 1);
  for (let token = 0; token < count; token++) ends[token + 1] = (ends[token] ?? 0) + (texts[token]?.length ?? 0);
  let first = 0;
  while (first < count && (ends[first + 1] ?? 0) <= answerAt) first++;
  return {
    reasoning: hasThought ? { text: thought, from: 0, to: first, starts: ends.slice(0, first + 1) } : null,
    answer:
      answer === '' || first === count
        ? null
        : { text: answer, from: first, to: count, starts: ends.slice(first).map((at) => at - answerAt + shift) },
  };
}
