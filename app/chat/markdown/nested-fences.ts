/**
 * Models write a Markdown file in a fence of three marks, with fences of three marks in it. By the book the first bare mark ends
 * the outer one. Where the marks add up, the outer fence is given more marks than any in it, and so holds what it was meant to.
 */

/** Of a Markdown file: at the margin, in a quote or in an item of a list. */
const OUTER = /^((?:[ \t>]|[-*+] |\d{1,9}[.)] )*)(`{3,}|~{3,})[ \t]*(?:markdown|md|mdx)(?=[\s{]|$)[^`]*$/i;
const INNER = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^`]*)$/;
const MARKDOWN = /^[ \t]*(?:markdown|md|mdx)(?=[\s{]|$)/i;

interface OpenFence {
  readonly mark: string;
  /** Whether fences may begin in it; all other code has none. */
  readonly isMarkdown: boolean;
}

/** Where an outer fence ends, and how it must be written. */
interface OuterFence {
  readonly end: number;
  readonly mark: string;
  readonly holdsFences: boolean;
}

interface Reading {
  readonly text: string;
  /** Whether a fence is open at its end. */
  readonly isOpen: boolean;
}

/** `isStreaming`: what has not been closed yet may still be. */
export function widenOuterFences(text: string, isStreaming: boolean): string {
  if (!/(?:`{3}|~{3})[ \t]*(?:markdown|md)/i.test(text)) return text;
  const nested = read(text, (lines, at, mark) => outerFence(lines, at, mark, isStreaming));
  if (nested.text === text || isStreaming || !nested.isOpen) return nested.text;
  // A fence without an end: where the book's reading has none, the book was followed.
  return read(text, () => null).isOpen ? nested.text : text;
}

function read(text: string, outer: (lines: readonly string[], at: number, mark: string) => OuterFence | null): Reading {
  const lines = text.split('\n');
  /** The mark of a fence in which nothing begins. */
  let open: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (open !== null) {
      if (closes(line, open)) open = null;
      continue;
    }
    const [, lead = '', mark] = OUTER.exec(line) ?? [];
    const fence = mark === undefined ? null : outer(lines, at, mark);
    if (mark === undefined || fence === null) {
      open = INNER.exec(line)?.[1] ?? null;
      continue;
    }
    if (fence.holdsFences) {
      lines[at] = lead + fence.mark + line.slice(lead.length + mark.length);
      const closing = lines[fence.end];
      if (closing !== undefined) lines[fence.end] = closing.replace(/[`~]+/, fence.mark);
    }
    at = fence.end;
  }
  return { text: lines.join('\n'), isOpen: open !== null };
}

/** Null where the marks do not add up. */
function outerFence(lines: readonly string[], start: number, mark: string, isStreaming: boolean): OuterFence | null {
  const open: OpenFence[] = [{ mark, isMarkdown: true }];
  let longest = mark.length;
  let holdsFences = false;
  const widened = (end: number): OuterFence => ({ end, mark: mark.charAt(0).repeat(longest + 1), holdsFences });
  for (let at = start + 1; at < lines.length; at++) {
    const [, inner, info = ''] = INNER.exec(lines[at] ?? '') ?? [];
    const innermost = open.at(-1);
    if (inner === undefined || innermost === undefined) continue;
    if (info.trim() !== '') {
      if (!innermost.isMarkdown) continue;
      open.push({ mark: inner, isMarkdown: MARKDOWN.test(info) });
      holdsFences = true;
    } else if (inner.startsWith(innermost.mark)) {
      open.pop();
      if (open.length === 0) return widened(at);
    } else if (innermost.isMarkdown && inner.charAt(0) !== innermost.mark.charAt(0)) {
      open.push({ mark: inner, isMarkdown: false });
    }
    if (inner.startsWith(mark)) longest = Math.max(longest, inner.length);
  }
  return isStreaming ? widened(lines.length) : null;
}

function closes(line: string, mark: string): boolean {
  const [, found, info = ''] = INNER.exec(line) ?? [];
  return found !== undefined && info.trim() === '' && found.startsWith(mark);
}
