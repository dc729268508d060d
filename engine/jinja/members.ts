// `value.name`, `value[key]` and `value[from:to:step]`: attributes first or items first, as Jinja has it, without those that its
// sandbox keeps from templates.
import { Parameters, requireNone } from './arguments.ts';
import { TemplateError, typeError, valueError } from './errors.ts';
import type { FieldLookup } from './format.ts';
import { makesList, spend } from './limits.ts';
import {
  asMarkup,
  characters,
  concat,
  cut,
  escapeHtml,
  isMarkup,
  isStr,
  lengthOf,
  MarkedText,
  type Str,
  textOf,
  unitOf,
} from './marked-text.ts';
import { type TextMethod, textMethod } from './text-methods.ts';
import { areEqual, indexOf, orElse, repr, toList } from './value-operations.ts';
import {
  type Arguments,
  Callable,
  Dict,
  DictView,
  Float,
  indexIn,
  isInteger,
  List,
  NativeFunction,
  PythonObject,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

/** `value.name` */
export function attributeOf(value: Value, name: string): Value {
  if (value instanceof Undefined) throw value.error();
  return orElse(ownAttribute(value, name), () => orElse(itemOf(value, name), () => missing(value, name)));
}

/** `value[key]` */
export function subscript(value: Value, key: Value): Value {
  if (value instanceof Undefined) throw value.error();
  const item = itemOf(value, key);
  if (item !== undefined) return item;
  const attribute = isStr(key) ? ownAttribute(value, textOf(key)) : undefined;
  return orElse(attribute, () => missing(value, key));
}

/** What `str.format` looks up in its fields. */
export const FIELD_LOOKUP: FieldLookup = {
  attribute: attributeOf,
  item: (value, key) => {
    const item = itemOf(value, key);
    if (item !== undefined) return item;
    if (value instanceof Dict) throw new TemplateError('KeyError', textOf(repr(key)));
    return subscript(value, key);
  },
};

function missing(value: Value, key: Value): Undefined {
  const owner = describe(value);
  return new Undefined(
    isStr(key) ? `'${owner}' has no attribute '${textOf(key)}'` : `${owner} has no element ${textOf(repr(key))}`,
  );
}

function describe(value: Value): string {
  return value === null ? 'None' : `${typeName(value)} object`;
}

function itemOf(value: Value, key: Value): Value | undefined {
  if (value instanceof Dict) {
    if (key instanceof List || key instanceof Dict) return undefined;
    return value.get(key);
  }
  if (value instanceof List || value instanceof Tuple) {
    const at = indexIn(key, value.items.length);
    return at === undefined ? undefined : value.items[at];
  }
  if (isStr(value)) {
    const character = isInteger(key) ? characterAt(value, Number(key)) : undefined;
    return character !== undefined && isMarkup(value) ? asMarkup(character) : character;
  }
  return value instanceof PythonObject ? value.item(key) : undefined;
}

function characterAt(value: Str, index: number): Str | undefined {
  const text = textOf(value);
  const fromStart = index < 0 ? index + lengthOf(value) : index;
  if (fromStart < 0) return undefined;
  const at = unitOf(text, fromStart);
  if (at >= text.length) return undefined;
  return cut(value, at, unitOf(text, fromStart + 1));
}

const UNSAFE: ReadonlySet<string> = new Set([
  ...['clear', 'pop', 'popitem', 'setdefault', 'update'],
  ...['append', 'reverse', 'insert', 'sort', 'extend', 'remove'],
]);

function ownAttribute(value: Value, name: string): Value | undefined {
  if (value instanceof PythonObject) return value.attribute(name);
  if (name.startsWith('_')) return undefined;
  if (isStr(value)) {
    const method = textMethod(name);
    if (method === undefined) return undefined;
    if (isMarkup(value)) return new NativeFunction(name, (args) => markupMethod(value, name, method, args));
    return new NativeFunction(name, (args) => method(value, args, FIELD_LOOKUP));
  }
  if (value instanceof Dict || value instanceof List) {
    const method = value instanceof Dict ? dictMethod(value, name) : listMethod(value, name);
    if (method !== undefined) return new NativeFunction(name, method);
    const isUnsafe = UNSAFE.has(name) && (value instanceof List ? LIST_ONLY.has(name) : DICT_ONLY.has(name));
    return isUnsafe
      ? new UnsafeMethod(`access to attribute '${name}' of '${typeName(value)}' object is unsafe.`)
      : undefined;
  }
  if (value instanceof Tuple) {
    const method = tupleMethod(value.items, name);
    return method && new NativeFunction(name, method);
  }
  if (value instanceof Float && name === 'is_integer') {
    return new NativeFunction(name, () => Number.isInteger(value.value));
  }
  if (isInteger(value) && name === 'bit_length') {
    return new NativeFunction(name, () =>
      Number(value) === 0 ? 0 : BigInt(value).toString(2).replace('-', '').length,
    );
  }
  return undefined;
}

/** Methods of markup escape what they add, and give markup. */
function markupMethod(self: Str, name: string, method: TextMethod, args: Arguments): Value {
  const escaped = (value: Value): Value => (isStr(value) ? escapeHtml(value) : value);
  const added = (value: Value, i: number): Value => {
    if (name === 'join') return new List(toList(value).map(escaped));
    return i === 1 && (name === 'replace' || name === 'center' || name === 'ljust' || name === 'rjust')
      ? escaped(value)
      : value;
  };
  const result = method(self, { ...args, positional: args.positional.map(added) }, FIELD_LOOKUP);
  const marked = (value: Value): Value => (isStr(value) ? asMarkup(value) : value);
  if (result instanceof List) return new List(result.items.map(marked));
  return result instanceof Tuple ? new Tuple(result.items.map(marked)) : marked(result);
}

const DICT_ONLY: ReadonlySet<string> = new Set(['clear', 'pop', 'popitem', 'setdefault', 'update']);
const LIST_ONLY: ReadonlySet<string> = new Set([
  ...['append', 'clear', 'pop', 'reverse', 'insert', 'sort', 'extend', 'remove'],
]);

/** What the sandbox keeps from templates: undefined, with an error of its own. */
class UnsafeMethod extends Undefined {
  override error(): TemplateError {
    return new TemplateError('SecurityError', this.why);
  }
}

type NativeMethod = (args: Arguments) => Value;

function dictMethod(dict: Dict, name: string): NativeMethod | undefined {
  switch (name) {
    case 'keys':
    case 'values':
    case 'items':
      return (args) => {
        requireNone(name, args);
        return new DictView(dict, name);
      };
    case 'get':
      return (args) => {
        const given = new Parameters('get', args, ['key', 'default'], 1);
        return orElse(dict.get(given.required('key')), () => given.value('default', null));
      };
    case 'copy':
      return () => Dict.of(dict.entries());
    default:
      return undefined;
  }
}

function listMethod(list: List, name: string): NativeMethod | undefined {
  if (name === 'copy') return () => new List([...list.items]);
  return tupleMethod(list.items, name);
}

function tupleMethod(items: readonly Value[], name: string): NativeMethod | undefined {
  switch (name) {
    case 'count':
      return (args) => {
        const wanted = new Parameters('count', args, ['value'], 1).required('value');
        return items.filter((item) => areEqual(item, wanted)).length;
      };
    case 'index':
      return (args) => {
        const given = new Parameters('index', args, ['value', 'start', 'stop'], 1);
        const start = given.index('start', 0);
        const stop = given.index('stop', items.length);
        const at = items.findIndex(
          (item, i) =>
            i >= (start < 0 ? start + items.length : start) &&
            i < (stop < 0 ? stop + items.length : stop) &&
            areEqual(item, given.required('value')),
        );
        if (at < 0) throw valueError(`${textOf(repr(given.required('value')))} is not in list`);
        return at;
      };
    default:
      return undefined;
  }
}

/** `value[from:to:step]`; undefined parts are not given. */
export function slice(value: Value, from: Value, to: Value, step: Value): Value {
  if (value instanceof Undefined) throw value.error();
  const stride = bound(step) ?? 1;
  if (stride === 0) throw valueError('slice step cannot be zero');
  if (isStr(value)) {
    const part = sliceText(value, bound(from), bound(to), stride);
    return isMarkup(value) ? asMarkup(part) : part;
  }
  if (value instanceof Range) {
    const [start, stop] = limits(value.length, bound(from), bound(to), stride);
    return new Range(value.at(start), value.at(stop), value.step * stride);
  }
  if (value instanceof List || value instanceof Tuple) {
    const [start, stop] = limits(value.items.length, bound(from), bound(to), stride);
    const items =
      stride === 1 ? value.items.slice(start, Math.max(start, stop)) : picked(value.items, start, stop, stride);
    makesList(items.length);
    return value instanceof List ? new List(items) : new Tuple(items);
  }
  if (value instanceof Dict) throw typeError("unhashable type: 'slice'");
  throw typeError(`'${typeName(value)}' object is not subscriptable`);
}

function bound(value: Value): number | undefined {
  if (value === null) return undefined;
  if (!isInteger(value) && !(value instanceof Undefined)) {
    throw typeError('slice indices must be integers or None or have an __index__ method');
  }
  return indexOf(value);
}

/** As `slice.indices` of Python. */
function limits(
  length: number,
  from: number | undefined,
  to: number | undefined,
  step: number,
): readonly [number, number] {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const within = (at: number): number => Math.max(low, Math.min(high, at < 0 ? at + length : at));
  return [
    from === undefined ? (step > 0 ? low : high) : within(from),
    to === undefined ? (step > 0 ? high : low) : within(to),
  ];
}

function picked<T>(items: readonly T[], start: number, stop: number, step: number): T[] {
  const all: T[] = [];
  for (let i = start; step > 0 ? i < stop : i > stop; i += step) all.push(items[i] as T);
  return all;
}

function sliceText(value: Str, from: number | undefined, to: number | undefined, step: number): Str {
  const text = textOf(value);
  const length = lengthOf(value);
  const [start, stop] = limits(length, from, to, step);
  if (step === 1) return stop <= start ? '' : cut(value, unitOf(text, start), unitOf(text, stop));
  spend(length / 16);
  if (typeof value === 'string') return picked([...value], start, stop, step).join('');
  if (isAllData(value)) {
    const chosen = picked([...text], start, stop, step).join('');
    return chosen === '' ? '' : new MarkedText(chosen, [0, chosen.length]);
  }
  return concat(picked([...characters(value)], start, stop, step));
}

function isAllData({ text, data }: MarkedText): boolean {
  return data[0] === 0 && data[1] === text.length;
}

/** @throws TypeError for what cannot be called */
export function call(value: Value, args: Arguments): Value {
  spend();
  if (value instanceof Callable) return value.call(args);
  if (value instanceof Undefined) throw value.error();
  throw typeError(`'${typeName(value)}' object is not callable`);
}
