/**
 * A rehype plugin: each block takes its direction from its own text. The browser does that where `dir="auto"` stands, but passes
 * over what has a direction of its own; so a block that holds blocks is told the direction of its first letter.
 */
import type { Element, ElementContent, Root, RootContent } from 'hast';

const BLOCKS: ReadonlySet<string> = new Set(['p', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'td', 'th']);
const HOLDERS: ReadonlySet<string> = new Set(['ul', 'ol', 'blockquote', 'table', 'section']);
/** Read from the left in every language. */
const LEFT_TO_RIGHT: ReadonlySet<string> = new Set(['code', 'pre']);

const LETTER = /\p{L}/u;
/** The scripts that are written from the right. */
const FROM_THE_RIGHT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Hanifi_Rohingya}]/u;

export function rehypeDirection() {
  return (tree: Root): void => {
    for (const child of tree.children) direct(child);
  };
}

function direct(node: RootContent | ElementContent): void {
  if (node.type !== 'element') return;
  if (LEFT_TO_RIGHT.has(node.tagName)) {
    node.properties['dir'] = 'ltr';
    return;
  }
  for (const child of node.children) direct(child);
  const holdsBlocks = node.children.some((child) => child.type === 'element' && BLOCKS.has(child.tagName));
  if (BLOCKS.has(node.tagName) && !holdsBlocks) node.properties['dir'] = 'auto';
  else if (BLOCKS.has(node.tagName) || HOLDERS.has(node.tagName)) {
    const letter = firstLetter(node);
    if (letter !== null) node.properties['dir'] = FROM_THE_RIGHT.test(letter) ? 'rtl' : 'ltr';
  }
}

function firstLetter(node: Element): string | null {
  for (const child of node.children) {
    const letter =
      child.type === 'text'
        ? (LETTER.exec(child.value)?.[0] ?? null)
        : child.type === 'element' && !LEFT_TO_RIGHT.has(child.tagName)
          ? firstLetter(child)
          : null;
    if (letter !== null) return letter;
  }
  return null;
}
