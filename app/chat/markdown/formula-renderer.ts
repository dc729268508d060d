/** KaTeX with its style sheet and fonts: a chunk of its own, loaded when the first formula is shown. */
import 'katex/dist/katex.min.css';
import katex from 'katex';

/** Ems; without a limit, `\rule` could cover the page. */
const MAX_SIZE_EM = 20;
/** Macro expansions; without a limit, two lines of TeX run for ever. */
const MAX_EXPANSIONS = 300;
const MAX_CHARACTERS = 5000;

/** Draws a formula into an element, from DOM nodes and not from HTML. @returns false where it cannot be read. */
export function drawFormula(tex: string, display: boolean, into: HTMLElement): boolean {
  if (tex.length > MAX_CHARACTERS) return false;
  try {
    katex.render(tex, into, {
      displayMode: display,
      throwOnError: true,
      trust: false, // no links, no images, no styles of the model's own
      strict: 'ignore',
      maxSize: MAX_SIZE_EM,
      maxExpand: MAX_EXPANSIONS,
    });
    return true;
  } catch {
    return false;
  }
}
