// Text that remembers which of it came from the conversation. Whatever a template does with a message (it trims, splits, joins,
// slices, replaces), each character of the result is known to be the template's own or the message's: only the template's own
// may become control tokens.
import { makesText, spend } from './limits.ts';

/** Text of which some came from the conversation, or markup. All else is a plain string. */
export class MarkedText {
  readonly text: string;
  /** Where it came from the conversation: start, end, start, end … in UTF-16 units; ascending, apart and not empty. */
  readonly data: readonly number[];
  /** Python's `Markup`, which `safe` and `escape` make: what is added to it is escaped for HTML. */
  readonly isMarkup: boolean;

  constructor(text: string, data: readonly number[], isMarkup = false) {
    this.text = text;
    this.data = data;
    this.isMarkup = isMarkup;
  }
}

export type Str = string | MarkedText;

export function isStr(value: unknown): value is Str {
  return typeof value === 'string' || value instanceof MarkedText;
}

export function textOf(str: Str): string {
  return typeof str === 'string' ? str : str.text;
}

/** Text that came from the conversation as a whole. */
export function dataText(text: string): Str {
  return text === '' ? '' : new MarkedText(text, [0, text.length]);
}

/** A text made of `sources` in a way that is not followed: if any of them came from the conversation, all of it did. */
export function derived(text: string, ...sources: readonly Str[]): Str {
  return sources.some((source) => typeof source !== 'string' && source.data.length > 0) ? dataText(text) : text;
}

/** The same as no markup. */
export function bare(str: Str): Str {
  if (typeof str === 'string' || !str.isMarkup) return str;
  return str.data.length === 0 ? str.text : new MarkedText(str.text, str.data);
}

export function isMarkup(str: Str): boolean {
  return typeof str !== 'string' && str.isMarkup;
}

export function asMarkup(str: Str): Str {
  return isMarkup(str) ? str : new MarkedText(textOf(str), typeof str === 'string' ? [] : str.data, true);
}

const HTML: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ["'", '&#39;'],
  ['"', '&#34;'],
]);

/** What is markup already stays as it is. */
export function escapeHtml(str: Str): Str {
  if (isMarkup(str)) return str;
  return asMarkup(mapText(str, (part) => part.replace(/[&<>'"]/g, (mark) => HTML.get(mark) ?? mark)));
}

/** One after the other, as no markup. */
export function concat(parts: readonly Str[]): Str {
  let length = 0;
  let isPlain = true;
  for (const part of parts) {
    if (typeof part === 'string') {
      length += part.length;
    } else {
      length += part.text.length;
      isPlain = false;
    }
  }
  makesText(length);
  if (isPlain) return parts.length === 1 ? (parts[0] as string) : (parts as readonly string[]).join('');
  if (parts.length === 1) return bare(parts[0] as Str);
  const data: number[] = [];
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      at += part.length;
      continue;
    }
    const { data: own } = part;
    for (let i = 0; i < own.length; i += 2) {
      const start = at + (own[i] as number);
      const end = at + (own[i + 1] as number);
      if (data.length > 0 && data[data.length - 1] === start) data[data.length - 1] = end;
      else data.push(start, end);
    }
    spend(own.length / 16);
    at += part.text.length;
  }
  const text = textsOf(parts);
  return data.length === 0 ? text : new MarkedText(text, data);
}

/** A few are put together without being copied: what grows message by message would be copied as often. */
function textsOf(parts: readonly Str[]): string {
  if (parts.length > 8) return parts.map(textOf).join('');
  let text = '';
  for (const part of parts) text += textOf(part);
  return text;
}

/** From `start` to `end`, both within the text. */
export function cut(str: Str, start: number, end: number): Str {
  if (typeof str === 'string') return str.slice(start, end);
  if (start >= end) return '';
  if (start === 0 && end === str.text.length) return bare(str);
  const { data } = str;
  const cutData: number[] = [];
  for (let i = firstRangeAfter(data, start); i < data.length && (data[i] as number) < end; i += 2)
    cutData.push(Math.max(data[i] as number, start) - start, Math.min(data[i + 1] as number, end) - start);
  const text = str.text.slice(start, end);
  return cutData.length === 0 ? text : new MarkedText(text, cutData);
}

/** The first of the ranges that ends behind `at`. */
function firstRangeAfter(data: readonly number[], at: number): number {
  let [low, high] = [0, data.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((data[2 * middle + 1] as number) > at) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
}

/** The same change to every character. */
export function mapText(str: Str, change: (text: string) => string): Str {
  const changed = change(textOf(str));
  makesText(changed.length);
  if (typeof str === 'string') return changed;
  if (str.data.length === 0) return changed;
  if (changed.length === str.text.length) return new MarkedText(changed, str.data);
  return concat(runs(str).map((run) => (typeof run === 'string' ? change(run) : dataText(change(run.text)))));
}

/** The text as it is made up of the template's own and of data. */
function runs(str: MarkedText): Str[] {
  const { text, data } = str;
  const parts: Str[] = [];
  let end = 0;
  for (let i = 0; i < data.length; i += 2) {
    const start = data[i] as number;
    if (start > end) parts.push(text.slice(end, start));
    end = data[i + 1] as number;
    parts.push(dataText(text.slice(start, end)));
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

export function repeat(str: Str, times: number): Str {
  const length = textOf(str).length;
  if (times <= 0 || length === 0) return '';
  makesText(length * times);
  if (typeof str === 'string') return str.repeat(times);
  const isAllData = str.data[0] === 0 && str.data[1] === length;
  return isAllData ? dataText(str.text.repeat(times)) : concat(Array<Str>(times).fill(str));
}

export function join(separator: Str, items: readonly Str[]): Str {
  if (textOf(separator) === '') return concat(items);
  return concat(items.flatMap((item, i) => (i === 0 ? [item] : [separator, item])));
}

const SURROGATE = /[\ud800-\udfff]/;

/** In code points, as Python counts. */
export function lengthOf(str: Str): number {
  const text = textOf(str);
  spend(text.length / 1024);
  if (!SURROGATE.test(text)) return text.length;
  let length = 0;
  for (let at = 0; at < text.length; at = nextCharacter(text, at)) length++;
  return length;
}

/** Where the code point behind the one at `at` begins. */
export function nextCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** Where the code point of this number begins; one behind the last is the end. */
export function unitOf(text: string, index: number): number {
  spend(text.length / 1024);
  if (!SURROGATE.test(text)) return Math.min(index, text.length);
  let at = 0;
  for (let i = 0; i < index && at < text.length; i++) at = nextCharacter(text, at);
  return at;
}

/** Which code point begins there. */
export function indexOfUnit(text: string, unit: number): number {
  return lengthOf(text.slice(0, unit));
}

export function* characters(str: Str): Generator<Str, void, undefined> {
  const text = textOf(str);
  for (let at = 0; at < text.length;) {
    const next = nextCharacter(text, at);
    yield cut(str, at, next);
    at = next;
  }
}
