/**
 * A remark plugin: HTML in a model's text is text. A bare `<br>` in the cell of a table is the one exception, because a cell has
 * no other way to break its line; elsewhere a line breaks where it is broken, so that there `<br>` is a tag as all others.
 */
import type { Break, Html, Nodes, Paragraph, Root, Text } from 'mdast';

const BARE_BREAK = /^<br\s*\/?>$/i;
/** Flow HTML keeps its lines and its indentation. */
const TAGS_CLASS = 'markdown-tags';

export function remarkTagsAsText() {
  return (tree: Root): void => withoutTags(tree, false);
}

function withoutTags(node: Nodes, isCell: boolean): void {
  if (!('children' in node)) return;
  const holdsWords = node.type === 'paragraph' || node.type === 'heading' || isCell || isInWords(node);
  const children = node.children as Nodes[];
  children.forEach((child, index) => {
    if (child.type === 'html') children[index] = replacement(child, isCell, holdsWords);
    else withoutTags(child, isCell || child.type === 'tableCell');
  });
}

function isInWords(node: Nodes): boolean {
  return node.type === 'emphasis' || node.type === 'strong' || node.type === 'delete' || node.type.startsWith('link');
}

function replacement(html: Html, isCell: boolean, isInline: boolean): Break | Paragraph | Text {
  if (isCell && BARE_BREAK.test(html.value)) return { type: 'break' };
  const text: Text = { type: 'text', value: html.value };
  if (isInline) return text;
  // Its text goes past the rules for words, which drop the spaces at the start of a line.
  const data = { hProperties: { className: [TAGS_CLASS] }, hChildren: [text] };
  return { type: 'paragraph', children: [], data };
}

/** Half of a `<br>` at the end of a row: held back until the rest has come, so that it never stands there as text. */
export function withoutPartialBreak(text: string): string {
  const lastLine = text.slice(text.lastIndexOf('\n') + 1);
  return lastLine.includes('|') ? text.replace(/<(?:b(?:r\s*\/?)?)?$/i, '') : text;
}
