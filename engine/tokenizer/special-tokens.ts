/** A text cut at the special tokens that it contains: ids, and the text between them. */
export type Fragment = string | number;

/**
 * Finds whole tokens written out in a text, such as `<|im_start|>`. The leftmost comes first; of several at one place the
 * longest.
 *
 * @param tokens text and id of each
 * @param anywhere those of them that are also read where others are not
 * @returns a function of a text and of where in it only the tokens that may stand anywhere are read: start, end, start, end …,
 *   ascending and apart; a token that reaches into such a part is in it
 */
export function specialTokenSplitter(
  tokens: ReadonlyMap<string, number>,
  anywhere: ReadonlyMap<string, number> = new Map(),
): (text: string, data?: readonly number[]) => Fragment[] {
  const all = patternOf(tokens);
  if (all === undefined) return (text) => (text === '' ? [] : [text]);
  const some = patternOf(anywhere);
  return (text, data = []) => {
    const fragments: Fragment[] = [];
    let end = 0;
    for (const { index, token } of data.length === 0 ? found(all, text) : foundOutside(text, data, all, some)) {
      if (index > end) fragments.push(text.slice(end, index));
      const id = tokens.get(token);
      if (id !== undefined) fragments.push(id);
      end = index + token.length;
    }
    if (end < text.length) fragments.push(text.slice(end));
    return fragments;
  };
}

interface Found {
  readonly index: number;
  readonly token: string;
}

/** One alternation, longest first: the regular expression engine factors it into a prefix tree by itself. */
function patternOf(tokens: ReadonlyMap<string, number>): RegExp | undefined {
  const texts = [...tokens.keys()].filter((text) => text !== '').sort((a, b) => b.length - a.length);
  return texts.length === 0 ? undefined : new RegExp(texts.map(escapeForRegExp).join('|'), 'g');
}

/** The first match from a place on, which only moves forward. */
function scanner(pattern: RegExp | undefined, text: string): (from: number) => Found | undefined {
  let next: Found | undefined;
  let isAtEnd = pattern === undefined;
  return (from) => {
    if (isAtEnd || pattern === undefined) return undefined;
    if (next !== undefined && next.index >= from) return next;
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    isAtEnd = match === null;
    next = match === null ? undefined : { index: match.index, token: match[0] };
    return next;
  };
}

function* found(pattern: RegExp, text: string): Generator<Found, void, undefined> {
  const find = scanner(pattern, text);
  for (let next = find(0); next !== undefined; next = find(next.index + next.token.length)) yield next;
}

/** Tokens that stand in the text outside of data, and those that may stand anywhere. */
function* foundOutside(
  text: string,
  data: readonly number[],
  all: RegExp,
  anywhere: RegExp | undefined,
): Generator<Found, void, undefined> {
  const findFree = scanner(anywhere, text);
  let at = 0;
  for (let i = 0; i <= data.length; i += 2) {
    // The template's own text from `start` to `end`, then data up to `dataEnd`.
    const start = i === 0 ? 0 : (data[i - 1] ?? 0);
    const end = data[i] ?? text.length;
    const dataEnd = data[i + 1] ?? text.length;
    const findOwn = scanner(all, text.slice(start, end));
    for (;;) {
      const own = findOwn(Math.max(0, at - start));
      const free = findFree(at);
      const next = earlier(own && { ...own, index: own.index + start }, free);
      if (next === undefined || (next === free && free.index >= dataEnd)) break;
      yield next;
      at = next.index + next.token.length;
    }
  }
}

/** The leftmost; of two at one place the longer one. */
function earlier(a: Found | undefined, b: Found | undefined): Found | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.index !== b.index) return a.index < b.index ? a : b;
  return a.token.length >= b.token.length ? a : b;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
