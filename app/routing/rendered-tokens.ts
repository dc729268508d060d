/** Where in the document the tokens of an answer stand: ranges of its text, and formulas, which are drawn and have no text of their own. */
import { alignText, type Segment } from './align-text.ts';
import type { WrittenPart } from './written-parts.ts';

export interface RenderedTokens {
  /** Of each token that is shown. A token may be in several pieces, or in none. */
  readonly ranges: ReadonlyMap<number, readonly StaticRange[]>;
  /** Formulas, each with its tokens: all of it is one thing to look at. */
  readonly formulas: readonly { readonly element: Element; readonly tokens: readonly number[] }[];
}

/** What the page adds to an answer: names of languages, buttons, footnotes' numbers, texts for screen readers. */
const NOT_WRITTEN =
  'figcaption, button, svg, [aria-hidden="true"], .visually-hidden, sup a[data-footnote-ref], .footnotes';

export function renderedTokens(root: Element, part: WrittenPart): RenderedTokens {
  const ranges = new Map<number, StaticRange[]>();
  const formulas: { readonly element: Element; readonly tokens: readonly number[] }[] = [];
  let at = 0;
  for (const run of runsOf(root)) {
    if (run.kind === 'formula') {
      const found = part.text.indexOf(run.source, at);
      if (run.source === '' || found < 0) continue;
      at = found + run.source.length;
      formulas.push({ element: run.element, tokens: tokensIn(part, found, at) });
      continue;
    }
    const segments = alignText(
      part.text,
      run.nodes.map(({ data }) => data),
      at,
    );
    for (const segment of segments) addRanges(ranges, run.nodes, segment, part);
    const last = segments.at(-1);
    if (last !== undefined) at = last.source + last.end - last.start;
  }
  return { ranges, formulas };
}

type Run =
  | { readonly kind: 'text'; readonly nodes: Text[] }
  | { readonly kind: 'formula'; readonly element: Element; readonly source: string };

/** Texts in the order of the document, with the formulas between them. */
function runsOf(root: Element): Run[] {
  const runs: Run[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
    if (node instanceof Text) return NodeFilter.FILTER_ACCEPT;
    if (!(node instanceof Element) || node.matches(NOT_WRITTEN)) return NodeFilter.FILTER_REJECT;
    if (node.classList.contains('formula')) {
      runs.push({ kind: 'formula', element: node, source: (node as HTMLElement).dataset['source'] ?? '' });
      return NodeFilter.FILTER_REJECT;
    }
    return NodeFilter.FILTER_SKIP;
  });
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const last = runs.at(-1);
    if (last?.kind === 'text') last.nodes.push(node as Text);
    else runs.push({ kind: 'text', nodes: [node as Text] });
  }
  return runs;
}

function addRanges(
  ranges: Map<number, StaticRange[]>,
  nodes: readonly Text[],
  { node, start, end, source }: Segment,
  part: WrittenPart,
): void {
  const text = nodes[node];
  if (text === undefined) return;
  const to = source + end - start;
  for (const token of tokensIn(part, source, to)) {
    const first = Math.max(source, part.starts[token - part.from] ?? 0);
    const after = Math.min(to, part.starts[token - part.from + 1] ?? 0);
    if (after <= first) continue;
    const range = new StaticRange({
      startContainer: text,
      startOffset: start + first - source,
      endContainer: text,
      endOffset: start + after - source,
    });
    const known = ranges.get(token);
    if (known === undefined) ranges.set(token, [range]);
    else known.push(range);
  }
}

/** Tokens that wrote something of `from` to `to`. */
function tokensIn({ starts, from: first }: WrittenPart, from: number, to: number): number[] {
  const tokens: number[] = [];
  for (let i = lastAtOrBefore(starts, from); i < starts.length - 1 && (starts[i] ?? to) < to; i++) {
    if ((starts[i + 1] ?? 0) > Math.max(from, starts[i] ?? 0)) tokens.push(first + i);
  }
  return tokens;
}

/** Index of the last of some ascending numbers that is not above another; 0 where all are. */
function lastAtOrBefore(numbers: Int32Array, value: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The token at a point of the window, or null. */
export function tokenAt(
  { ranges, formulas }: RenderedTokens,
  part: readonly WrittenPart[],
  x: number,
  y: number,
): number | null {
  const hit = document.elementFromPoint(x, y);
  const formula = formulas.find(({ element }) => element.contains(hit));
  if (formula !== undefined) return formula.tokens[0] ?? null;
  const caret = caretAt(x, y);
  if (caret === null) return null;
  for (const { from, to } of part) {
    for (let token = from; token < to; token++) {
      const isHere = ranges.get(token)?.some((range) => holds(range, caret) && covers(range, x, y)) ?? false;
      if (isHere) return token;
    }
  }
  return null;
}

interface Caret {
  readonly node: Node;
  readonly offset: number;
}

function caretAt(x: number, y: number): Caret | null {
  const position = document.caretPositionFromPoint?.(x, y) ?? null;
  if (position !== null) return { node: position.offsetNode, offset: position.offset };
  // Browsers that have no other; deprecated since the one above is everywhere.
  const old = (document as { caretRangeFromPoint?(x: number, y: number): Range | null }).caretRangeFromPoint?.(x, y);
  return old === null || old === undefined ? null : { node: old.startContainer, offset: old.startOffset };
}

/** A caret stands between two characters: either may be the one that is meant. */
function holds({ startContainer, startOffset, endOffset }: StaticRange, { node, offset }: Caret): boolean {
  return startContainer === node && offset >= startOffset && offset <= endOffset;
}

function covers(range: StaticRange, x: number, y: number): boolean {
  return rectsOf(range).some(({ left, right, top, bottom }) => x >= left && x < right && y >= top && y < bottom);
}

/** In CSS pixels of the window; one for each line. */
export function rectsOf({ startContainer, startOffset, endContainer, endOffset }: StaticRange): DOMRect[] {
  if (!startContainer.isConnected) return [];
  const range = document.createRange();
  const most = (node: Node): number => (node instanceof Text ? node.length : node.childNodes.length);
  range.setStart(startContainer, Math.min(startOffset, most(startContainer)));
  range.setEnd(endContainer, Math.min(endOffset, most(endContainer)));
  return [...range.getClientRects()];
}

/** Where a token stands: the first line of it. */
export function boxOf({ ranges, formulas }: RenderedTokens, token: number): DOMRect | undefined {
  const [range] = ranges.get(token) ?? [];
  if (range !== undefined) return rectsOf(range)[0];
  return formulas.find(({ tokens }) => tokens.includes(token))?.element.getBoundingClientRect();
}
