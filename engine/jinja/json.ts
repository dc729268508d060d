// `value | tojson`, as transformers has it: Python's `json.dumps` without `ensure_ascii`.
import { typeError } from './errors.ts';
import { makesText, spend } from './limits.ts';
import { concat, isStr, mapText, type Str } from './marked-text.ts';
import { floatText } from './python-text.ts';
import { orderOf } from './value-operations.ts';
import { Dict, Float, isInteger, List, Tuple, typeName, type Value } from './values.ts';

export interface JsonOptions {
  readonly ensureAscii: boolean;
  /** What each level is indented by; undefined for one line. */
  readonly indent: Str | undefined;
  readonly itemSeparator: Str;
  readonly keySeparator: Str;
  readonly sortKeys: boolean;
}

export function toJson(value: Value, options: JsonOptions): Str {
  const parts: Str[] = [];
  write(value, options, parts, 0);
  return concat(parts);
}

function write(value: Value, options: JsonOptions, parts: Str[], depth: number): void {
  spend();
  if (value === null) parts.push('null');
  else if (typeof value === 'boolean') parts.push(value ? 'true' : 'false');
  else if (isInteger(value)) parts.push(String(value));
  else if (value instanceof Float) parts.push(floatJson(value.value));
  else if (isStr(value)) parts.push(quoted(value, options));
  else if (value instanceof List || value instanceof Tuple) {
    writeAll(value.items, '[]', options, parts, depth, (item) => write(item, options, parts, depth + 1));
  } else if (value instanceof Dict) {
    const entries = [...value.entries()];
    if (options.sortKeys) entries.sort(([a], [b]) => orderOf(a, b));
    writeAll(entries, '{}', options, parts, depth, ([key, item]) => {
      parts.push(quoted(keyText(key), options), options.keySeparator);
      write(item, options, parts, depth + 1);
    });
  } else throw typeError(`Object of type ${typeName(value)} is not JSON serializable`);
}

function writeAll<T>(
  items: readonly T[],
  brackets: '[]' | '{}',
  { indent, itemSeparator }: JsonOptions,
  parts: Str[],
  depth: number,
  each: (item: T) => void,
): void {
  if (items.length === 0) {
    parts.push(brackets);
    return;
  }
  const line = (levels: number): void => {
    if (indent === undefined) return;
    parts.push('\n');
    for (let i = 0; i < levels; i++) {
      makesText(typeof indent === 'string' ? indent.length : indent.text.length);
      parts.push(indent);
    }
  };
  parts.push(brackets.slice(0, 1));
  for (const [i, item] of items.entries()) {
    if (i > 0) parts.push(itemSeparator);
    line(depth + 1);
    each(item);
  }
  line(depth);
  parts.push(brackets.slice(1));
}

function keyText(key: Value): Str {
  if (isStr(key)) return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (isInteger(key)) return String(key);
  if (key instanceof Float) return floatJson(key.value);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function floatJson(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity';
}

const CONTROLS = '\\0-\\x1f';
const ESCAPED = new RegExp(`["\\\\${CONTROLS}]`, 'g');
const ESCAPED_OR_BEYOND_ASCII = new RegExp(`["\\\\${CONTROLS}]|[^\\0-\\x7f]`, 'g');

function quoted(text: Str, { ensureAscii }: JsonOptions): Str {
  const pattern = ensureAscii ? ESCAPED_OR_BEYOND_ASCII : ESCAPED;
  return concat(['"', mapText(text, (part) => part.replace(pattern, escaped)), '"']);
}

function escaped(unit: string): string {
  return ESCAPES.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\b', '\\b'],
  ['\f', '\\f'],
]);
