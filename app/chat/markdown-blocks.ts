/**
 * Cuts Markdown where parsing the pieces gives the same as parsing the whole, so that a streaming answer parses only its
 * last piece again. Where that is not certain it does not cut.
 */

/** At the margin; what follows backticks on their line must hold no other, or they are inline code. */
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})/;
/** Inside a list or quote, a fence may end without a closing mark: from there on nothing is certain. */
const INNER_FENCE = /^(\s+|.*[-*+>.)]\s+)(`{3,}|~{3,})/;
/** Definitions of links and footnotes reach into every other block; so does an HTML block that is still open. */
const REACHES_ELSEWHERE = /^ {0,3}(\[[^\]]+\]:|<)|\[\^/m;
/** After a blank line, such a line belongs to nothing above it: no list item, no indented or quoted continuation. */
const STARTS_A_BLOCK = /^[\p{L}#`~"“(]/u;

export function markdownBlocks(text: string): string[] {
  if (REACHES_ELSEWHERE.test(text)) return [text];
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  let isAfterBlank = false;
  let isCertain = true;
  for (const line of text.split('\n')) {
    if (isCertain && fence === null && isAfterBlank && STARTS_A_BLOCK.test(line)) {
      blocks.push(lines.join('\n'));
      lines = [];
    }
    if (fence === null && INNER_FENCE.test(line)) isCertain = false;
    const mark = FENCE.exec(line)?.[1];
    if (fence === null) fence = mark ?? null;
    else if (mark?.startsWith(fence) === true && line.trim() === mark) fence = null;
    isAfterBlank = fence === null && line.trim() === '';
    lines.push(line);
  }
  blocks.push(lines.join('\n'));
  return blocks;
}
