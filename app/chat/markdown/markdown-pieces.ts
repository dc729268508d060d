/**
 * Cuts Markdown where parsing the pieces gives the same as parsing the whole, so that a streaming answer parses only its
 * last piece again, and so that no piece of a long answer takes long. Between blocks, and within a long list or table between
 * items or rows. Where that is not certain it does not cut. What reaches from one piece into others (definitions of links and
 * footnotes, whether the items of a list are apart) is brought together in `markdown-document.ts`.
 */

export interface Piece {
  /** Joined by line breaks, those of all pieces are the text. */
  readonly text: string;
  /** Markdown by itself: that of a table which goes on has the head of the table once more. */
  readonly source: string;
  /** `list` and `table`: it goes on with the list or table with which the piece before it ends. */
  readonly continues: 'nothing' | 'list' | 'table';
  /** It begins with a list or a table that may go on in the pieces after it. */
  readonly begins: 'list' | 'table' | null;
}

/** Long enough that most lists and tables are one piece, short enough that it is parsed in a few milliseconds. */
const LONG_PART = 1200; // characters

/** What follows backticks on their line must hold no other, or they are inline code. */
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
/** The end of a fence; as many marks as it began with, or more. */
const FENCE_END = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;
/** HTML that goes on over blank lines, and what ends it. All other ends at a blank line. */
const HTML: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<\?/, /\?>/],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/],
  [/^ {0,3}<![a-z]/i, />/],
];
/** May begin HTML in which nothing else begins until a blank line. */
const TAG = /^ {0,3}<[a-z/]/i;
const ITEM = /^( {0,3})([-+*]|(?:\d{1,9})[.)])( +|\t|$)(.*)/;
const THEMATIC_BREAK = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const FOOTNOTE = /^\[\^[^\]\s]+\]:/;
const FOOTNOTE_INDENT = 4;
/** Four columns or more, or a tab: no block but indented code begins there. */
const DEEP = /^(?: {4}| {0,3}\t)/;
const DELIMITER_ROW = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** A list or a footnote that is open: lines with so much indentation, or more, belong to it. */
interface Container {
  readonly offset: number;
  /** Of a list; null for a footnote. */
  readonly marker: string | null;
  /** Whether a line may have ended it, which only a parser can say. */
  isDoubtful: boolean;
}

export function markdownPieces(text: string): Piece[] {
  return new Cutter(text.split('\n')).pieces();
}

class Cutter {
  readonly #lines: readonly string[];
  readonly #pieces: Piece[] = [];
  /** Lines of the piece that is being gathered. */
  #gathered: string[] = [];
  #length = 0;
  #continues: Piece['continues'] = 'nothing';
  /** What the piece is, as long as it is nothing else: only there it may be cut within. */
  #within: 'list' | 'table' | null = null;
  #begins: Piece['begins'] = null;
  #tableHead = '';
  #fence: string | null = null;
  #htmlEnd: RegExp | null = null;
  #container: Container | null = null;
  #mayBeInTags = false;
  /** After indented code the parser takes the next line for one in the middle of a paragraph, also over a blank line. */
  #isAfterCode = false;
  /** Whether the line before was blank, or ended a fence. */
  #isGap = true;
  #isCertain = true;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  pieces(): Piece[] {
    this.#lines.forEach((line, index) => {
      const wasGap = this.#isGap;
      this.#isGap = this.#read(line, index, wasGap);
      this.#gathered.push(line);
      this.#length += line.length + 1;
    });
    this.#push();
    return this.#pieces;
  }

  #push(): void {
    const text = this.#gathered.join('\n');
    const source = this.#continues === 'table' ? `${this.#tableHead}\n${text}` : text;
    this.#pieces.push({ text, source, continues: this.#continues, begins: this.#begins });
  }

  /** Ends the piece before the line that is being read. */
  #cut(continues: Piece['continues']): void {
    if (!this.#isCertain || this.#isAfterCode || this.#gathered.length === 0) return;
    this.#push();
    this.#continues = continues;
    this.#gathered = [];
    this.#length = 0;
    if (continues !== 'nothing') return;
    this.#within = null;
    this.#begins = null;
  }

  /** @returns whether it is a gap, after which a line at the margin begins a block. */
  #read(line: string, index: number, isAfterGap: boolean): boolean {
    if (this.#fence !== null) {
      if (!endsFence(line, this.#fence)) return false;
      this.#fence = null;
      return true;
    }
    if (this.#htmlEnd !== null) {
      if (this.#htmlEnd.test(line)) this.#htmlEnd = null;
      return false;
    }
    if (line.trim() === '') {
      // A blank line ends a table; a line with nothing but a mark that is no space for Markdown does not.
      if (this.#within === 'table') this.#within = null;
      this.#mayBeInTags = false;
      return /^[ \t]*$/.test(line);
    }
    if (TAG.test(line)) this.#mayBeInTags = true;
    const container = this.#container;
    if (container !== null && indentation(line) >= container.offset) {
      // If it belongs to no list, its end is elsewhere.
      if (container.isDoubtful && beginsFenceOrHtml(line.trimStart())) this.#isCertain = false;
      return false;
    }
    if (DEEP.test(line)) {
      if (isAfterGap) this.#container = null;
      this.#isAfterCode = true;
      this.#within = this.#within === 'table' ? null : this.#within;
      return false;
    }
    this.#readAtMargin(line, index, isAfterGap);
    this.#isAfterCode = false;
    return false;
  }

  /** A line that belongs to nothing that is open, but perhaps goes on with a paragraph. */
  #readAtMargin(line: string, index: number, isAfterGap: boolean): void {
    if (this.#beginsUncuttable(line, isAfterGap)) return;
    const item = THEMATIC_BREAK.test(line) ? null : ITEM.exec(line);
    if (item !== null) this.#readItem(item, isAfterGap);
    else this.#readOther(line, index, isAfterGap);
  }

  /** Fences, and HTML in which blank lines are nothing special. */
  #beginsUncuttable(line: string, isAfterGap: boolean): boolean {
    const mark = FENCE.exec(line)?.[1];
    const html = mark === undefined ? HTML.find(([start]) => start.test(line)) : undefined;
    if (mark === undefined && html === undefined) return false;
    // A fence at the margin ends whatever stands above it, with or without a blank line.
    if (this.#mayBeInTags && !isAfterGap) this.#isCertain = false;
    if ((mark !== undefined || isAfterGap) && !line.startsWith(' ')) this.#cut('nothing');
    else if (this.#container?.isDoubtful === true) this.#isCertain = false;
    this.#within = null;
    this.#container = null;
    if (mark !== undefined) this.#fence = mark;
    else if (html !== undefined) {
      const [start, end] = html;
      const rest = line.slice(start.exec(line)?.[0].length ?? 0);
      if (!end.test(start.source.includes('script') ? line : rest)) this.#htmlEnd = end;
    }
    return true;
  }

  #readItem([, indent = '', marker = '', space = '', content = '']: RegExpExecArray, isAfterGap: boolean): void {
    const kind = marker.slice(-1);
    const isSibling = this.#container?.marker === kind;
    const isAtMargin = indent === '';
    const isDoubtful = this.#container?.isDoubtful === true;
    if (isSibling && isAtMargin && !isDoubtful && this.#within === 'list' && this.#length > LONG_PART) {
      if (content.trim() !== '') this.#cut('list');
    } else if (!isSibling && isAtMargin && isAfterGap && !isDoubtful) {
      this.#cut('nothing');
    }
    if (this.#gathered.length === 0 && isAtMargin) {
      this.#within = 'list';
      if (this.#continues === 'nothing') this.#begins = 'list';
    } else if (!isSibling) this.#within = null;
    const column = indent.length + marker.length;
    const spaces = space === '\t' ? 4 - (column % 4) : content === '' || space.length > 4 ? 1 : space.length;
    this.#container = {
      offset: column + spaces,
      marker: kind,
      // In the middle of a paragraph, some of these begin no list; and an empty item ends at a blank line.
      isDoubtful: (!isSibling && !isAfterGap) || content.trim() === '' || space === '\t' || isDoubtful,
    };
  }

  #readOther(line: string, index: number, isAfterGap: boolean): void {
    if (this.#within === 'table') {
      if (line.startsWith('|')) {
        if (this.#length > LONG_PART) this.#cut('table');
        return;
      }
      this.#within = null;
      return;
    }
    if (!isAfterGap) {
      // It goes on with the paragraph of an item, or ends the list: then what follows is another one.
      if (this.#container !== null) this.#container.isDoubtful = true;
      return;
    }
    this.#container = null;
    this.#within = null;
    if (line.startsWith(' ')) return;
    this.#cut('nothing');
    if (FOOTNOTE.test(line)) this.#container = { offset: FOOTNOTE_INDENT, marker: null, isDoubtful: false };
    if (this.#gathered.length === 0 && line.startsWith('|') && isTableHead(line, this.#lines[index + 1] ?? '')) {
      this.#within = 'table';
      this.#begins = 'table';
      this.#tableHead = `${line}\n${this.#lines[index + 1] ?? ''}`;
    }
  }
}

function isTableHead(line: string, next: string): boolean {
  return next.includes('|') && DELIMITER_ROW.test(next) && cells(line) === cells(next);
}

function cells(row: string): number {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).length;
}

function beginsFenceOrHtml(line: string): boolean {
  return FENCE.test(line) || HTML.some(([start]) => start.test(line));
}

/** Columns, with a tab at every fourth. */
function indentation(line: string): number {
  const space = /^[ \t]*/.exec(line)?.[0] ?? '';
  let columns = 0;
  for (const character of space) columns += character === '\t' ? 4 - (columns % 4) : 1;
  return columns;
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
export function asCodeFence(piece: string): CodeFence | null {
  if (!piece.startsWith('```') && !piece.startsWith('~~~')) return null;
  const [opening = '', ...lines] = piece.split('\n');
  const mark = FENCE.exec(opening)?.[1];
  if (mark === undefined) return null;
  const end = lines.findIndex((line) => endsFence(line, mark));
  if (end >= 0 && lines.slice(end + 1).some((line) => line.trim() !== '')) return null;
  const language = /^[^\s{]+/.exec(opening.slice(mark.length).trim())?.[0].toLowerCase() ?? null;
  return { language, code: (end < 0 ? lines : lines.slice(0, end)).join('\n') };
}
