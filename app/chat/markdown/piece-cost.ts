/**
 * What a piece of Markdown will cost, told before any parser sees it, in one pass over its characters. Parsers of Markdown take
 * time that grows with the square of some things (marks of emphasis, brackets, the length of a word), and the page and the
 * browser's layout recurse into what is nested: a thousand levels end the renderer process itself.
 */
export interface PieceCost {
  /** Milliseconds, of a slow machine: measured, and rounded up. */
  readonly ms: number;
  /** Nested beyond what anybody writes, so that it is not parsed at any price. */
  readonly isTooDeep: boolean;
}

/** Quotes, lists and emphasis within each other. */
export const MAX_DEPTH = 100;
/** Brackets within each other: links hold none, and pictures hardly. */
const MAX_BRACKETS = 40;
/** Each level of a list is indented by two columns at least. */
const COLUMNS_PER_LEVEL = 2;

/** Setting up a parser, and the elements. */
const MS_PER_PIECE = 0.7;
const MS_PER_CHARACTER = 0.008;
const MS_PER_LINE = 0.08;
const MS_PER_MARK = 0.04;
const MS_PER_FORMULA = 2;
const MS_PER_SQUARE_OF_MARKS = 6e-6;
const MS_PER_SQUARE_OF_WORD = 2e-6;
/** From each of these on, so many characters are searched for its other end. */
const MS_PER_SEARCHED_CHARACTER = 2e-5;
const SEARCHED_CHARACTERS = 5000;

const CONTAINER = /[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$))/y;
const BLOCK_START = /^[ \t]*(?:\n|[-*+>|][ \t]|\|)/;
const BLOCK_START_CHARACTERS = 40;
const MARKS = new Set('*_~[]!<>&\\`|@:$(');

export function pieceCost(source: string): PieceCost {
  let marks = 0;
  let openers = 0;
  let formulas = 0;
  let lines = 1;
  let word = 0;
  let squareOfWords = 0;
  let brackets = 0;
  let deepest = lineDepth(source, 0);
  let deepestBrackets = 0;
  const emphasis = new EmphasisDepth();
  for (let at = 0; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === ' ' || character === '\n' || character === '\t') {
      squareOfWords += word * word;
      word = 0;
      if (character !== '\n') continue;
      lines++;
      deepest = Math.max(deepest, lineDepth(source, at + 1));
      // Neither goes on in another block.
      if (BLOCK_START.test(source.slice(at + 1, at + 1 + BLOCK_START_CHARACTERS))) {
        brackets = 0;
        emphasis.reset();
      }
      continue;
    }
    word++;
    if (!MARKS.has(character)) continue;
    marks++;
    if (character === '[') deepestBrackets = Math.max(deepestBrackets, ++brackets);
    else if (character === ']') brackets = Math.max(0, brackets - 1);
    else if (character === '*' || character === '_' || character === '~') emphasis.read(source, at);
    else if (character === '`') openers += source.charAt(at - 1) === '`' ? 0 : 1;
    else if (character === '$') formulas++;
    else if (character === '\\' && /[([]/.test(source.charAt(at + 1))) {
      openers++;
      formulas += 2;
    }
  }
  squareOfWords += word * word;
  openers += formulas / 2;
  const ms =
    MS_PER_PIECE +
    source.length * MS_PER_CHARACTER +
    lines * MS_PER_LINE +
    marks * MS_PER_MARK +
    marks * marks * MS_PER_SQUARE_OF_MARKS +
    squareOfWords * MS_PER_SQUARE_OF_WORD +
    (formulas / 2) * MS_PER_FORMULA +
    openers * Math.min(source.length, SEARCHED_CHARACTERS) * MS_PER_SEARCHED_CHARACTER;
  const isTooDeep = deepest > MAX_DEPTH || emphasis.deepest > MAX_DEPTH || deepestBrackets > MAX_BRACKETS;
  return { ms, isTooDeep };
}

/** Upper bound of how deep containers lie within each other on a line: marks at its start, and indentation. */
function lineDepth(source: string, start: number): number {
  let depth = 0;
  let at = start;
  for (CONTAINER.lastIndex = at; depth <= MAX_DEPTH && CONTAINER.test(source); at = CONTAINER.lastIndex) depth++;
  let columns = 0;
  for (at = start; columns <= MAX_DEPTH * COLUMNS_PER_LEVEL * 2; at++) {
    const character = source.charAt(at);
    if (character === ' ') columns++;
    else if (character === '\t') columns += 4;
    else break;
  }
  return depth + Math.floor(columns / COLUMNS_PER_LEVEL);
}

/** How deep emphasis may be nested: marks that can open, less those that can close. */
class EmphasisDepth {
  deepest = 0;
  #open = 0;

  reset(): void {
    this.#open = 0;
  }

  /** Takes the run of marks that begins here; within one there is nothing to do. */
  read(source: string, at: number): void {
    const mark = source.charAt(at);
    const before = source.charAt(at - 1);
    if (before === mark) return;
    let end = at + 1;
    while (source.charAt(end) === mark) end++;
    const length = end - at;
    if (this.#open > 0 && before !== '' && !/\s/.test(before)) this.#open = Math.max(0, this.#open - length);
    else if (/\S/.test(source.charAt(end))) this.#open += length;
    this.deepest = Math.max(this.deepest, this.#open);
  }
}
