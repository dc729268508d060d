import type { HyperParameters } from './hyper-parameters.ts';

/** Layers that see only the newest tokens: all at less than `size` before a token. */
export interface SlidingWindow {
  /** Infinity where no layer slides. */
  readonly size: number;
  readonly slides: (layer: number) => boolean;
}

/** Which layers slide where the header does not list them: all but one of each `period`, which is the first of them or the last. */
interface WindowPattern {
  readonly period: number;
  readonly full?: 'first' | 'last';
}

/** Published: 128 to 4,096. */
const MAX_WINDOW = 2 ** 31;
/** Published: up to 6. */
const MAX_PERIOD = 1_000;

/**
 * The window that the header describes, with the layers as it lists them, or by its period.
 * @param missing the window where the header is silent; default: it must not be
 */
export function slidingWindow(
  file: HyperParameters,
  layers: number,
  { period: usual, full = 'last' }: WindowPattern,
  missing?: number,
): SlidingWindow {
  const size = file.count('attention.sliding_window', { least: 0, most: MAX_WINDOW }, missing);
  if (size === 0) return { size: Infinity, slides: () => false };
  const pattern = 'attention.sliding_window_pattern';
  if (file.hasList(pattern)) {
    const flags = file.flagPerLayer(pattern, layers, () => false);
    return { size, slides: (layer) => flags[layer] === true };
  }
  const period = file.count(pattern, { least: 0, most: MAX_PERIOD }, usual);
  const fullAt = full === 'first' ? 0 : period - 1;
  return { size, slides: (layer) => period === 0 || layer % period !== fullAt };
}
