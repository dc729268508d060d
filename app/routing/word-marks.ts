/** How the words of an answer are marked: by their experts, and which of them is chosen, pointed at, or like the chosen one. */
import type { AnswerRouting } from './answer-routing.ts';
import type { Ink } from './inks.ts';
import type { RenderedTokens } from './rendered-tokens.ts';
import { sharedGround, type Theme } from './token-colors.ts';
import { paintInk, type TokenPaint } from './token-paint.ts';

interface Chosen {
  readonly selected: number | null;
  readonly hovered: number | null;
  /** How much the tokens that are most like the selected one have in common with it, 0 to 1. */
  readonly alike: ReadonlyMap<number, number>;
}

export type WordMark = readonly [Ink, readonly StaticRange[]];

/** The text of the themes, which keeps its contrast on all grounds. */
const TEXT = { light: '#1b1c24', dark: '#ececf1' } as const;

/** Forced colours show none of the grounds: there these lines and the chosen word's block are what is seen. */
const ALIKE: readonly Ink[] = [1.5, 2.5, 4].map((thickness, i) => ({
  name: `mixtab-alike-${i + 1}`,
  css: `text-decoration: underline ${thickness}px; text-underline-offset: 0.2em; text-decoration-skip-ink: none;`,
  priority: 1,
}));

export function wordMarks(
  { ranges, formulas }: RenderedTokens,
  { colors }: AnswerRouting,
  theme: Theme,
  { selected, hovered, alike }: Chosen,
  paint: TokenPaint | null = null,
): WordMark[] {
  const marks: WordMark[] = paint === null ? [] : painted(ranges, formulas, paint, theme);
  for (const [token, pieces] of paint === null ? ranges : []) {
    const ground = colors.ground(token, theme);
    if (ground !== null) marks.push([groundInk(ground.key, ground.color, theme), pieces]);
    const likeness = alike.get(token);
    const line = likeness === undefined ? undefined : ALIKE[likeness >= 0.6 ? 2 : likeness >= 0.4 ? 1 : 0];
    if (line !== undefined) marks.push([line, pieces]);
  }
  for (const { element, tokens } of paint === null ? formulas : []) {
    // All of a formula is one thing to look at: the middle of its tokens.
    const places = tokens.filter((token) => colors.ground(token, theme) !== null).map((token) => colors.place(token));
    if (places.length === 0) continue;
    const middle = [0, 1, 2].map((axis) => places.reduce((sum, place) => sum + (place[axis] ?? 0), 0) / places.length);
    const { key, color } = sharedGround(middle, theme);
    marks.push([groundInk(key, color, theme), [rangeOf(element)]]);
  }
  if (hovered !== null && hovered !== selected) marks.push(...markOf(hovered, hoverInk(theme)));
  if (selected !== null) marks.push(...markOf(selected, selectedInk(theme)));
  return marks;

  function markOf(token: number, ink: Ink): WordMark[] {
    const pieces = ranges.get(token);
    return pieces === undefined ? [] : [[ink, pieces]];
  }
}

/** Of a formula, what is to be said of the first of its tokens of which something is. */
function painted(
  ranges: RenderedTokens['ranges'],
  formulas: RenderedTokens['formulas'],
  paint: TokenPaint,
  theme: Theme,
): WordMark[] {
  const places: readonly (readonly [readonly number[], readonly StaticRange[]])[] = [
    ...[...ranges].map(([token, pieces]) => [[token], pieces] as const),
    ...formulas.map(({ element, tokens }) => [tokens, [rangeOf(element)]] as const),
  ];
  return places.flatMap(([tokens, pieces]): WordMark[] => {
    const mark = tokens.map((token) => paint.markOf(token)).find((found) => found !== null);
    return mark === undefined ? [] : [[paintInk(mark, theme, TEXT[theme]), pieces]];
  });
}

function rangeOf(element: Element): StaticRange {
  return new StaticRange({
    ...{ startContainer: element, startOffset: 0 },
    ...{ endContainer: element, endOffset: element.childNodes.length },
  });
}

function groundInk(key: string, color: string, theme: Theme): Ink {
  return { name: `mixtab-ground-${key}`, css: `background-color: ${color}; color: ${TEXT[theme]};`, priority: 0 };
}

function hoverInk(theme: Theme): Ink {
  return {
    name: 'mixtab-pointed',
    css: `text-decoration: underline 2px ${TEXT[theme]}; text-underline-offset: 0.2em; text-decoration-skip-ink: none;`,
    priority: 2,
  };
}

function selectedInk(theme: Theme): Ink {
  const [ground, text] = theme === 'light' ? [TEXT.light, '#ffffff'] : [TEXT.dark, '#131419'];
  return { name: 'mixtab-chosen', css: `background-color: ${ground}; color: ${text};`, priority: 3 };
}
