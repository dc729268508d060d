/** From a parsed piece to elements: as if the whole text had been parsed at once, of which the piece shows its part. */
import type { Element, ElementContent, Root as HastRoot } from 'hast';
import type { FootnoteReference, List, Nodes, Paragraph, Root } from 'mdast';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { type Formula, movedMarks } from './math-source.ts';
import type { Known, ParsedPiece } from './parse-piece.ts';
import { rehypeDirection } from './rehype-direction.ts';
import { restoreFormulas } from './restore-formulas.ts';

/** A reference to a footnote: its number, and the how manieth one to this footnote it is. */
export interface Note {
  readonly number: number;
  readonly occurrence: number;
}

export interface PieceContext {
  readonly known: Known;
  /** For each reference of the piece, in order. */
  readonly notes: readonly Note[];
  /** Whether some part of the list, of which this piece is one, is loose. */
  readonly isLoose: boolean;
}

export function pieceElements(piece: ParsedPiece, { known, notes, isLoose }: PieceContext): HastRoot {
  let next = 0;
  const [first, ...others] = piece.tree.children;
  const isList = first?.type === 'list' && isLoose && !first.spread;
  const children: Root['children'] = isList
    ? [{ ...first, spread: true } satisfies List, ...others]
    : piece.tree.children;
  const missing = [...known.links.values()].filter((definition) => !piece.links.includes(definition));
  const tree: Root = { type: 'root', children: [...children, ...missing] };
  return elementsOf(tree, piece.formulas, (reference) => referenceElement(reference, notes[next++]));
}

/** The footnotes of a whole text, in the order in which they are referred to; null where there are none. */
export function footnoteElements(references: readonly string[], known: Known): Element | null {
  const formulas: Formula[] = [];
  const definitions = [...known.footnotes.values()].map((footnote) => {
    if (footnote.formulas.length === 0) return footnote.definition;
    const definition = structuredClone(footnote.definition);
    moveMarks(definition, formulas.length);
    formulas.push(...footnote.formulas);
    return definition;
  });
  const paragraph: Paragraph = {
    type: 'paragraph',
    children: references.map((identifier) => ({ type: 'footnoteReference', identifier })),
  };
  const tree: Root = { type: 'root', children: [paragraph, ...definitions, ...known.links.values()] };
  const section = elementsOf(tree, formulas, null).children.at(-1);
  if (section?.type !== 'element' || section.tagName !== 'section') return null;
  return section;
}

/** Formulas of several pieces come together: each mark finds its own again. */
function moveMarks(node: Nodes, by: number): void {
  if ('value' in node) node.value = movedMarks(node.value, by);
  if ('children' in node) for (const child of node.children) moveMarks(child, by);
}

type ReferenceHandler = (reference: FootnoteReference) => Element;

function elementsOf(tree: Root, formulas: readonly Formula[], onReference: ReferenceHandler | null): HastRoot {
  const processor = unified()
    .use(remarkRehype, {
      allowDangerousHtml: true,
      ...(onReference !== null && {
        handlers: { footnoteReference: (_state: unknown, node: FootnoteReference) => onReference(node) },
      }),
    })
    .use(restoreFormulas, formulas)
    .use(rehypeDirection);
  const root = processor.runSync(tree);
  withoutRaw(root);
  return root;
}

/** HTML was made text when it was parsed; what came here all the same is text too. */
function withoutRaw(parent: HastRoot | Element): void {
  parent.children.forEach((child, index) => {
    if (child.type === 'raw') parent.children[index] = { type: 'text', value: child.value };
    else if (child.type === 'element') withoutRaw(child);
  });
}

/** As `mdast-util-to-hast` would write it, which numbers those of one tree only. */
function referenceElement({ identifier }: FootnoteReference, note: Note | undefined): Element {
  const id = encodeURIComponent(identifier.toLowerCase());
  const again = note !== undefined && note.occurrence > 1 ? `-${note.occurrence}` : '';
  const link: Element = {
    type: 'element',
    tagName: 'a',
    properties: {
      href: `#user-content-fn-${id}`,
      id: `user-content-fnref-${id}${again}`,
      dataFootnoteRef: true,
      ariaDescribedBy: ['footnote-label'],
    },
    children: [{ type: 'text', value: String(note?.number ?? '?') } satisfies ElementContent],
  };
  return { type: 'element', tagName: 'sup', properties: {}, children: [link] };
}
