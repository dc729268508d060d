import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const CSS = readFileSync('app/styles/tokens.css', 'utf8');

/** The tokens of a rule that are plain colours, by name. */
function tokens(selector: string): ReadonlyMap<string, string> {
  const start = CSS.indexOf(`${selector} {`);
  const rule = CSS.slice(start, CSS.indexOf('}', start));
  return new Map(
    [...rule.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name ?? '', color ?? '']),
  );
}

/** Relative luminance of a colour, 0 to 1, as WCAG 2 defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['bg', 'surface', 'sunken'];
const TEXTS = ['text', 'muted', 'lit', 'link', 'danger', 'good'];

/** Text on its ground: 4.5 to 1. */
const TEXT_PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['text', 'bubble'],
  ['muted', 'bubble'],
  ['text', 'lit-bg'],
  ['lit', 'lit-bg'],
  ['text', 'danger-bg'],
  ['danger', 'danger-bg'],
  ['bg', 'text'], // toasts
] as const;

/** What a control is recognized by, and its focus: 3 to 1. */
const GRAPHIC_PAIRS = ['control-line', 'focus', 'accent', 'lit'].flatMap((graphic) =>
  GROUNDS.map((ground) => [graphic, ground] as const),
);

describe.each([':root', "[data-theme='dark']"])('colours of %s', (selector) => {
  const colors = tokens(selector);
  const ratio = (front: string, back: string): number => {
    const [a, b] = [colors.get(front), colors.get(back)];
    if (a === undefined || b === undefined) throw new Error(`${selector} lacks --${a === undefined ? front : back}`);
    return contrast(a, b);
  };

  test.each(TEXT_PAIRS)('--%s can be read on --%s', (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(GRAPHIC_PAIRS)('--%s stands out on --%s', (graphic, ground) => {
    expect(ratio(graphic, ground)).toBeGreaterThanOrEqual(3);
  });
});

test('contrast is what WCAG says it is', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 1);
});
