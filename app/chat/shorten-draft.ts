/** The first part of a question and its files that fits into so many tokens. */
import type { Attachment } from '../state/conversation.ts';
import type { Draft } from './draft-store.ts';

/** Cuts are looked for until they are this near, as a share of the text: each look counts its tokens anew. */
const NEAR_ENOUGH = 0.01;

/**
 * What was written stays as long as it fits; files are cut from the last one on.
 * @param count tokens of the prompt with this question, which grow with it
 */
export async function shortenDraft(
  draft: Draft,
  limit: number,
  count: (draft: Draft) => Promise<number>,
): Promise<Draft> {
  const fits = async (tried: Draft): Promise<boolean> => (await count(tried)) <= limit;
  const { text, attachments } = draft;
  const alone = { text, attachments: [] };
  if (!(await fits(alone))) {
    return { text: await longestStart(text, (start) => fits({ text: start, attachments: [] })), attachments: [] };
  }
  const kept: Attachment[] = [];
  for (const attachment of attachments) {
    if (await fits({ text, attachments: [...kept, attachment] })) {
      kept.push(attachment);
      continue;
    }
    const start = await longestStart(attachment.text, (part) =>
      fits({ text, attachments: [...kept, { ...attachment, text: part }] }),
    );
    if (start !== '') kept.push({ ...attachment, text: start });
    break;
  }
  return { text, attachments: kept };
}

async function longestStart(text: string, fits: (start: string) => Promise<boolean>): Promise<string> {
  let low = 0;
  let high = text.length;
  // A context is mostly far shorter than what is far too long: small pieces are counted first.
  for (let tried = Math.min(1024, high); tried < high; tried = Math.min(high, tried * 4)) {
    if (await fits(text.slice(0, tried))) low = tried;
    else high = tried;
  }
  while (high - low > Math.max(1, low * NEAR_ENOUGH)) {
    const middle = Math.floor((low + high) / 2);
    if (await fits(text.slice(0, middle))) low = middle;
    else high = middle;
  }
  return wholeWords(text, low);
}

/** Without the word that the cut goes through, unless there is none before it; never within a character. */
function wholeWords(text: string, length: number): string {
  const start = text.slice(0, length);
  const isWhole = length === text.length || /\s/.test(text.charAt(length));
  const words = isWhole ? start : start.replace(/\s+\S{1,40}$/, '');
  return words.replace(/[\uD800-\uDBFF]$/, '').trimEnd();
}
