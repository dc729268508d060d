import type { Element, ElementContent } from 'hast';
import { memo, type ReactNode, useMemo } from 'react';
import { CodeBlock } from './CodeBlock.tsx';
import { ScrollingTable, toReact } from './markdown-components.tsx';
import type { MarkdownDocument, ShownPiece } from './markdown-document.ts';
import { type ParsedPiece, parsePiece } from './parse-piece.ts';
import { pieceElements } from './piece-elements.ts';
import { PlainPiece } from './PlainPiece.tsx';

/** On request, a piece may take so long. */
const ASKED_LIMIT_MS = 900;

interface PieceProps {
  readonly document: MarkdownDocument;
  readonly shown: ShownPiece;
}

/** A piece by itself: a block or several. */
export const PieceView = memo(function PieceView({ document, shown }: PieceProps) {
  const { piece } = shown;
  const elements = useMemo(
    () => (piece.fence === null ? blocksOf(document.parsed(piece), shown) : null),
    [document, piece, shown],
  );
  if (piece.fence !== null) return <CodeBlock code={piece.fence.code} language={piece.fence.language} />;
  if (elements === null) return <PlainPiece text={piece.text} renderFormatted={() => formatOnRequest(shown)} />;
  return toReact(elements);
});

function blocksOf(parsed: ParsedPiece | null, shown: ShownPiece): readonly ElementContent[] | null {
  if (parsed === null) return null;
  return pieceElements(parsed, shown).children.filter((child) => child.type !== 'doctype');
}

function formatOnRequest(shown: ShownPiece): ReactNode {
  const { cost, source } = shown.piece;
  if (cost.isTooDeep || cost.ms > ASKED_LIMIT_MS) return null;
  const elements = blocksOf(parsePiece(source, shown.known), shown);
  return elements === null ? null : toReact([...elements]);
}

/** A list or a table in several pieces: one element, whose items or rows come from all of them; and what follows it. */
export function PieceGroup({
  document,
  parts,
}: {
  readonly document: MarkdownDocument;
  readonly parts: readonly ShownPiece[];
}) {
  const [head] = parts;
  const begins = head?.piece.begins;
  const first = useMemo(() => {
    if (head === undefined) return undefined;
    return blocksOf(document.parsed(head.piece), head)?.find((child) => child.type === 'element');
  }, [document, head]);
  const last = parts.at(-1);
  if (head === undefined || last === undefined) return null;
  const isList = begins === 'list' && (first?.tagName === 'ul' || first?.tagName === 'ol');
  const isTable = begins === 'table' && first?.tagName === 'table';
  // It only looked like one.
  if (!isList && !isTable)
    return parts.map((shown, index) => <PieceView key={index} document={document} shown={shown} />);
  const hasRows = first.children.some((child) => child.type === 'element' && child.tagName === 'tbody');
  const inner = parts.map((shown, index) => <InnerPart key={index} document={document} shown={shown} />);
  return (
    <>
      {isTable ? (
        <ScrollingTable dir={stringOf(first, 'dir')}>
          {toReact(first.children.filter((child) => child.type === 'element' && child.tagName === 'thead'))}
          {hasRows && <tbody>{inner}</tbody>}
        </ScrollingTable>
      ) : (
        <ListFrame list={first} hasTasks={parts.some(({ piece }) => TASK.test(piece.text))}>
          {inner}
        </ListFrame>
      )}
      <OuterPart document={document} shown={last} />
    </>
  );
}

const TASK = /^[-+*] \[[ xX]\] /m;

interface ListFrameProps {
  readonly list: Element;
  readonly hasTasks: boolean;
  readonly children: ReactNode;
}

function ListFrame({ list, hasTasks, children }: ListFrameProps) {
  const Tag = list.tagName === 'ol' ? 'ol' : 'ul';
  const start = list.properties['start'];
  const isTaskList = hasTasks || stringOf(list, 'className')?.includes('contains-task-list') === true;
  return (
    <Tag
      {...(typeof start === 'number' && { start })}
      className={isTaskList ? 'contains-task-list' : undefined}
      dir={stringOf(list, 'dir')}
    >
      {children}
    </Tag>
  );
}

/** Items or rows of one part. */
const InnerPart = memo(function InnerPart({ document, shown }: PieceProps) {
  const elements = useMemo(() => {
    const first = blocksOf(document.parsed(shown.piece), shown)?.find((child) => child.type === 'element');
    if (first?.tagName !== 'table') return first?.children ?? null;
    const body = first.children.find((child) => child.type === 'element' && child.tagName === 'tbody');
    return body?.type === 'element' ? body.children.filter((child) => child.type === 'element') : [];
  }, [document, shown]);
  if (elements !== null) return toReact(elements);
  const plain = <PlainPiece text={shown.piece.text} renderFormatted={() => null} />;
  if (shown.piece.begins === 'list') return <li>{plain}</li>;
  return (
    <tr>
      <td colSpan={99}>{plain}</td>
    </tr>
  );
});

/** What follows the list or the table, in its last part. */
const OuterPart = memo(function OuterPart({ document, shown }: PieceProps) {
  const elements = useMemo(() => {
    const blocks = blocksOf(document.parsed(shown.piece), shown) ?? [];
    const first = blocks.findIndex((child) => child.type === 'element');
    return blocks.slice(first + 1).filter((child) => child.type === 'element');
  }, [document, shown]);
  return elements.length === 0 ? null : toReact(elements);
});

function stringOf(element: Element, property: string): string | undefined {
  const value = element.properties[property];
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'string' ? value : undefined;
}
