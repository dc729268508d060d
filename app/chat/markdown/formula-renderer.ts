/** KaTeX with its style sheet and fonts: a chunk of its own, loaded when the first formula is shown. */
import 'katex/dist/katex.min.css';
import katex from 'katex';
import { MAX_ELEMENTS, MAX_LEVELS, nestingOf } from './formula-nesting.ts';

/** Ems; without a limit, `\rule` could cover the page. */
const MAX_SIZE_EM = 20;
/** Macro expansions; without a limit, two lines of TeX run for ever. */
const MAX_EXPANSIONS = 300;
const MAX_CHARACTERS = 5000;
/** KaTeX writes up to eight elements within each other for a level; the browser's layout goes through them by recursion. */
const MAX_ELEMENT_DEPTH = MAX_LEVELS * 8;

/** Draws a formula into an element, from DOM nodes and not from HTML. @returns false where it cannot be read. */
export function drawFormula(tex: string, display: boolean, into: HTMLElement): boolean {
  if (tex.length > MAX_CHARACTERS || nestingOf(tex) > MAX_LEVELS) return false;
  // Not in the page: macros may have nested it deeper than it looks.
  const drawn = document.createElement('span');
  try {
    katex.render(tex, drawn, {
      displayMode: display,
      throwOnError: true,
      trust: false, // no links, no images, no styles of the model's own
      strict: 'ignore',
      maxSize: MAX_SIZE_EM,
      maxExpand: MAX_EXPANSIONS,
    });
  } catch {
    return false;
  }
  if (isTooMuch(drawn)) return false;
  into.replaceChildren(...drawn.childNodes);
  return true;
}

function isTooMuch(root: Element): boolean {
  let level: Element[] = [root];
  let elements = 0;
  for (let depth = 0; level.length > 0; depth++) {
    elements += level.length;
    if (depth > MAX_ELEMENT_DEPTH || elements > MAX_ELEMENTS) return true;
    level = level.flatMap((element) => [...element.children]);
  }
  return false;
}
