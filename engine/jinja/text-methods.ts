// The methods of Python's `str`.
import { Parameters } from './arguments.ts';
import { TemplateError, typeError, valueError } from './errors.ts';
import { formatBraces, type FieldLookup } from './format.ts';
import { makesList, makesText, spend } from './limits.ts';
import {
  characters,
  concat,
  cut,
  derived,
  indexOfUnit,
  isStr,
  join,
  lengthOf,
  mapText,
  nextCharacter,
  repeat,
  type Str,
  textOf,
  unitOf,
} from './marked-text.ts';
import { isSpace, lines } from './python-text.ts';
import { isTruthy, toIterable } from './value-operations.ts';
import { type Arguments, Dict, isInteger, List, Tuple, typeName, Undefined, type Value } from './values.ts';

export type TextMethod = (self: Str, args: Arguments, lookup: FieldLookup) => Value;

/** Undefined where `str` has no such method. */
export function textMethod(name: string): TextMethod | undefined {
  return METHODS.get(name);
}

/** `text.strip(chars)` */
export function strip(self: Str, chars: string | undefined, sides: 'both' | 'left' | 'right' = 'both'): Str {
  const text = textOf(self);
  spend(text.length / 1024);
  const set = chars === undefined ? undefined : new Set(chars);
  const isStripped = (character: string): boolean => (set === undefined ? isSpace(character) : set.has(character));
  let [start, end] = [0, text.length];
  if (sides !== 'right') {
    while (start < end) {
      const next = nextCharacter(text, start);
      if (!isStripped(text.slice(start, next))) break;
      start = next;
    }
  }
  if (sides !== 'left') {
    while (end > start) {
      const before = isLowSurrogate(text, end - 1) && end - 2 >= start ? end - 2 : end - 1;
      if (!isStripped(text.slice(before, end))) break;
      end = before;
    }
  }
  return cut(self, start, end);
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** `text.replace(old, new, count)`; a negative count means all. */
export function replace(self: Str, old: string, by: Str, count: number): Str {
  const text = textOf(self);
  const parts: Str[] = [];
  let end = 0;
  const length = textOf(by).length;
  for (const at of places(text, old, count)) {
    parts.push(cut(self, end, at), by);
    end = at + old.length;
    makesText(length);
  }
  return parts.length === 0 ? self : concat([...parts, cut(self, end, text.length)]);
}

/** Where a part of a text is, at most `count` times; what is empty is before each character and at the end. */
function* places(text: string, part: string, count: number): Generator<number, void, undefined> {
  const next = (from: number): number => (part === '' ? from : text.indexOf(part, from));
  let found = 0;
  for (let at = next(0); at >= 0 && at <= text.length && found !== count; found++) {
    yield at;
    at = next(part === '' ? nextCharacter(text, at) : at + part.length);
  }
}

/** `text.split(separator, most)`; a negative number means without end. */
export function split(self: Str, separator: string | undefined, most: number): Str[] {
  if (separator === undefined) return splitAtSpace(self, most);
  if (separator === '') throw valueError('empty separator');
  const text = textOf(self);
  const parts: Str[] = [];
  let start = 0;
  for (let at = text.indexOf(separator); at >= 0 && parts.length !== most; at = text.indexOf(separator, start)) {
    parts.push(cut(self, start, at));
    start = at + separator.length;
  }
  parts.push(cut(self, start, text.length));
  makesList(parts.length);
  return parts;
}

function splitAtSpace(self: Str, most: number): Str[] {
  const words = wordsOf(textOf(self));
  const parts = words.slice(0, most < 0 ? words.length : most).map(([start, end]) => cut(self, start, end));
  const rest = words[parts.length];
  if (rest !== undefined) parts.push(strip(cut(self, rest[0], textOf(self).length), undefined, 'right'));
  // With a limit the last part keeps the white space at its end.
  if (rest !== undefined && most >= 0) parts[parts.length - 1] = cut(self, rest[0], textOf(self).length);
  return parts;
}

function wordsOf(text: string): (readonly [number, number])[] {
  const words: (readonly [number, number])[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const space = at === text.length || isSpace(text[at] as string);
    if (!space && start < 0) start = at;
    if (space && start >= 0) {
      words.push([start, at]);
      start = -1;
    }
  }
  makesList(words.length);
  return words;
}

function rsplit(self: Str, separator: string | undefined, most: number): Str[] {
  const text = textOf(self);
  if (most < 0) return split(self, separator, most);
  if (separator === undefined) {
    const words = wordsOf(text);
    const kept = words.slice(Math.max(0, words.length - most));
    const parts = kept.map(([start, end]) => cut(self, start, end));
    const before = words[words.length - kept.length - 1];
    return before === undefined ? parts : [cut(self, 0, before[1]), ...parts];
  }
  if (separator === '') throw valueError('empty separator');
  const parts: Str[] = [];
  let end = text.length;
  while (parts.length < most) {
    const at = end < separator.length ? -1 : text.lastIndexOf(separator, end - separator.length);
    if (at < 0) break;
    parts.unshift(cut(self, at + separator.length, end));
    end = at;
  }
  return [cut(self, 0, end), ...parts];
}

export function splitLines(self: Str, keepEnds = false): Str[] {
  const parts = [...lines(textOf(self))].map(([start, end, next]) => cut(self, start, keepEnds ? next : end));
  makesList(parts.length);
  return parts;
}

export function capitalize(self: Str): Str {
  const text = textOf(self);
  const first = text === '' ? 0 : nextCharacter(text, 0);
  return concat([mapText(cut(self, 0, first), titleCase), mapText(cut(self, first, text.length), lower)]);
}

export const upper = (text: string): string => text.toUpperCase();
export const lower = (text: string): string => text.toLowerCase();

/** `ǆ` begins a word as `ǅ`; JavaScript knows upper case only. */
function titleCase(character: string): string {
  const capital = character.toUpperCase();
  return [...capital].length > 1 ? capital[0] + capital.slice(1).toLowerCase() : capital;
}

function title(self: Str): Str {
  const text = textOf(self);
  let isInWord = false;
  const parts: Str[] = [];
  for (const character of characters(self)) {
    const cased = isCased(textOf(character));
    parts.push(mapText(character, isInWord ? lower : titleCase));
    isInWord = cased;
  }
  makesText(text.length);
  return concat(parts);
}

const isCased = (character: string): boolean =>
  isUpperCased(character) || isLowerCased(character) || /\p{Lt}/u.test(character);
const isUpperCased = (character: string): boolean => /\p{Uppercase}/u.test(character);
const isLowerCased = (character: string): boolean => /\p{Lowercase}/u.test(character);

export function isAllLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/\p{Uppercase}|\p{Lt}/u.test(text);
}

export function isAllUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/\p{Lowercase}|\p{Lt}/u.test(text);
}

function isTitle(text: string): boolean {
  let isInWord = false;
  let isAny = false;
  for (const character of text) {
    const isCapital = isUpperCased(character) || /\p{Lt}/u.test(character);
    if (isCapital === isInWord && (isCapital || isLowerCased(character))) return false;
    isInWord = isCased(character);
    isAny ||= isInWord;
  }
  return isAny;
}

/** `text.center(width)` and its like. */
export function justify(self: Str, side: 'left' | 'right' | 'both', width: number, fill: Str): Str {
  if (lengthOf(fill) !== 1) throw typeError('The fill character must be exactly one character long');
  const missing = width - lengthOf(self);
  if (missing <= 0) return self;
  makesText(missing);
  // As CPython shares out an odd space.
  const before = side === 'left' ? 0 : side === 'right' ? missing : (missing >> 1) + (missing & width & 1);
  return concat([repeat(fill, before), self, repeat(fill, missing - before)]);
}

/** The part that `start` and `end` of `find`, `startswith` and others leave, and where it begins. */
function part(self: Str, args: Parameters): readonly [text: string, start: number] | undefined {
  const text = textOf(self);
  const from = args.optionalIndex('start');
  const to = args.optionalIndex('end');
  if (from === undefined && to === undefined) return [text, 0];
  const length = lengthOf(self);
  const start = from === undefined ? 0 : from < 0 ? Math.max(0, from + length) : from;
  const end = to === undefined ? length : to < 0 ? Math.max(0, to + length) : Math.min(to, length);
  if (start > length || start > end) return undefined;
  const begin = unitOf(text, start);
  return [text.slice(begin, unitOf(text, end)), begin];
}

function finder(name: string, isLast: boolean, isStrict: boolean): TextMethod {
  return (self, args) => {
    const given = new Parameters(name, args, ['sub', 'start', 'end'], 1);
    const where = part(self, given);
    const wanted = given.string('sub');
    spend(textOf(self).length / 1024);
    const at = where === undefined ? -1 : isLast ? where[0].lastIndexOf(wanted) : where[0].indexOf(wanted);
    if (at >= 0 && where !== undefined) return indexOfUnit(textOf(self), where[1] + at);
    if (isStrict) throw valueError('substring not found');
    return -1;
  };
}

function edge(name: string, test: (text: string, wanted: string) => boolean): TextMethod {
  return (self, args) => {
    const given = new Parameters(name, args, ['prefix', 'start', 'end'], 1);
    const where = part(self, given);
    const wanted = given.required('prefix');
    const all = wanted instanceof Tuple ? wanted.items : [wanted];
    const texts = all.map((each) => {
      if (each instanceof Undefined) throw each.error();
      if (!isStr(each)) throw typeError(`${name} first arg must be str or a tuple of str, not ${typeName(each)}`);
      return textOf(each);
    });
    return where !== undefined && texts.some((each) => test(where[0], each));
  };
}

const predicate =
  (test: (text: string) => boolean): TextMethod =>
  (self) => {
    spend(textOf(self).length / 64);
    return test(textOf(self));
  };

const changer =
  (change: (text: string) => string): TextMethod =>
  (self) =>
    mapText(self, change);

const stripper =
  (sides: 'both' | 'left' | 'right'): TextMethod =>
  (self, args) => {
    const chars = new Parameters('strip', args, ['chars'], 0).optionalText('chars');
    return strip(self, chars === undefined ? undefined : textOf(chars), sides);
  };

const splitter =
  (run: typeof split): TextMethod =>
  (self, args) => {
    const given = new Parameters('split', args, ['sep', 'maxsplit'], 0);
    const separator = given.optionalText('sep');
    return new List(run(self, separator === undefined ? undefined : textOf(separator), given.index('maxsplit', -1)));
  };

const partitioner =
  (isLast: boolean): TextMethod =>
  (self, args) => {
    const separator = new Parameters('partition', args, ['sep'], 1).text('sep');
    const text = textOf(self);
    const mark = textOf(separator);
    if (mark === '') throw valueError('empty separator');
    const at = isLast ? text.lastIndexOf(mark) : text.indexOf(mark);
    if (at < 0) return new Tuple(isLast ? ['', '', self] : [self, '', '']);
    return new Tuple([cut(self, 0, at), cut(self, at, at + mark.length), cut(self, at + mark.length, text.length)]);
  };

const justifier =
  (side: 'left' | 'right' | 'both'): TextMethod =>
  (self, args) => {
    const given = new Parameters('center', args, ['width', 'fillchar'], 1);
    return justify(self, side, given.index('width'), given.text('fillchar', ' '));
  };

function expandTabs(self: Str, size: number): Str {
  const parts: Str[] = [];
  let column = 0;
  for (const character of characters(self)) {
    const text = textOf(character);
    if (text === '\t') {
      const width = size > 0 ? size - (column % size) : 0;
      makesText(width);
      parts.push(' '.repeat(width));
      column += width;
      continue;
    }
    column = text === '\n' || text === '\r' ? 0 : column + 1;
    parts.push(character);
  }
  return concat(parts);
}

function zeroFilled(self: Str, width: number): Str {
  const missing = width - lengthOf(self);
  if (missing <= 0) return self;
  makesText(missing);
  const signLength = /^[-+]/.test(textOf(self)) ? 1 : 0;
  return concat([cut(self, 0, signLength), '0'.repeat(missing), cut(self, signLength, textOf(self).length)]);
}

function translate(self: Str, table: Value): Str {
  if (!(table instanceof Dict)) throw typeError(`'${typeName(table)}' object is not subscriptable`);
  const parts = [...characters(self)].map((character): Str => {
    const point = textOf(character).codePointAt(0) ?? 0;
    const by = table.get(point);
    if (by === undefined) return character;
    if (by === null) return '';
    if (isStr(by)) return by;
    if (!isInteger(by)) throw typeError('character mapping must return integer, None or str');
    return derived(String.fromCodePoint(Number(by)), character);
  });
  return concat(parts);
}

const METHODS: ReadonlyMap<string, TextMethod> = new Map<string, TextMethod>([
  ['capitalize', (self) => capitalize(self)],
  ['casefold', changer((text) => text.replaceAll('ß', 'ss').replaceAll('ẞ', 'ss').toLowerCase().replaceAll('ς', 'σ'))],
  ['center', justifier('both')],
  [
    'count',
    (self, args) => {
      const given = new Parameters('count', args, ['sub', 'start', 'end'], 1);
      const where = part(self, given);
      const wanted = given.string('sub');
      if (where === undefined) return 0;
      spend(where[0].length / 64);
      return wanted === '' ? lengthOf(where[0]) + 1 : where[0].split(wanted).length - 1;
    },
  ],
  ['endswith', edge('endswith', (text, wanted) => text.endsWith(wanted))],
  [
    'expandtabs',
    (self, args) => expandTabs(self, new Parameters('expandtabs', args, ['tabsize'], 0).index('tabsize', 8)),
  ],
  ['find', finder('find', false, false)],
  ['format', (self, args, lookup) => formatBraces(self, args, lookup)],
  [
    'format_map',
    (self, args, lookup) => {
      const mapping = new Parameters('format_map', args, ['mapping'], 1).required('mapping');
      if (!(mapping instanceof Dict)) throw typeError(`'${typeName(mapping)}' object is not a mapping`);
      const named = new Map([...mapping.entries()].map(([key, value]) => [isStr(key) ? textOf(key) : '', value]));
      return formatBraces(self, { positional: [], named }, lookup);
    },
  ],
  ['index', finder('index', false, true)],
  ['isalnum', predicate((text) => /^[\p{L}\p{N}]+$/u.test(text))],
  ['isalpha', predicate((text) => /^\p{L}+$/u.test(text))],
  ['isascii', predicate((text) => /^[\0-\x7f]*$/.test(text))],
  ['isdecimal', predicate((text) => /^\p{Nd}+$/u.test(text))],
  ['isdigit', predicate((text) => /^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$/u.test(text))],
  ['isidentifier', predicate((text) => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text))],
  ['islower', predicate(isAllLower)],
  ['isnumeric', predicate((text) => /^\p{N}+$/u.test(text))],
  ['isprintable', predicate((text) => !/(?! )[\p{C}\p{Z}]/u.test(text))],
  ['isspace', predicate(isSpace)],
  ['istitle', predicate(isTitle)],
  ['isupper', predicate(isAllUpper)],
  [
    'join',
    (self, args) => {
      const items = [...toIterable(new Parameters('join', args, ['iterable'], 1).required('iterable'))];
      return join(
        self,
        items.map((item, i) => {
          if (!isStr(item)) throw typeError(`sequence item ${i}: expected str instance, ${typeName(item)} found`);
          return item;
        }),
      );
    },
  ],
  ['ljust', justifier('left')],
  ['lower', changer(lower)],
  ['lstrip', stripper('left')],
  ['partition', partitioner(false)],
  [
    'removeprefix',
    (self, args) => {
      const prefix = new Parameters('removeprefix', args, ['prefix'], 1).string('prefix');
      const text = textOf(self);
      return text.startsWith(prefix) ? cut(self, prefix.length, text.length) : self;
    },
  ],
  [
    'removesuffix',
    (self, args) => {
      const suffix = new Parameters('removesuffix', args, ['suffix'], 1).string('suffix');
      const text = textOf(self);
      return text.endsWith(suffix) ? cut(self, 0, text.length - suffix.length) : self;
    },
  ],
  [
    'replace',
    (self, args) => {
      const given = new Parameters('replace', args, ['old', 'new', 'count'], 2);
      return replace(self, given.string('old'), given.text('new'), given.index('count', -1));
    },
  ],
  ['rfind', finder('rfind', true, false)],
  ['rindex', finder('rindex', true, true)],
  ['rjust', justifier('right')],
  ['rpartition', partitioner(true)],
  ['rsplit', splitter(rsplit)],
  ['rstrip', stripper('right')],
  ['split', splitter(split)],
  [
    'splitlines',
    (self, args) =>
      new List(
        splitLines(self, isTruthy(new Parameters('splitlines', args, ['keepends'], 0).value('keepends', false))),
      ),
  ],
  ['startswith', edge('startswith', (text, wanted) => text.startsWith(wanted))],
  ['strip', stripper('both')],
  ['swapcase', changer((text) => text.replace(/./gsu, (each) => (isUpperCased(each) ? lower(each) : upper(each))))],
  ['title', (self) => title(self)],
  ['translate', (self, args) => translate(self, new Parameters('translate', args, ['table'], 1).required('table'))],
  ['upper', changer(upper)],
  ['zfill', (self, args) => zeroFilled(self, new Parameters('zfill', args, ['width'], 1).index('width'))],
  [
    'encode',
    () => {
      throw new TemplateError('TypeError', 'bytes are not known here');
    },
  ],
]);
