// What expressions of a template give: Python's values. Text is `Str`, whole numbers are numbers (bigints where those are not exact),
// and what Python would call a float is marked as one, because `1.0` is not written as `1`.
import { TemplateError, typeError } from './errors.ts';
import { MAX_LIST_LENGTH, TemplateLimitError, makesInteger, makesList, spend } from './limits.ts';
import {
  bare,
  characters,
  concat,
  isMarkup,
  isStr,
  lengthOf,
  MarkedText,
  mapText,
  type Str,
  textOf,
} from './marked-text.ts';
import { compareText, floatText, quoteOf, quoteText } from './python-text.ts';

export type Value = null | boolean | number | bigint | Str | Float | Undefined | List | Tuple | Dict | PythonObject;

export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What a name stands for that nothing was given to: prints as nothing, and fails where it is used. */
export class Undefined {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }

  error(): TemplateError {
    return new TemplateError('UndefinedError', this.why);
  }
}

export class List {
  readonly items: Value[];

  constructor(items: Value[]) {
    this.items = items;
  }
}

export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

type Key = null | string | number | bigint | symbol | object;

export class Dict {
  readonly #entries = new Map<Key, readonly [Value, Value]>();

  static of(entries: Iterable<readonly [Value, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }

  get size(): number {
    return this.#entries.size;
  }

  set(key: Value, value: Value): void {
    const hash = keyOf(key);
    // The key that was there first stays.
    this.#entries.set(hash, [this.#entries.get(hash)?.[0] ?? key, value]);
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(keyOf(key))?.[1];
  }

  /** By a text that is known to be one. */
  named(name: string): Value | undefined {
    return this.#entries.get(name)?.[1];
  }

  has(key: Value): boolean {
    return this.#entries.has(keyOf(key));
  }

  entries(): Iterable<readonly [Value, Value]> {
    return this.#entries.values();
  }

  *keys(): Generator<Value, void, undefined> {
    for (const [key] of this.#entries.values()) yield key;
  }

  *values(): Generator<Value, void, undefined> {
    for (const [, value] of this.#entries.values()) yield value;
  }
}

const UNDEFINED_KEY = Symbol('undefined');

/** Equal for what Python takes for the same key. */
export function keyOf(value: Value): Key {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof MarkedText) return value.text;
  if (value instanceof Float) return Number.isInteger(value.value) ? integer(BigInt(value.value)) : value.value;
  if (value instanceof Undefined) return UNDEFINED_KEY;
  if (value instanceof Tuple) {
    return `\0(${value.items
      .map((item) => {
        const key = keyOf(item);
        return typeof key === 'object' ? typeName(item) : `${typeof key}:${String(key).length}:${String(key)}`;
      })
      .join()})`;
  }
  if (value instanceof List || value instanceof Dict) throw typeError(`unhashable type: '${typeName(value)}'`);
  return value;
}

/** What has a type of its own in Python: a loop, a macro, a generator … */
export abstract class PythonObject {
  abstract readonly typeName: string;

  /** @returns undefined where it has none of this name */
  attribute(_name: string): Value | undefined {
    return undefined;
  }

  item(_index: Value): Value | undefined {
    return undefined;
  }

  iterate(): Iterator<Value, void, undefined> {
    throw typeError(`'${this.typeName}' object is not iterable`);
  }

  get length(): number {
    throw typeError(`object of type '${this.typeName}' has no len()`);
  }

  get isTruthy(): boolean {
    return true;
  }

  get isIterable(): boolean {
    return false;
  }

  repr(): Str {
    return `<${this.typeName} object>`;
  }
}

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export const NO_ARGUMENTS: Arguments = { positional: [], named: new Map() };

export abstract class Callable extends PythonObject {
  abstract call(args: Arguments): Value;
}

export class NativeFunction extends Callable {
  readonly typeName = 'function';
  readonly name: string;
  readonly #run: (args: Arguments) => Value;

  constructor(name: string, run: (args: Arguments) => Value) {
    super();
    this.name = name;
    this.#run = run;
  }

  override call(args: Arguments): Value {
    return this.#run(args);
  }

  override repr(): Str {
    return `<function ${this.name}>`;
  }
}

export class Range extends PythonObject {
  readonly typeName = 'range';
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly #length: number;

  constructor(start: number, stop: number, step: number) {
    super();
    [this.start, this.stop, this.step] = [start, stop, step];
    this.#length = Math.max(0, Math.ceil((stop - start) / step));
  }

  override get length(): number {
    return this.#length;
  }

  override get isTruthy(): boolean {
    return this.length > 0;
  }

  override get isIterable(): boolean {
    return true;
  }

  at(index: number): number {
    return this.start + index * this.step;
  }

  override *iterate(): Generator<Value, void, undefined> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  override item(index: Value): Value | undefined {
    const at = indexIn(index, this.length);
    return at === undefined ? undefined : this.at(at);
  }

  override attribute(name: string): Value | undefined {
    return name === 'start' || name === 'stop' || name === 'step' ? this[name] : undefined;
  }

  override repr(): Str {
    return this.step === 1 ? `range(${this.start}, ${this.stop})` : `range(${this.start}, ${this.stop}, ${this.step})`;
  }
}

/** Gives its items once: what filters such as `map` and `select` return. */
export class Once extends PythonObject {
  readonly typeName: string;
  readonly #items: Iterator<Value, void, undefined>;

  constructor(items: Iterator<Value, void, undefined>, typeName = 'generator') {
    super();
    this.#items = items;
    this.typeName = typeName;
  }

  override iterate(): Iterator<Value, void, undefined> {
    return this.#items;
  }

  override get isIterable(): boolean {
    return true;
  }
}

/** `dict.keys()`, `.values()` and `.items()`. */
export class DictView extends PythonObject {
  readonly typeName: string;
  readonly kind: 'keys' | 'values' | 'items';
  readonly dict: Dict;

  constructor(dict: Dict, kind: 'keys' | 'values' | 'items') {
    super();
    [this.dict, this.kind, this.typeName] = [dict, kind, `dict_${kind}`];
  }

  override get length(): number {
    return this.dict.size;
  }

  override get isTruthy(): boolean {
    return this.length > 0;
  }

  override get isIterable(): boolean {
    return true;
  }

  override *iterate(): Generator<Value, void, undefined> {
    for (const [key, value] of this.dict.entries())
      yield this.kind === 'keys' ? key : this.kind === 'values' ? value : new Tuple([key, value]);
  }

  override repr(): Str {
    return concat([`${this.typeName}(`, repr(new List([...toIterable(this)])), ')']);
  }
}

/** `namespace(…)`: the only thing whose attributes a template can set. */
export class Namespace extends PythonObject {
  readonly typeName = 'Namespace';
  readonly values: Dict;

  constructor(values: Dict) {
    super();
    this.values = values;
  }

  override attribute(name: string): Value | undefined {
    return this.values.named(name);
  }

  override repr(): Str {
    return concat(['<Namespace ', repr(this.values), '>']);
  }
}

export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (isStr(value)) return 'str';
  if (value instanceof Float) return 'float';
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof List) return 'list';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Dict) return 'dict';
  return value.typeName;
}

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

/** A whole number, as a number where that is exact. */
export function integer(value: bigint): number | bigint {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  if (value > 1n << 64n || value < -(1n << 64n)) makesInteger(value.toString(16).length * 4);
  return value;
}

export function isInteger(value: Value): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

export function isNumber(value: Value): value is number | bigint | boolean | Float {
  return isInteger(value) || value instanceof Float;
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

/** A place in a list of this length, counted from its end where negative; undefined where there is none. */
export function indexIn(index: Value, length: number): number | undefined {
  if (!isInteger(index)) return undefined;
  const at = Number(index);
  const fromStart = at < 0 ? at + length : at;
  return fromStart >= 0 && fromStart < length ? fromStart : undefined;
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
  return value.repr();
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
