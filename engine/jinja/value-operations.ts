// What Python does with values of every kind: truth, text, order, equality, length and iteration.
import { typeError } from './errors.ts';
import { makesList, MAX_LIST_LENGTH, spend, TemplateLimitError } from './limits.ts';
import {
  bare,
  characters,
  concat,
  isMarkup,
  isStr,
  lengthOf,
  mapText,
  MarkedText,
  type Str,
  textOf,
} from './marked-text.ts';
import { compareText, floatText, quoteOf, quoteText } from './python-text.ts';
import {
  Dict,
  DictView,
  Float,
  isInteger,
  isNumber,
  List,
  PythonObject,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

export function isTruthy(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return true;
  if (value === null || value instanceof Undefined) return false;
  if (value instanceof MarkedText) return value.text !== '';
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict) return value.size > 0;
  return value.isTruthy;
}

/** What there is, or else something else; None is something. */
export function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}

/** As a JavaScript number, which may be less exact. */
export function numeric(value: number | bigint | boolean | Float): number {
  return value instanceof Float ? value.value : Number(value);
}

/** A whole number that counts or points at something. */
export function indexOf(value: Value): number {
  if (isInteger(value)) return Number(value);
  if (value instanceof Undefined) throw value.error();
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** `str(value)` */
export function toText(value: Value): Str {
  if (isStr(value)) return bare(value);
  if (value instanceof Undefined) return '';
  return repr(value);
}

/** The same, but markup stays markup. */
export function toSoftText(value: Value): Str {
  return isStr(value) ? value : toText(value);
}

/** `repr(value)` */
export function repr(value: Value): Str {
  spend(8);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (isStr(value)) {
    const text = textOf(value);
    const quote = quoteOf(text);
    const quoted = concat([quote, mapText(value, quoteText(text)), quote]);
    return isMarkup(value) ? concat(['Markup(', quoted, ')']) : quoted;
  }
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof List) return concat(['[', ...reprAll(value.items), ']']);
  if (value instanceof Tuple) return concat(['(', ...reprAll(value.items), value.items.length === 1 ? ',)' : ')']);
  if (value instanceof Dict) {
    const parts: Str[] = ['{'];
    for (const [key, item] of value.entries()) {
      if (parts.length > 1) parts.push(', ');
      parts.push(repr(key), ': ', repr(item));
    }
    return concat([...parts, '}']);
  }
  return value.repr(repr);
}

function reprAll(items: readonly Value[]): Str[] {
  return items.flatMap((item, i) => (i === 0 ? [repr(item)] : [', ', repr(item)]));
}

/** `a == b` */
export function areEqual(a: Value, b: Value): boolean {
  spend();
  if (a === b) return true;
  if (isStr(a)) return isStr(b) && textOf(a) === textOf(b);
  if (isNumber(a)) return isNumber(b) && compareNumbers(a, b) === 0;
  if (a instanceof List) return b instanceof List && areAllEqual(a.items, b.items);
  if (a instanceof Tuple) return b instanceof Tuple && areAllEqual(a.items, b.items);
  if (a instanceof Undefined) return b instanceof Undefined;
  if (a instanceof Range && b instanceof Range) {
    if (a.length !== b.length) return false;
    return a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step));
  }
  if (!(a instanceof Dict && b instanceof Dict) || a.size !== b.size) return false;
  for (const [key, value] of a.entries()) {
    const other = b.get(key);
    if (other === undefined || !areEqual(value, other)) return false;
  }
  return true;
}

function areAllEqual(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, i) => areEqual(item, b[i] as Value));
}

/** Negative, zero or positive; NaN with one that is none. */
function compareNumbers(a: number | bigint | boolean | Float, b: number | bigint | boolean | Float): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [typeof a === 'bigint' ? a : numeric(a), typeof b === 'bigint' ? b : numeric(b)];
  if (left < right) return -1;
  if (left > right) return 1;
  // A bigint and a number may be equal; neither is smaller where one is NaN.
  return typeof left === typeof right
    ? left === right
      ? 0
      : NaN
    : Number.isNaN(Number(left) + Number(right))
      ? NaN
      : 0;
}

export type Comparison = '<' | '<=' | '>' | '>=';

/** `a < b` and so on */
export function compare(a: Value, operator: Comparison, b: Value): boolean {
  const order = orderOf(a, b, operator);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return operator satisfies never;
  }
}

export function orderOf(a: Value, b: Value, operator: Comparison = '<'): number {
  spend();
  if (isStr(a) && isStr(b)) return compareText(textOf(a), textOf(b));
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    for (const [i, item] of a.items.entries()) {
      const other = b.items[i];
      if (other === undefined) return 1;
      if (!areEqual(item, other)) return orderOf(item, other, operator);
    }
    return a.items.length - b.items.length;
  }
  for (const side of [a, b]) if (side instanceof Undefined) throw side.error();
  throw typeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** `len(value)` */
export function lengthOfValue(value: Value): number {
  if (isStr(value)) return lengthOf(value);
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Dict) return value.size;
  if (value instanceof Undefined) return 0;
  if (value instanceof PythonObject) return value.length;
  throw typeError(`object of type '${typeName(value)}' has no len()`);
}

export function isIterable(value: Value): boolean {
  return (
    isStr(value) ||
    value instanceof List ||
    value instanceof Tuple ||
    value instanceof Dict ||
    value instanceof Undefined ||
    (value instanceof PythonObject && value.isIterable)
  );
}

/** `iter(value)` */
export function iterate(value: Value): Iterator<Value, void, undefined> {
  if (value instanceof List || value instanceof Tuple) return value.items.values();
  if (isStr(value)) return characters(value);
  if (value instanceof Dict) return value.keys();
  if (value instanceof Undefined) return [].values();
  if (value instanceof PythonObject) return value.iterate();
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

export function* toIterable(value: Value): Generator<Value, void, undefined> {
  const items = iterate(value);
  for (let next = items.next(); next.done !== true; next = items.next()) {
    spend();
    yield next.value;
  }
}

/** `list(value)` */
export function toList(value: Value): Value[] {
  if (value instanceof List || value instanceof Tuple) {
    makesList(value.items.length);
    return [...value.items];
  }
  const items: Value[] = [];
  for (const item of toIterable(value)) {
    if (items.push(item) > MAX_LIST_LENGTH) throw new TemplateLimitError('makes a list that is too long');
  }
  makesList(items.length);
  return items;
}

/** `item in value` */
export function contains(value: Value, item: Value): boolean {
  if (isStr(value)) {
    if (!isStr(item)) {
      throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    spend(textOf(value).length / 1024);
    return textOf(value).includes(textOf(item));
  }
  if (value instanceof Dict) return value.has(item);
  if (value instanceof DictView && value.kind === 'keys') return value.dict.has(item);
  if (!isIterable(value)) throw typeError(`argument of type '${typeName(value)}' is not iterable`);
  for (const each of toIterable(value)) if (areEqual(each, item)) return true;
  return false;
}
