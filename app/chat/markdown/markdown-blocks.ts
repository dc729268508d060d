/**
 * Cuts Markdown where parsing the pieces gives the same as parsing the whole, so that a streaming answer parses only its
 * last piece again. Where that is not certain it does not cut.
 */

/** At the margin; what follows backticks on their line must hold no other, or they are inline code. */
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})/;
/** The end of a fence; as many marks as it began with, or more. */
const FENCE_END = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;
/** Inside a list or quote, a fence may end without a closing mark: from there on nothing is certain. */
const INNER_FENCE = /^(\s+|.*[-*+>.)]\s+)(`{3,}|~{3,})/;
/** Definitions of links and footnotes reach into every other block; so does an HTML block that is still open. */
const REACHES_ELSEWHERE = /^ {0,3}(\[[^\]]+\]:|<)|\[\^/m;
/** After a blank line, such a line belongs to nothing above it: no list item, no indented or quoted continuation. */
const STARTS_A_BLOCK = /^[\p{L}#`~"“($\\]/u;

/** Joined by line breaks, the pieces are the text. */
export function markdownBlocks(text: string): string[] {
  if (REACHES_ELSEWHERE.test(text)) return [text];
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  /** Whether a line that starts a block may start a piece: after a blank line or a fence that has just ended. */
  let isAtGap = false;
  let isCertain = true;
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === null && INNER_FENCE.test(line)) isCertain = false;
    // A fence at the margin ends whatever stands above it, with or without a blank line.
    const cuts = fence === null && lines.length > 0 && (mark !== undefined || (isAtGap && STARTS_A_BLOCK.test(line)));
    if (isCertain && cuts) {
      blocks.push(lines.join('\n'));
      lines = [];
    }
    let isFenceEnd = false;
    if (fence === null) {
      fence = mark ?? null;
    } else if (endsFence(line, fence)) {
      fence = null;
      isFenceEnd = true;
    }
    isAtGap = fence === null && (isFenceEnd || line.trim() === '');
    lines.push(line);
  }
  blocks.push(lines.join('\n'));
  return blocks;
}

function endsFence(line: string, opening: string): boolean {
  return FENCE_END.exec(line)?.[1]?.startsWith(opening) === true;
}

export interface CodeFence {
  /** First word after the opening mark, in lower case; null where there is none. */
  readonly language: string | null;
  readonly code: string;
}

/**
 * A piece that is one code block and nothing else, closed or still being written; null for all others. It needs no
 * Markdown parser, which would read a long block from its start for each token.
 */
export function asCodeFence(block: string): CodeFence | null {
  if (!block.startsWith('```') && !block.startsWith('~~~')) return null;
  const [opening = '', ...lines] = block.split('\n');
  const mark = FENCE.exec(opening)?.[1];
  if (mark === undefined) return null;
  const end = lines.findIndex((line) => endsFence(line, mark));
  if (end >= 0 && lines.slice(end + 1).some((line) => line.trim() !== '')) return null;
  const language = /^[^\s{]+/.exec(opening.slice(mark.length).trim())?.[0].toLowerCase() ?? null;
  return { language, code: (end < 0 ? lines : lines.slice(0, end)).join('\n') };
}
