// What expressions of a template give: Python's values. Text is `Str`, whole numbers are numbers (bigints where those are not exact),
// and what Python would call a float is marked as one, because `1.0` is not written as `1`.
import { TemplateError, typeError } from './errors.ts';
import { makesInteger } from './limits.ts';
import { concat, isStr, MarkedText, type Str } from './marked-text.ts';

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

  /** @param of how what is in it is written */
  repr(_of: (value: Value) => Str): Str {
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

  override repr(of: (value: Value) => Str): Str {
    const items: Value[] = [];
    for (const item of this.iterate()) items.push(item);
    return concat([`${this.typeName}(`, of(new List(items)), ')']);
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

  override repr(of: (value: Value) => Str): Str {
    return concat(['<Namespace ', of(this.values), '>']);
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

/** A place in a list of this length, counted from its end where negative; undefined where there is none. */
export function indexIn(index: Value, length: number): number | undefined {
  if (!isInteger(index)) return undefined;
  const at = Number(index);
  const fromStart = at < 0 ? at + length : at;
  return fromStart >= 0 && fromStart < length ? fromStart : undefined;
}
