/** A rehype plugin: puts formulas back where their marks stand, as `<code class="math-…">`, which `Formula` draws. */
import type { Element, ElementContent, Root, RootContent } from 'hast';
import { type Formula, splitAtMarks, withSources } from './math-source.ts';

export const INLINE_CLASS = 'math-inline';
export const DISPLAY_CLASS = 'math-display';

export function restoreFormulas(formulas: readonly Formula[]) {
  return (tree: Root): void => {
    if (formulas.length > 0) tree.children = restored(tree.children, formulas, false);
  };
}

/** In code, a formula is what was written. */
function restored(
  children: readonly (ElementContent | RootContent)[],
  formulas: readonly Formula[],
  isCode: boolean,
): (ElementContent | RootContent)[] {
  return children.flatMap((child): (ElementContent | RootContent)[] => {
    if (child.type === 'text') {
      if (isCode) return [{ ...child, value: withSources(child.value, formulas) }];
      return splitAtMarks(child.value, formulas).map((part) =>
        typeof part === 'string' ? { type: 'text', value: part } : toElement(part),
      );
    }
    if (child.type !== 'element') return [child];
    child.children = restored(child.children, formulas, isCode || child.tagName === 'code') as ElementContent[];
    return [child];
  });
}

function toElement({ tex, display, source }: Formula): Element {
  return {
    type: 'element',
    tagName: 'code',
    properties: { className: [display ? DISPLAY_CLASS : INLINE_CLASS], title: source },
    children: [{ type: 'text', value: tex }],
  };
}
