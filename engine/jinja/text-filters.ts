// Filters that make a text of a text.
import { Parameters, requireNone } from './arguments.ts';
import { TemplateError } from './errors.ts';
import { formatPercent } from './format.ts';
import {
  asMarkup,
  bare,
  concat,
  cut,
  derived,
  escapeHtml,
  isMarkup,
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
import { toFloat } from './numbers.ts';
import { fixed, SPACE } from './python-text.ts';
import { capitalize, justify, lower, replace, splitLines, strip, upper } from './text-methods.ts';
import {
  isIterable,
  isTruthy,
  lengthOfValue,
  repr,
  toIterable,
  toList,
  toSoftText,
  toText,
} from './value-operations.ts';
import { type Arguments, Dict, Tuple, typeName, Undefined, type Value } from './values.ts';

type TextFilter = (value: Value, args: Arguments) => Value;

/** Of markup makes markup. */
function softly(text: Str, change: (text: Str) => Str): Str {
  const changed = change(text);
  return isMarkup(text) ? asMarkup(changed) : changed;
}

const onText =
  (name: string, run: (text: Str) => Value): TextFilter =>
  (value, args) => {
    requireNone(name, args);
    return run(toSoftText(value));
  };

/** Text, and nothing that could be made one. */
function mustBeText(value: Value, what: string): Str {
  if (isStr(value)) return value;
  if (value instanceof Undefined) throw value.error();
  throw new TemplateError('AttributeError', `'${typeName(value)}' object has no attribute '${what}'`);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\xa0'],
]);

function stripTags(text: Str): Str {
  const bare = textOf(text)
    .replace(/<!--[^]*?-->/g, '')
    .replace(/<[^>]*>/g, '');
  const words = bare.split(new RegExp(`[${SPACE}]+`)).filter((word) => word !== '');
  const plain = words.join(' ').replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name: string) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const point = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
  return derived(plain, text);
}

const WORD_BEGINNING = new RegExp(`([-${SPACE}({[<]+)`);

/** Words as Jinja sees them, which are not those of `str.title`. */
function title(text: Str): Str {
  const parts: Str[] = [];
  let at = 0;
  for (const piece of textOf(text).split(WORD_BEGINNING)) {
    const end = at + piece.length;
    if (piece !== '') {
      const rest = nextCharacter(piece, 0);
      parts.push(mapText(cut(text, at, at + rest), upper), mapText(cut(text, at + rest, end), lower));
    }
    at = end;
  }
  return concat(parts);
}

function indent(value: Value, args: Arguments): Value {
  const given = new Parameters('indent', args, ['width', 'first', 'blank'], 0);
  const width = given.value('width', 4);
  const prefix: Str = isStr(width) ? width : repeat(' ', given.index('width', 4));
  const text = mustBeText(value, 'splitlines');
  const [head, ...rest] = splitLines(concat([text, '\n']));
  const isBlankToo = isTruthy(given.value('blank', false));
  const parts: Str[] = isTruthy(given.value('first', false)) ? [prefix] : [];
  parts.push(head ?? '');
  for (const line of rest) {
    parts.push('\n');
    if (line !== '' || isBlankToo) parts.push(prefix, line);
  }
  return isMarkup(text) ? asMarkup(concat(parts)) : concat(parts);
}

function truncate(value: Value, args: Arguments): Value {
  const given = new Parameters('truncate', args, ['length', 'killwords', 'end', 'leeway'], 0);
  const length = given.index('length', 255);
  const end = given.text('end', '...');
  const room = length - lengthOf(end);
  const leeway = given.optionalIndex('leeway') ?? 5;
  if (room < 0 || leeway < 0)
    throw new TemplateError('AssertionError', `expected length >= ${lengthOf(end)}, got ${length}`);
  if (lengthOfValue(value) <= length + leeway) return value;
  const text = mustBeText(value, 'rsplit');
  const head = cut(text, 0, unitOf(textOf(text), room));
  const space = isTruthy(given.value('killwords', false)) ? -1 : textOf(head).lastIndexOf(' ');
  return softly(text, () => concat([space < 0 ? head : cut(head, 0, space), isMarkup(text) ? escapeHtml(end) : end]));
}

function wordWrap(value: Value, args: Arguments): Value {
  const names = ['width', 'break_long_words', 'wrapstring', 'break_on_hyphens'];
  const given = new Parameters('wordwrap', args, names, 0);
  const text = mustBeText(value, 'splitlines');
  const width = given.index('width', 79);
  if (width <= 0) throw new TemplateError('ValueError', `invalid width ${width} (must be > 0)`);
  const breaksWords = isTruthy(given.value('break_long_words', true));
  const breaksHyphens = isTruthy(given.value('break_on_hyphens', true));
  const between = given.optionalText('wrapstring') ?? '\n';
  return join(
    between,
    splitLines(text).map((line) => join(between, wrapLine(line, width, breaksWords, breaksHyphens))),
  );
}

const LETTER = '[\\p{L}_]';
const PUNCTUATED = `[\\p{L}\\p{N}_!"'&.,?]`;
const BLANK = '[\\t-\\r ]';
/** White space, dashes between words, and words, which end at hyphens as well. */
const CHUNK = new RegExp(
  `${BLANK}+|(?<=${PUNCTUATED})-{2,}(?=[\\p{L}\\p{N}_])|[^\\t-\\r ]+?(?:` +
    `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${PUNCTUATED}-))(?=${LETTER}-?${LETTER})|(?=${BLANK}|$)|` +
    `(?<=${PUNCTUATED})(?=-{2,}[\\p{L}\\p{N}_]))`,
  'gu',
);
const CHUNK_WITHOUT_HYPHENS = /[\t-\r ]+|[^\t-\r ]+/gu;

/** Where a line may be broken. */
function chunksOf(line: string, breaksHyphens: boolean): string[] {
  return line.match(breaksHyphens ? CHUNK : CHUNK_WITHOUT_HYPHENS) ?? [];
}

/** Where a word that is too long is broken: at a hyphen, or where the line ends. */
function breakOf(word: string, room: number, breaksHyphens: boolean): number {
  const end = unitOf(word, room);
  const hyphen = breaksHyphens ? word.lastIndexOf('-', end - 1) : -1;
  return end > 0 && hyphen > 0 && /[^-]/.test(word.slice(0, hyphen)) ? hyphen + 1 : end;
}

/** `textwrap.wrap` of one line, with tabs and white space as they are. */
function wrapLine(line: Str, width: number, breaksWords: boolean, breaksHyphens: boolean): Str[] {
  const source = textOf(line);
  const chunks: { readonly start: number; readonly end: number }[] = [];
  let at = 0;
  for (const chunk of chunksOf(source, breaksHyphens)) {
    chunks.push({ start: at, end: at + chunk.length });
    at += chunk.length;
  }
  const isBlank = (chunk: { readonly start: number; readonly end: number }): boolean =>
    source.slice(chunk.start, chunk.end).trim() === '';
  const wrapped: Str[] = [];
  chunks.reverse();
  while (chunks.length > 0) {
    const row: { readonly start: number; readonly end: number }[] = [];
    let length = 0;
    const top = chunks.at(-1);
    if (top !== undefined && isBlank(top) && wrapped.length > 0) chunks.pop();
    for (let next = chunks.at(-1); next !== undefined; next = chunks.at(-1)) {
      const size = lengthOf(source.slice(next.start, next.end));
      if (length + size > width) break;
      row.push(next);
      length += size;
      chunks.pop();
    }
    const long = chunks.at(-1);
    if (long !== undefined && lengthOf(source.slice(long.start, long.end)) > width) {
      chunks.pop();
      if (breaksWords) {
        const middle = long.start + breakOf(source.slice(long.start, long.end), width - length, breaksHyphens);
        row.push({ start: long.start, end: middle });
        if (middle < long.end) chunks.push({ start: middle, end: long.end });
      } else if (row.length === 0) {
        row.push(long);
      } else {
        chunks.push(long);
      }
    }
    const end = row.at(-1);
    if (end !== undefined && isBlank(end)) row.pop();
    const first = row[0];
    const final = row.at(-1);
    if (first !== undefined && final !== undefined) wrapped.push(cut(line, first.start, final.end));
  }
  return wrapped;
}

function quoteUrl(value: Value, isQuery = false): Str {
  const text = toText(value);
  const encoded = encodeURIComponent(textOf(text).replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', isQuery ? '%2F' : '/');
  return derived(isQuery ? encoded.replaceAll('%20', '+') : encoded, text);
}

function urlEncode(value: Value): Value {
  if (isStr(value) || !isIterable(value)) return quoteUrl(value);
  const pairs = value instanceof Dict ? [...value.entries()] : [...toIterable(value)].map((pair) => toList(pair));
  const parts = pairs.map(([key = null, item = null]) => concat([quoteUrl(key, true), '=', quoteUrl(item, true)]));
  return join('&', parts);
}

function xmlAttributes(value: Value, args: Arguments): Value {
  const isSpaced = isTruthy(new Parameters('xmlattr', args, ['autospace'], 0).value('autospace', true));
  if (!(value instanceof Dict))
    throw new TemplateError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  const parts: Str[] = [];
  for (const [key, item] of value.entries()) {
    if (item === null || item instanceof Undefined) continue;
    const name = toText(key);
    if (/[\t-\r />=]/.test(textOf(name)))
      throw new TemplateError('ValueError', `Invalid character in attribute name: ${textOf(repr(key))}`);
    parts.push(concat([escapeHtml(name), '="', escapeHtml(toSoftText(item)), '"']));
  }
  const text = join(' ', parts);
  return isSpaced && text !== '' ? concat([' ', text]) : text;
}

function fileSize(value: Value, args: Arguments): Value {
  const isBinary = isTruthy(new Parameters('filesizeformat', args, ['binary'], 0).value('binary', false));
  const bytes = toFloat(value).value;
  const base = isBinary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const prefixes = [...'KMGTPEZY'];
  let unit = base;
  for (const [i, prefix] of prefixes.entries()) {
    unit *= base;
    if (bytes < unit || i === prefixes.length - 1) {
      const name = isBinary ? `${prefix}iB` : `${prefix === 'K' ? 'k' : prefix}B`;
      return `${fixed((base * bytes) / unit, 1)} ${name}`;
    }
  }
  return '';
}

export const TEXT_FILTERS: readonly (readonly [string, TextFilter])[] = [
  ['capitalize', onText('capitalize', (text) => softly(text, capitalize))],
  [
    'center',
    (value, args) =>
      softly(toSoftText(value), (text) =>
        justify(text, 'both', new Parameters('center', args, ['width'], 0).index('width', 80), ' '),
      ),
  ],
  ['e', onText('escape', escapeHtml)],
  ['escape', onText('escape', escapeHtml)],
  ['filesizeformat', fileSize],
  ['forceescape', onText('forceescape', (text) => escapeHtml(bare(text)))],
  [
    'format',
    (value, { positional, named }) => {
      if (positional.length > 0 && named.size > 0) {
        throw new TemplateError(
          'FilterArgumentError',
          "can't handle positional and keyword arguments at the same time",
        );
      }
      return formatPercent(toSoftText(value), named.size > 0 ? Dict.of(named) : new Tuple(positional));
    },
  ],
  ['indent', indent],
  ['lower', onText('lower', (text) => softly(text, (each) => mapText(each, lower)))],
  ['pprint', (value) => repr(value)],
  [
    'replace',
    (value, args) => {
      const given = new Parameters('replace', args, ['old', 'new', 'count'], 2);
      const [old, by] = [toText(given.required('old')), toText(given.required('new'))];
      return replace(toText(value), textOf(old), by, given.optionalIndex('count') ?? -1);
    },
  ],
  ['safe', onText('safe', asMarkup)],
  ['string', onText('string', (text) => text)],
  ['striptags', onText('striptags', stripTags)],
  ['title', onText('title', title)],
  [
    'trim',
    (value, args) => {
      const chars = new Parameters('trim', args, ['chars'], 0).optionalText('chars');
      return softly(toSoftText(value), (text) => strip(text, chars === undefined ? undefined : textOf(chars)));
    },
  ],
  ['truncate', truncate],
  ['upper', onText('upper', (text) => softly(text, (each) => mapText(each, upper)))],
  [
    'urlencode',
    (value, args) => {
      requireNone('urlencode', args);
      return urlEncode(value);
    },
  ],
  ['wordcount', onText('wordcount', (text) => textOf(text).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)],
  ['wordwrap', wordWrap],
  ['xmlattr', xmlAttributes],
];
