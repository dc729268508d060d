// A template's text as tokens: what stands outside of tags, with white space taken off as the tags say, and what stands inside.
// Set up as transformers does: a block or comment takes the line end behind it (`trim_blocks`) and the white space before it on
// its line (`lstrip_blocks`) with it.
import { TemplateSyntaxError } from './errors.ts';
import { TemplateLimitError } from './limits.ts';
import { SPACE } from './python-text.ts';

export type TokenKind =
  | 'data'
  | 'block_begin'
  | 'block_end'
  | 'variable_begin'
  | 'variable_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Of a string what it says; of all others how it is written. */
  readonly text: string;
  readonly line: number;
}

const TAG_BEGIN = /\{[%{#]/g;
const RAW_BEGIN = new RegExp(`\\{%([-+]?)[${SPACE}]*raw[${SPACE}]*(?:-%\\}[${SPACE}]*|%\\})`, 'y');
const RAW_END = new RegExp(`\\{%([-+]?)[${SPACE}]*endraw[${SPACE}]*(?:\\+%\\}|-%\\}[${SPACE}]*|%\\}\\n?)`, 'g');
const COMMENT_END = new RegExp(`\\+#\\}|-#\\}[${SPACE}]*|#\\}\\n?`, 'g');
const BLOCK_END = new RegExp(`\\+%\\}|-%\\}[${SPACE}]*|%\\}\\n?`, 'y');
const VARIABLE_END = new RegExp(`-\\}\\}[${SPACE}]*|\\}\\}`, 'y');

const WHITE_SPACE = new RegExp(`[${SPACE}]+`, 'y');
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{L}\p{N}\p{Mn}\p{Mc}_]+/uy;
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const STRING = /'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[+\-/*%~[\](){}><=.:|,;]/y;

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const MAX_BRACKETS = 1000;
/** Between two words of a tag. */
const MAX_SPACE = 65_536;

/** @throws TemplateSyntaxError */
export function tokenize(template: string): Token[] {
  return new Lexer(template).run();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #countedTo = 0;
  /** Whether what was read last ended a line. */
  #isLineStart = true;

  constructor(template: string) {
    const lines = template.replace(/\r\n?/g, '\n');
    this.#source = lines.endsWith('\n') ? lines.slice(0, -1) : lines;
  }

  run(): Token[] {
    const source = this.#source;
    while (this.#at < source.length) {
      const begin = find(TAG_BEGIN, source, this.#at);
      if (begin === undefined) {
        this.#push('data', source.slice(this.#at));
        break;
      }
      const data = source.slice(this.#at, begin.index);
      const raw = match(RAW_BEGIN, source, begin.index);
      const kind = raw !== undefined ? 'raw' : source[begin.index + 1] === '#' ? 'comment' : 'tag';
      const isVariable = source[begin.index + 1] === '{';
      const sign = raw?.[1] ?? signAt(source, begin.index + 2);
      this.#pushData(data, sign, isVariable);
      this.#moveTo(begin.index + (raw?.[0].length ?? 2 + sign.length));
      if (kind === 'raw') this.#raw();
      else if (kind === 'comment') this.#comment();
      else this.#tag(isVariable);
    }
    this.#push('end', '');
    return this.#tokens;
  }

  #push(kind: TokenKind, text: string): void {
    if (text !== '' || kind !== 'data') this.#tokens.push({ kind, text, line: this.#line });
  }

  /** What stands before a tag, with white space off its end as the tag says. */
  #pushData(data: string, sign: string, isVariable: boolean): void {
    this.#push('data', this.#stripped(data, sign, isVariable));
  }

  #stripped(data: string, sign: string, isVariable: boolean): string {
    if (sign === '-') return data.slice(0, endOfText(data));
    if (sign === '+' || isVariable) return data;
    const lineStart = data.lastIndexOf('\n') + 1;
    if (lineStart === 0 && !this.#isLineStart) return data;
    return endOfText(data) <= lineStart ? data.slice(0, lineStart) : data;
  }

  #moveTo(at: number): void {
    for (let i = this.#countedTo; i < at; i++) if (this.#source.charCodeAt(i) === 10) this.#line++;
    this.#countedTo = at;
    this.#at = at;
    this.#isLineStart = this.#source[at - 1] === '\n';
  }

  #comment(): void {
    const end = find(COMMENT_END, this.#source, this.#at);
    if (end === undefined && this.#at < this.#source.length) throw this.#error('Missing end of comment tag');
    this.#moveTo(end === undefined ? this.#at : end.index + end[0].length);
  }

  #raw(): void {
    const end = find(RAW_END, this.#source, this.#at);
    if (end === undefined) {
      if (this.#at < this.#source.length) throw this.#error('Missing end of raw directive');
      return;
    }
    this.#pushData(this.#source.slice(this.#at, end.index), end[1] ?? '', false);
    this.#moveTo(end.index + end[0].length);
  }

  #tag(isVariable: boolean): void {
    const source = this.#source;
    this.#push(isVariable ? 'variable_begin' : 'block_begin', '');
    /** The brackets that are to be closed: until then `}}` and `%}` are operators. */
    const open: string[] = [];
    for (;;) {
      const end = open.length > 0 ? undefined : match(isVariable ? VARIABLE_END : BLOCK_END, source, this.#at);
      if (end !== undefined) {
        this.#push(isVariable ? 'variable_end' : 'block_end', '');
        this.#moveTo(this.#at + end[0].length);
        return;
      }
      const space = match(WHITE_SPACE, source, this.#at);
      if (space !== undefined) {
        if (space[0].length > MAX_SPACE) throw new TemplateLimitError('holds too much white space');
        this.#moveTo(this.#at + space[0].length);
        continue;
      }
      if (this.#at >= source.length) return;
      this.#moveTo(this.#at + this.#token(open));
    }
  }

  /** @returns its length */
  #token(open: string[]): number {
    const source = this.#source;
    const float = match(FLOAT, source, this.#at);
    if (float !== undefined) return this.#pushed('float', float[0].replaceAll('_', ''), float[0]);
    const integer = match(INTEGER, source, this.#at);
    if (integer !== undefined) return this.#pushed('integer', integer[0].replaceAll('_', ''), integer[0]);
    const name = match(NAME, source, this.#at);
    if (name !== undefined) {
      if (!IDENTIFIER.test(name[0])) throw this.#error('Invalid character in identifier');
      return this.#pushed('name', name[0], name[0]);
    }
    const string = match(STRING, source, this.#at);
    if (string !== undefined) return this.#pushed('string', this.#unescaped(string[0].slice(1, -1)), string[0]);
    const operator = match(OPERATOR, source, this.#at);
    if (operator === undefined) throw this.#error(`unexpected char ${JSON.stringify(source[this.#at])}`);
    const [text] = operator;
    const closing = CLOSING.get(text);
    if (closing !== undefined) open.push(closing);
    if (open.length > MAX_BRACKETS) throw new TemplateLimitError('is nested too deeply');
    if (text === ')' || text === ']' || text === '}') {
      const expected = open.pop();
      if (expected !== text)
        throw this.#error(`unexpected '${text}'${expected === undefined ? '' : `, expected '${expected}'`}`);
    }
    return this.#pushed('operator', text, text);
  }

  #pushed(kind: TokenKind, text: string, source: string): number {
    this.#push(kind, text);
    return source.length;
  }

  /** As Python reads escapes; those that it does not know stand as they are. */
  #unescaped(text: string): string {
    return text.replace(
      /\\(?:x([^]{0,2})|u([^]{0,4})|U([^]{0,8})|([0-7]{1,3})|N|([^]))/g,
      (whole, byte?: string, unit?: string, point?: string, octal?: string, character?: string) => {
        if (byte !== undefined) return this.#character(byte, 2);
        if (unit !== undefined) return this.#character(unit, 4);
        if (point !== undefined) return this.#character(point, 8);
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
        if (character === undefined) throw this.#error('names of characters (\\N) are not known here');
        return ESCAPES.get(character) ?? whole;
      },
    );
  }

  #character(hex: string, digits: number): string {
    const point = new RegExp(`^[\\da-f]{${digits}}$`, 'i').test(hex) ? Number.parseInt(hex, 16) : Infinity;
    if (point > 0x10ffff) throw this.#error('an escape in a string is no character');
    return String.fromCodePoint(point);
  }

  #error(message: string): TemplateSyntaxError {
    return new TemplateSyntaxError(message, this.#line);
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

const NO_SPACE = new RegExp(`[^${SPACE}]`);

/** Where the text ends that has no white space behind it. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && !NO_SPACE.test(text[end - 1] as string)) end--;
  return end;
}

function signAt(source: string, at: number): string {
  const sign = source[at];
  return sign === '-' || sign === '+' ? sign : '';
}

function find(pattern: RegExp, source: string, from: number): RegExpExecArray | undefined {
  pattern.lastIndex = from;
  return pattern.exec(source) ?? undefined;
}

/** The pattern is sticky. */
const match = find;
