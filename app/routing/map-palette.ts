/** Colours of the maps, made from the page's own: marigold marks what fired. */
import { cssColor, mix, parseHex, type Rgb } from './oklab.ts';
import type { Theme } from './token-colors.ts';

export interface MapPalette {
  readonly background: string;
  readonly text: string;
  readonly label: string;
  readonly line: string;
  readonly dim: string;
  readonly focus: string;
  readonly family: string;
  /** From the weakest to the strongest. */
  readonly ramp: readonly string[];
  /** The same for what the second of two answers used more. */
  readonly otherRamp: readonly string[];
}

export const RAMP_STEPS = 24;

/** Reads the tokens of `app/styles/tokens.css` as they hold for an element now. */
export function readPalette(element: Element, theme: Theme): MapPalette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const surface = parseHex(read('--surface'));
  const lit = parseHex(read('--lit-fill'));
  const other = parseHex(read('--focus'));
  // The strongest go beyond the plain colour: hotter in the dark, deeper on paper.
  const hottest = theme === 'dark' ? mix(lit, [1, 1, 1], 0.55) : parseHex(read('--lit'));
  const farthest = mix(other, theme === 'dark' ? [1, 1, 1] : [0, 0, 0], theme === 'dark' ? 0.5 : 0.35);
  return {
    background: read('--surface'),
    text: read('--text'),
    label: read('--muted'),
    line: read('--line'),
    dim: read('--line-strong'),
    focus: read('--focus'),
    family: style.fontFamily,
    ramp: ramp(surface, lit, hottest),
    otherRamp: ramp(surface, other, farthest),
  };
}

/** From a breath above the ground, through the plain colour at three quarters. */
function ramp(ground: Rgb, color: Rgb, strongest: Rgb): string[] {
  return Array.from({ length: RAMP_STEPS }, (_, step) => {
    const at = step / (RAMP_STEPS - 1);
    return cssColor(
      at < 0.75 ? mix(ground, color, 0.2 + (0.8 * at) / 0.75) : mix(color, strongest, (at - 0.75) / 0.25),
    );
  });
}
