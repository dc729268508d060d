// `value | filter`: those of Jinja. What handles single texts is in `text-filters.ts`.
import { Parameters, requireNone } from './arguments.ts';
import { TemplateError, typeError } from './errors.ts';
import { toJson } from './json.ts';
import { makesList, spend } from './limits.ts';
import { isStr, join, mapText, repeat, type Str, textOf } from './marked-text.ts';
import { attributeOf, slice, subscript } from './members.ts';
import { round, toFloat, toInteger } from './numbers.ts';
import { calculate, negate } from './operators.ts';
import { runTest } from './tests.ts';
import { TEXT_FILTERS } from './text-filters.ts';
import { lower } from './text-methods.ts';
import {
  areEqual,
  isTruthy,
  iterate,
  lengthOfValue,
  numeric,
  orElse,
  orderOf,
  toIterable,
  toList,
  toText,
} from './value-operations.ts';
import {
  type Arguments,
  Dict,
  Float,
  isInteger,
  isNumber,
  keyOf,
  List,
  Once,
  PythonObject,
  Range,
  DictView,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

export type Filter = (value: Value, args: Arguments) => Value;

/** @throws TemplateError where there is no such filter */
export function runFilter(name: string, value: Value, args: Arguments): Value {
  spend();
  const filter = FILTERS.get(name);
  if (filter === undefined) throw new TemplateError('TemplateRuntimeError', `No filter named '${name}'.`);
  return filter(value, args);
}

const argumentError = (message: string): TemplateError => new TemplateError('FilterArgumentError', message);

/** `a.b.0` as the steps to take from an item to its value. */
function pathOf(attribute: Value): Value[] {
  if (attribute === null) return [];
  if (!isStr(attribute)) return [attribute];
  return textOf(attribute)
    .split('.')
    .map((part) => (/^\p{Nd}+$/u.test(part) ? Number(part) : part));
}

interface GetterOptions {
  /** Upper and lower case count as the same. */
  readonly ignoresCase?: boolean;
  readonly missing?: Value | undefined;
}

function getter(attribute: Value, { ignoresCase = false, missing = null }: GetterOptions): (item: Value) => Value {
  const path = pathOf(attribute);
  return (item) => {
    let value = item;
    for (const part of path) {
      value = subscript(value, part);
      if (missing !== null && value instanceof Undefined) value = missing;
    }
    return ignoresCase ? withoutCase(value) : value;
  };
}

function withoutCase(value: Value): Value {
  return isStr(value) ? mapText(value, lower) : value;
}

/** By several attributes, with commas between them. */
function sortKey(attribute: Value, options: GetterOptions): (item: Value) => List {
  const attributes = isStr(attribute) ? textOf(attribute).split(',') : [attribute];
  const getters = attributes.map((each) => getter(each, options));
  return (item) => new List(getters.map((get) => get(item)));
}

/** `sorted(items, key=key, reverse=…)`, which keeps the order of equals both ways. */
function sorted(items: readonly Value[], key: (item: Value) => Value, isReversed: boolean): Value[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  const sign = isReversed ? -1 : 1;
  return keyed.sort((a, b) => sign * (orderOf(a.key, b.key) || 0)).map(({ item }) => item);
}

const flag = (args: Parameters, name: string): boolean => isTruthy(args.value(name, false));

const alone =
  (name: string, run: (value: Value) => Value): Filter =>
  (value, args) => {
    requireNone(name, args);
    return run(value);
  };

function* batches(value: Value, size: number, fill: Value): Generator<Value, void, undefined> {
  let batch: Value[] = [];
  for (const item of toIterable(value)) {
    if (batch.length === size) {
      yield new List(batch);
      batch = [];
    }
    batch.push(item);
  }
  if (batch.length === 0) return;
  if (fill !== null && batch.length < size) {
    makesList(size);
    while (batch.length < size) batch.push(fill);
  }
  yield new List(batch);
}

function* slices(value: Value, count: number, fill: Value): Generator<Value, void, undefined> {
  const items = toList(value);
  if (count === 0) throw new TemplateError('ZeroDivisionError', 'integer division or modulo by zero');
  const each = Math.floor(items.length / count);
  const longer = items.length - each * count;
  let start = 0;
  for (let i = 0; i < count; i++) {
    spend();
    const end = start + each + (i < longer ? 1 : 0);
    const part = items.slice(start, end);
    if (fill !== null && i >= longer) part.push(fill);
    start = end;
    yield new List(part);
  }
}

function minOrMax(name: string, sign: number): Filter {
  return (value, args) => {
    const given = new Parameters(name, args, ['case_sensitive', 'attribute'], 0);
    const key = getter(given.value('attribute', null), { ignoresCase: !flag(given, 'case_sensitive') });
    let best: { readonly item: Value; readonly key: Value } | undefined;
    for (const item of toIterable(value)) {
      const each = { item, key: key(item) };
      if (best === undefined || sign * orderOf(each.key, best.key, sign < 0 ? '>' : '<') < 0) best = each;
    }
    return best === undefined ? new Undefined('No aggregated item, sequence was empty.') : best.item;
  };
}

function* itemsOf(value: Value): Generator<Value, void, undefined> {
  if (value instanceof Undefined) return;
  if (!(value instanceof Dict)) throw typeError('Can only get item pairs from a mapping.');
  for (const entry of value.entries()) yield new Tuple(entry);
}

function* unique(value: Value, key: (item: Value) => Value): Generator<Value, void, undefined> {
  const seen = new Set<unknown>();
  for (const item of toIterable(value)) {
    const hash = keyOf(key(item));
    if (seen.has(hash)) continue;
    seen.add(hash);
    yield item;
  }
}

/** A tuple of a key and what has it, whose halves also have names. */
class Group extends Tuple {}

export function isGroup(value: Value): value is Group {
  return value instanceof Group;
}

function groupBy(value: Value, args: Arguments): Value {
  const given = new Parameters('groupby', args, ['attribute', 'default', 'case_sensitive'], 1);
  const missing = given.value('default');
  const attribute = given.required('attribute');
  const get = getter(attribute, { ignoresCase: !flag(given, 'case_sensitive'), missing });
  const shown = getter(attribute, { missing });
  const groups: { readonly key: Value; readonly items: Value[] }[] = [];
  for (const item of sorted(toList(value), get, false)) {
    const key = get(item);
    const last = groups.at(-1);
    if (last !== undefined && areEqual(last.key, key)) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return new List(groups.map(({ items }) => new Group([shown(items[0] as Value), new List(items)])));
}

function* mapped(value: Value, args: Arguments): Generator<Value, void, undefined> {
  if (!isTruthy(value)) return;
  const each = mapperOf(args);
  for (const item of toIterable(value)) yield each(item);
}

function mapperOf({ positional, named }: Arguments): (item: Value) => Value {
  const attribute = named.get('attribute');
  if (positional.length === 0 && attribute !== undefined) {
    const other = [...named.keys()].find((name) => name !== 'attribute' && name !== 'default');
    if (other !== undefined) throw argumentError(`Unexpected keyword argument '${other}'`);
    return getter(attribute, { missing: named.get('default') });
  }
  const [name, ...rest] = positional;
  if (name === undefined) throw argumentError('map requires a filter argument');
  const filter = textOf(toText(name));
  return (item) => runFilter(filter, item, { positional: rest, named });
}

function* selected(
  value: Value,
  args: Arguments,
  isWanted: boolean,
  byAttribute: boolean,
): Generator<Value, void, undefined> {
  if (!isTruthy(value)) return;
  const { positional, named } = args;
  if (byAttribute && positional.length === 0) throw argumentError('Missing parameter for attribute name');
  const get = byAttribute ? getter(positional[0] as Value, {}) : (item: Value) => item;
  const [name, ...rest] = positional.slice(byAttribute ? 1 : 0);
  const test = name === undefined ? undefined : textOf(toText(name));
  for (const item of toIterable(value)) {
    const subject = get(item);
    const passes = test === undefined ? isTruthy(subject) : runTest(test, subject, { positional: rest, named });
    if (passes === isWanted) yield item;
  }
}

const selector =
  (isWanted: boolean, byAttribute: boolean): Filter =>
  (value, args) =>
    new Once(selected(value, args, isWanted, byAttribute));

function absolute(value: Value): Value {
  if (value instanceof Undefined) throw value.error();
  if (!isNumber(value)) throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
  return numeric(value) < 0 || Object.is(numeric(value), -0)
    ? negate(value)
    : typeof value === 'boolean'
      ? Number(value)
      : value;
}

function last(value: Value): Value {
  const none = new Undefined('No last item, sequence was empty.');
  if (isStr(value)) return value === '' ? none : slice(value, -1, null, null);
  if (value instanceof List || value instanceof Tuple) return orElse(value.items.at(-1), () => none);
  if (value instanceof Dict || value instanceof Range || value instanceof DictView || value instanceof Undefined)
    return orElse(toList(value).at(-1), () => none);
  throw typeError(`'${typeName(value)}' object is not reversible`);
}

function reversed(value: Value): Value {
  if (isStr(value)) return slice(value, null, null, -1);
  if (value instanceof PythonObject && !value.isIterable) throw argumentError('argument must be iterable');
  if (!(value instanceof Undefined) && !isIterableValue(value)) throw argumentError('argument must be iterable');
  const items = toList(value).toReversed();
  if (value instanceof Once || value instanceof Undefined) return new List(items);
  return new Once(items.values(), 'list_reverseiterator');
}

function isIterableValue(value: Value): boolean {
  return value instanceof List || value instanceof Tuple || value instanceof Dict || value instanceof PythonObject;
}

function jsonFilter(value: Value, args: Arguments): Value {
  const given = new Parameters('tojson', args, ['ensure_ascii', 'indent', 'separators', 'sort_keys'], 0);
  const separators = given.value('separators', null);
  const [items, keys] = separators === null ? [] : toList(separators);
  const indent = given.value('indent', null);
  return toJson(value, {
    ensureAscii: flag(given, 'ensure_ascii'),
    indent: indentOf(indent),
    itemSeparator: items === undefined ? (indent === null ? ', ' : ',') : toText(items),
    keySeparator: keys === undefined ? ': ' : toText(keys),
    sortKeys: flag(given, 'sort_keys'),
  });
}

function indentOf(indent: Value): Str | undefined {
  if (indent === null) return undefined;
  if (isStr(indent)) return indent;
  if (!isInteger(indent)) throw typeError(`can't multiply sequence by non-int of type '${typeName(indent)}'`);
  return repeat(' ', Number(indent));
}

export function isFilter(name: string): boolean {
  return FILTERS.has(name);
}

const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...TEXT_FILTERS,
  ['abs', alone('abs', absolute)],
  [
    'attr',
    (value, args) => {
      const name = new Parameters('attr', args, ['name'], 1).string('name');
      if (value instanceof Undefined) throw value.error();
      const found = value instanceof Dict ? attributeOf(new Dict(), name) : attributeOf(value, name);
      return found instanceof Undefined
        ? new Undefined(`'${typeName(value)} object' has no attribute '${name}'`)
        : bound(value, name);
    },
  ],
  [
    'batch',
    (value, args) => {
      const given = new Parameters('batch', args, ['linecount', 'fill_with'], 1);
      return new Once(batches(value, given.index('linecount'), given.value('fill_with', null)));
    },
  ],
  ['count', alone('count', lengthOfValue)],
  ['d', orDefault],
  ['default', orDefault],
  [
    'dictsort',
    (value, args) => {
      const given = new Parameters('dictsort', args, ['case_sensitive', 'by', 'reverse'], 0);
      const by = given.string('by', 'key');
      if (by !== 'key' && by !== 'value') throw argumentError('You can only sort by either "key" or "value"');
      if (value instanceof Undefined) throw value.error();
      if (!(value instanceof Dict))
        throw new TemplateError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
      const items = [...value.entries()].map((entry) => new Tuple(entry));
      const at = by === 'key' ? 0 : 1;
      const isExact = flag(given, 'case_sensitive');
      const key = (item: Value): Value => {
        const part = (item as Tuple).items[at] as Value;
        return isExact ? part : withoutCase(part);
      };
      return new List(sorted(items, key, flag(given, 'reverse')));
    },
  ],
  [
    'first',
    alone('first', (value) => {
      const next = iterate(value).next();
      return next.done === true ? new Undefined('No first item, sequence was empty.') : next.value;
    }),
  ],
  [
    'float',
    (value, args) => {
      const given = new Parameters('float', args, ['default'], 0);
      return attempt(() => toFloat(value)) ?? given.value('default', new Float(0));
    },
  ],
  ['groupby', groupBy],
  [
    'int',
    (value, args) => {
      const given = new Parameters('int', args, ['default', 'base'], 0);
      const whole = attempt(() => toInteger(value, given.index('base', 10)));
      return whole ?? attempt(() => toInteger(toFloat(value))) ?? given.value('default', 0);
    },
  ],
  ['items', alone('items', (value) => new Once(itemsOf(value)))],
  [
    'join',
    (value, args) => {
      const given = new Parameters('join', args, ['d', 'attribute'], 0);
      const attribute = given.value('attribute', null);
      const get = getter(attribute, {});
      const items = [...toIterable(value)].map((item) => toText(get(item)));
      return join(toText(given.value('d', '')), items);
    },
  ],
  ['last', alone('last', last)],
  ['length', alone('length', lengthOfValue)],
  ['list', alone('list', (value) => new List(toList(value)))],
  ['map', (value, args) => new Once(mapped(value, args))],
  ['max', minOrMax('max', -1)],
  ['min', minOrMax('min', 1)],
  [
    'random',
    alone('random', (value) => {
      const items = toList(value);
      return orElse(
        items[Math.floor(Math.random() * items.length)],
        () => new Undefined('No random item, sequence was empty.'),
      );
    }),
  ],
  ['reject', selector(false, false)],
  ['rejectattr', selector(false, true)],
  ['reverse', alone('reverse', reversed)],
  ['round', rounded],
  ['select', selector(true, false)],
  ['selectattr', selector(true, true)],
  [
    'slice',
    (value, args) => {
      const given = new Parameters('slice', args, ['slices', 'fill_with'], 1);
      return new Once(slices(value, given.index('slices'), given.value('fill_with', null)));
    },
  ],
  [
    'sort',
    (value, args) => {
      const given = new Parameters('sort', args, ['reverse', 'case_sensitive', 'attribute'], 0);
      const key = sortKey(given.value('attribute', null), { ignoresCase: !flag(given, 'case_sensitive') });
      return new List(sorted(toList(value), key, flag(given, 'reverse')));
    },
  ],
  [
    'sum',
    (value, args) => {
      const given = new Parameters('sum', args, ['attribute', 'start'], 0);
      const get = getter(given.value('attribute', null), {});
      let sum: Value = given.value('start', 0);
      if (isStr(sum)) throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
      for (const item of toIterable(value)) sum = calculate(sum, '+', get(item));
      return sum;
    },
  ],
  ['tojson', jsonFilter],
  [
    'unique',
    (value, args) => {
      const given = new Parameters('unique', args, ['case_sensitive', 'attribute'], 0);
      const key = getter(given.value('attribute', null), { ignoresCase: !flag(given, 'case_sensitive') });
      return new Once(unique(value, key));
    },
  ],
]);

/** Undefined where Python's conversion fails with a TypeError, ValueError or OverflowError. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateError && CONVERSION_ERRORS.has(error.exception)) return undefined;
    throw error;
  }
}

const CONVERSION_ERRORS: ReadonlySet<string> = new Set(['TypeError', 'ValueError', 'OverflowError']);

/** `obj | attr('name')` never looks at items. */
function bound(value: Value, name: string): Value {
  return attributeOf(value, name);
}

function orDefault(value: Value, args: Arguments): Value {
  const given = new Parameters('default', args, ['default_value', 'boolean'], 0);
  const isMissing = value instanceof Undefined || (flag(given, 'boolean') && !isTruthy(value));
  return isMissing ? given.value('default_value', '') : value;
}

function rounded(value: Value, args: Arguments): Value {
  const given = new Parameters('round', args, ['precision', 'method'], 0);
  const method = given.string('method', 'common');
  const digits = given.index('precision', 0);
  if (method === 'common') return round(value, digits);
  if (method !== 'ceil' && method !== 'floor') throw argumentError('method must be common, ceil or floor');
  if (!isNumber(value)) throw typeError(`must be real number, not ${typeName(value)}`);
  const unit = calculate(10, '**', digits);
  const scaled = numeric(toFloat(calculate(value, '*', unit)));
  const whole = toInteger(new Float(method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)));
  return calculate(whole, '/', unit);
}
