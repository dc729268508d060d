/**
 * Where the browser itself would put each character of a text: line breaks of every script, both directions, letters that join, emoji.
 * The text is laid out in an element that nobody sees, and a canvas then draws it line by line in the same places.
 */
import { isRightToLeft } from './shown-text.ts';

export interface TextStyle {
  readonly family: string;
  readonly weight: number;
  /** Pixels. */
  readonly size: number;
  readonly lineHeight: number;
  readonly width: number;
  readonly mostLines: number;
}

export interface TextLine {
  readonly text: string;
  /** Pixels from the left of the text to that of the line. */
  readonly left: number;
  readonly isRightToLeft: boolean;
}

/** A character as people see it. */
export interface PlacedCharacter {
  /** Place of its first UTF-16 unit in the text. */
  readonly at: number;
  readonly line: number;
  /** Pixels from the left of the text. */
  readonly left: number;
  readonly right: number;
}

export interface TextLayout {
  readonly lines: readonly TextLine[];
  readonly characters: readonly PlacedCharacter[];
  /** There is more than what is shown. */
  readonly isCut: boolean;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Tries to make room for the dots at the end. */
const MOST_CUTS = 40;

/** Longer texts end with "…". */
export function layOutText(text: string, style: TextStyle): TextLayout {
  const box = document.createElement('div');
  box.setAttribute('aria-hidden', 'true');
  Object.assign(box.style, {
    ...{ position: 'fixed', insetBlockStart: '0', left: '0', visibility: 'hidden', pointerEvents: 'none' },
    ...{ width: `${style.width}px`, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', unicodeBidi: 'plaintext' },
    ...{ textAlign: 'start', font: `${style.weight} ${style.size}px/${style.lineHeight}px ${style.family}` },
    ...{ letterSpacing: 'normal', wordSpacing: 'normal', textSizeAdjust: '100%', direction: 'ltr' },
  });
  document.body.append(box);
  try {
    let shown = text.trimEnd();
    let placed = place(box, shown, style.lineHeight);
    for (let cut = 0; cut < MOST_CUTS && (placed.at(-1)?.line ?? 0) >= style.mostLines; cut++) {
      const over = placed.find(({ line }) => line >= style.mostLines)?.at ?? shown.length;
      // A character less each time that the dots do not fit.
      const kept = placed.filter(({ at }) => at < over);
      const end = cut === 0 ? over : (kept.at(-2)?.at ?? 0);
      shown = `${shown.slice(0, end).trimEnd()}…`;
      placed = place(box, shown, style.lineHeight);
    }
    return { lines: linesOf(shown, placed), characters: placed, isCut: shown !== text.trimEnd() };
  } finally {
    box.remove();
  }
}

function place(box: HTMLElement, text: string, lineHeight: number): PlacedCharacter[] {
  const node = document.createTextNode(text);
  box.replaceChildren(node);
  const origin = box.getBoundingClientRect();
  const range = document.createRange();
  const placed: PlacedCharacter[] = [];
  let last = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    range.setStart(node, index);
    range.setEnd(node, index + segment.length);
    const rect = range.getBoundingClientRect();
    const line = segment.startsWith('\n') ? last : Math.floor((rect.top + rect.height / 2 - origin.top) / lineHeight);
    last = line;
    placed.push({ at: index, line, left: rect.left - origin.left, right: rect.right - origin.left });
  }
  return placed;
}

function linesOf(text: string, placed: readonly PlacedCharacter[]): TextLine[] {
  const lines: TextLine[] = [];
  const count = (placed.at(-1)?.line ?? -1) + 1;
  for (let line = 0; line < count; line++) {
    const here = placed.filter((one) => one.line === line);
    const first = here[0]?.at ?? 0;
    const next = placed.find((one) => one.line > line)?.at ?? text.length;
    const words = text.slice(first, next);
    const paragraph = text.slice(text.lastIndexOf('\n', Math.max(0, first - 1)) + 1);
    const seen = here.filter(({ at }) => (text[at] ?? '').trim() !== '');
    lines.push({
      text: words.trim(),
      left: seen.reduce((least, { left }) => Math.min(least, left), Infinity),
      isRightToLeft: isRightToLeft(paragraph.split('\n', 1)[0] ?? ''),
    });
  }
  return lines.map((one) => (Number.isFinite(one.left) ? one : { ...one, left: 0 }));
}
