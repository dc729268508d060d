// `'%s' % x` and `'{}'.format(x)`.
import { TemplateError, typeError, valueError } from './errors.ts';
import { makesText } from './limits.ts';
import {
  asMarkup,
  bare,
  concat,
  cut,
  escapeHtml,
  isMarkup,
  isStr,
  lengthOf,
  repeat,
  type Str,
  textOf,
  unitOf,
} from './marked-text.ts';
import { fixed, floatText, signed } from './python-text.ts';
import { numeric, repr, toSoftText, toText } from './value-operations.ts';
import {
  type Arguments,
  Dict,
  Float,
  isInteger,
  isNumber,
  List,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

const PERCENT = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?([^])?/g;

/** `text % value` */
export function formatPercent(text: Str, value: Value): Str {
  return isMarkup(text) ? asMarkup(percent(text, value, escapeHtml)) : percent(text, value, bare);
}

function percent(text: Str, value: Value, written: (text: Str) => Str): Str {
  const source = textOf(text);
  const list = value instanceof Tuple ? value.items : [value];
  let used = 0;
  let isNamed = false;
  const next = (): Value => {
    const item = list[used++];
    if (item === undefined) throw typeError('not enough arguments for format string');
    return item;
  };
  const parts: Str[] = [];
  let end = 0;
  for (const match of source.matchAll(PERCENT)) {
    const [whole, name, flags = '', width = '', precision, kind] = match;
    parts.push(cut(text, end, match.index));
    end = match.index + whole.length;
    if (kind === undefined) throw valueError('incomplete format');
    const wide = width === '*' ? numberOf(next()) : Number(width);
    const precise = precision === '*' ? numberOf(next()) : precision === undefined ? undefined : Number(precision);
    if (kind === '%') {
      parts.push('%');
      continue;
    }
    let item: Value;
    if (name === undefined) {
      item = next();
    } else {
      isNamed = true;
      if (!(value instanceof Dict)) throw typeError('format requires a mapping');
      const named = value.get(name);
      if (named === undefined) throw new TemplateError('KeyError', `'${name}'`);
      item = named;
    }
    parts.push(percentItem(item, flags, Math.abs(wide), precise, kind, wide < 0, written));
  }
  if (used < list.length && !isNamed && !isMappingLike(value))
    throw typeError('not all arguments converted during string formatting');
  parts.push(cut(text, end, source.length));
  return concat(parts);
}

/** What Python takes for a mapping here: all that can be asked for items, but texts and tuples. */
function isMappingLike(value: Value): boolean {
  return value instanceof Dict || value instanceof List || value instanceof Range || value instanceof Undefined;
}

function numberOf(value: Value): number {
  if (!isInteger(value)) throw typeError('* wants int');
  return Number(value);
}

function percentItem(
  value: Value,
  flags: string,
  width: number,
  precision: number | undefined,
  kind: string,
  isNegativeWidth: boolean,
  written: (text: Str) => Str,
): Str {
  const align = flags.includes('-') || isNegativeWidth ? '<' : '>';
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '-';
  const isZeroed = flags.includes('0') && align === '>';
  const spec = { fill: ' ', align, sign, isAlternate: flags.includes('#'), isZeroed, width, grouping: '' } as const;
  switch (kind) {
    case 's':
    case 'r':
    case 'a': {
      const text = written(kind === 's' ? toSoftText(value) : repr(value));
      return pad(precision === undefined ? text : cut(text, 0, unitOf(textOf(text), precision)), {
        ...spec,
        isZeroed: false,
      });
    }
    case 'c':
      return pad(characterOf(value), { ...spec, isZeroed: false });
    case 'd':
    case 'i':
    case 'u':
      if (value instanceof Undefined) throw value.error();
      if (!isNumber(value)) throw typeError(`%${kind} format: a real number is required, not ${typeName(value)}`);
      return padNumber(
        atLeast(BigInt(value instanceof Float ? Math.trunc(value.value) : value).toString(), precision),
        spec,
      );
    case 'x':
    case 'X':
    case 'o': {
      if (!isInteger(value)) throw typeError(`%${kind} format: an integer is required, not ${typeName(value)}`);
      return padNumber(atLeast(based(BigInt(value), kind, spec.isAlternate), precision), spec);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      if (value instanceof Undefined) throw value.error();
      if (!isNumber(value)) throw typeError(`must be real number, not ${typeName(value)}`);
      return padNumber(floatAs(numeric(value), kind, precision ?? 6, spec.isAlternate), spec);
    default:
      throw valueError(`unsupported format character '${kind}'`);
  }
}

function characterOf(value: Value): Str {
  if (isInteger(value)) {
    const point = Number(value);
    if (point < 0 || point > 0x10ffff) throw new TemplateError('OverflowError', '%c arg not in range(0x110000)');
    return String.fromCodePoint(point);
  }
  if (!isStr(value) || lengthOf(value) !== 1) throw typeError('%c requires int or char');
  return value;
}

/** So many digits, with zeros before them. */
function atLeast(number: string, digits: number | undefined): string {
  if (digits === undefined) return number;
  makesText(digits);
  return number.startsWith('-') ? `-${number.slice(1).padStart(digits, '0')}` : number.padStart(digits, '0');
}

interface Spec {
  readonly fill: Str;
  readonly align: string;
  readonly sign: string;
  readonly isAlternate: boolean;
  readonly isZeroed: boolean;
  readonly width: number;
  readonly grouping: string;
}

/** Filled up to the width, in code points. */
function pad(text: Str, { fill, align, width }: Spec): Str {
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  makesText(missing);
  switch (align) {
    case '>':
      return concat([repeat(fill, missing), text]);
    case '^':
      return concat([repeat(fill, Math.floor(missing / 2)), text, repeat(fill, Math.ceil(missing / 2))]);
    default:
      return concat([text, repeat(fill, missing)]);
  }
}

function padNumber(number: string, spec: Spec): Str {
  const isNegative = number.startsWith('-');
  const digits = isNegative ? number.slice(1) : number;
  const sign = isNegative ? '-' : spec.sign === '-' ? '' : spec.sign;
  const [whole = '', rest = ''] = /^(\d*)(.*)$/s.exec(digits)?.slice(1) ?? [];
  if (spec.isZeroed || spec.align === '=') {
    makesText(spec.width);
    const fill = spec.isZeroed ? '0' : textOf(spec.fill);
    let room = spec.width - sign.length - rest.length;
    let grouped = group(whole, spec.grouping);
    if (fill === '0' && spec.grouping !== '') {
      let padded = whole;
      while (group(padded, spec.grouping).length < room) padded = `0${padded}`;
      grouped = group(padded, spec.grouping);
    }
    room -= grouped.length;
    const prefix = /^[xob]/i.test(rest) && whole === '0' ? `0${rest[0]}` : '';
    if (prefix !== '') return sign + prefix + fill.repeat(Math.max(0, room)) + rest.slice(1);
    return sign + fill.repeat(Math.max(0, room)) + grouped + rest;
  }
  return pad(sign + group(whole, spec.grouping) + rest, { ...spec, align: spec.align === '' ? '>' : spec.align });
}

function group(digits: string, mark: string): string {
  return mark === '' ? digits : digits.replace(/\B(?=(\d{3})+$)/g, mark);
}

function based(value: bigint, kind: string, isAlternate: boolean): string {
  const base = { x: 16, X: 16, o: 8, b: 2 }[kind] ?? 10;
  const digits = (value < 0n ? -value : value).toString(base);
  const prefix = isAlternate && base !== 10 ? `0${kind}` : '';
  return (value < 0n ? '-' : '') + prefix + (kind === 'X' ? digits.toUpperCase() : digits);
}

function floatAs(value: number, kind: string, precision: number, isAlternate = false): string {
  makesText(precision);
  const isUpper = kind !== kind.toLowerCase();
  const text = Number.isFinite(value) ? finiteAs(value, kind.toLowerCase(), precision, isAlternate) : floatText(value);
  return isUpper ? text.toUpperCase() : text;
}

function finiteAs(value: number, kind: string, precision: number, isAlternate: boolean): string {
  const minus = Object.is(value, -0) ? '-' : '';
  switch (kind) {
    case 'e': {
      const [digits = '', exponent = '0'] = value.toExponential(Math.min(precision, 100)).split('e');
      return `${minus}${digits}e${signed(Number(exponent))}`;
    }
    case 'g': {
      const significant = Math.max(1, Math.min(precision, 100));
      const [digits = '', exponentText = '0'] = value.toExponential(significant - 1).split('e');
      const exponent = Number(exponentText);
      const trimmed = (text: string): string =>
        isAlternate || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
      if (exponent < -4 || exponent >= significant) return `${minus}${trimmed(digits)}e${signed(exponent)}`;
      return minus + trimmed(fixed(value, significant - 1 - exponent));
    }
    default:
      return minus + fixed(value, precision);
  }
}

const FORMAT_SPEC = /^(?:([^])?([<>=^]))?([-+ ])?(#)?(0)?(\d*)([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

/** `format(value, spec)` */
function formatValue(value: Value, specText: Str): Str {
  const spec = textOf(specText);
  if (spec === '') return toSoftText(value);
  if (value instanceof Undefined) throw typeError('unsupported format string passed to Undefined.__format__');
  const match = FORMAT_SPEC.exec(spec);
  if (match === null) throw valueError('Invalid format specifier');
  const [, fill = ' ', align = '', sign = '-', alternate, zero, width = '', grouping = '', precision, kind] = match;
  const isZeroed = zero !== undefined && align === '';
  const options: Spec = {
    fill: fill === ' ' && zero !== undefined ? '0' : fill,
    align,
    sign,
    isAlternate: alternate !== undefined,
    isZeroed,
    width: Number(width),
    grouping,
  };
  if (isStr(value)) {
    if (kind !== undefined && kind !== 's') throw valueError(`Unknown format code '${kind}' for object of type 'str'`);
    if (grouping !== '') throw valueError(`Cannot specify '${grouping}' with 's'.`);
    if (match[3] !== undefined) throw valueError('Sign not allowed in string format specifier');
    if (alternate !== undefined) throw valueError('Alternate form (#) not allowed in string format specifier');
    if (align === '=') throw valueError("'=' alignment not allowed in string format specifier");
    const text = precision === undefined ? value : cut(value, 0, unitOf(textOf(value), Number(precision)));
    return pad(text, options);
  }
  if (!isNumber(value)) {
    throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
  }
  return padNumber(numberAs(value, kind, precision === undefined ? undefined : Number(precision), options), options);
}

function numberAs(
  value: number | bigint | boolean | Float,
  kind: string | undefined,
  precision: number | undefined,
  { isAlternate }: Spec,
): string {
  if (kind === '%') return `${floatAs(numeric(value) * 100, 'f', precision ?? 6)}%`;
  if (kind !== undefined && (/[efgEFG]/.test(kind) || (kind === 'n' && value instanceof Float)))
    return floatAs(numeric(value), kind === 'n' ? 'g' : kind, precision ?? 6, isAlternate);
  if (value instanceof Float) {
    if (kind !== undefined) throw valueError(`Unknown format code '${kind}' for object of type 'float'`);
    if (precision === undefined) return floatText(value.value);
    const text = floatAs(value.value, 'g', precision);
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  if (precision !== undefined) throw valueError('Precision not allowed in integer format specifier');
  switch (kind) {
    case undefined:
    case 'd':
    case 'n':
      return BigInt(value).toString();
    case 'x':
    case 'X':
    case 'o':
    case 'b':
      return based(BigInt(value), kind, isAlternate);
    case 'c':
      return textOf(characterOf(value));
    default:
      throw valueError(`Unknown format code '${kind}' for object of type 'int'`);
  }
}

/** How a field's `.name` and `[key]` are looked up. */
export interface FieldLookup {
  readonly attribute: (value: Value, name: string) => Value;
  readonly item: (value: Value, key: Value) => Value;
}

/** `text.format(…)`, or with one mapping in place of named arguments `text.format_map(…)`. */
export function formatBraces(text: Str, args: Arguments, lookup: FieldLookup): Str {
  return isMarkup(text) ? asMarkup(braces(text, args, lookup, escapeHtml)) : braces(text, args, lookup, bare);
}

function braces(text: Str, args: Arguments, lookup: FieldLookup, written: (text: Str) => Str): Str {
  const source = textOf(text);
  const parts: Str[] = [];
  let automatic = 0;
  let at = 0;
  const counted = { next: () => automatic++ };
  while (at < source.length) {
    const found = source.slice(at).search(/[{}]/);
    if (found < 0) break;
    const brace = at + found;
    parts.push(cut(text, at, brace));
    if (source[brace] === source[brace + 1]) {
      parts.push(cut(text, brace, brace + 1));
      at = brace + 2;
      continue;
    }
    if (source[brace] === '}') throw valueError("Single '}' encountered in format string");
    const end = closingBrace(source, brace);
    parts.push(written(formatField(cut(text, brace + 1, end), args, lookup, 2, counted)));
    at = end + 1;
  }
  parts.push(cut(text, at, source.length));
  return concat(parts);
}

function closingBrace(source: string, open: number): number {
  let depth = 0;
  for (let i = open; i < source.length; i++) {
    if (source[i] === '{') depth++;
    else if (source[i] === '}' && --depth === 0) return i;
  }
  throw valueError("expected '}' before end of string");
}

function formatField(
  field: Str,
  args: Arguments,
  lookup: FieldLookup,
  depth: number,
  counted: { readonly next: () => number },
): Str {
  const source = textOf(field);
  const match = /^([^!:[]*(?:\[[^\]]*\][^!:[]*)*)(?:!([^:]*))?(?::([^]*))?$/.exec(source);
  if (match === null) throw valueError("expected ':' after conversion specifier");
  const [, path = '', conversion, spec] = match;
  const value = fieldValue(path, args, lookup, counted);
  const converted = convert(value, conversion);
  if (spec === undefined) return toSoftText(converted);
  const specText = cut(field, source.length - spec.length, source.length);
  const inner = spec.includes('{') ? formatNested(specText, args, lookup, depth - 1, counted) : specText;
  return formatValue(converted, inner);
}

/** Fields in a field's specification. */
function formatNested(
  text: Str,
  args: Arguments,
  lookup: FieldLookup,
  depth: number,
  counted: { readonly next: () => number },
): Str {
  if (depth === 0) throw valueError('Max string recursion exceeded');
  const source = textOf(text);
  const parts: Str[] = [];
  let end = 0;
  for (const match of source.matchAll(/\{([^{}]*)\}/g)) {
    parts.push(cut(text, end, match.index));
    end = match.index + match[0].length;
    parts.push(formatField(cut(text, match.index + 1, end - 1), args, lookup, depth, counted));
  }
  return concat([...parts, cut(text, end, source.length)]);
}

function convert(value: Value, conversion: string | undefined): Value {
  switch (conversion) {
    case undefined:
      return value;
    case 's':
      return toText(value);
    case 'r':
    case 'a':
      return repr(value);
    default:
      throw valueError(`Unknown conversion specifier '${conversion}'`);
  }
}

function fieldValue(
  path: string,
  { positional, named }: Arguments,
  lookup: FieldLookup,
  counted: { readonly next: () => number },
): Value {
  const first = /^[^.[]*/.exec(path)?.[0] ?? '';
  const index = first === '' ? counted.next() : /^\d+$/.test(first) ? Number(first) : undefined;
  let value = index === undefined ? named.get(first) : positional[index];
  if (value === undefined) {
    throw index === undefined
      ? new TemplateError('KeyError', `'${first}'`)
      : new TemplateError('IndexError', `Replacement index ${index} out of range for positional args tuple`);
  }
  for (const [, name, key] of path.slice(first.length).matchAll(/\.([^.[]*)|\[([^\]]*)\]/g)) {
    if (name !== undefined) value = lookup.attribute(value, name);
    else value = lookup.item(value, /^\d+$/.test(key ?? '') ? Number(key) : (key ?? ''));
  }
  return value;
}
