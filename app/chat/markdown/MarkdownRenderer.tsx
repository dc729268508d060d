import { memo, useMemo, useState } from 'react';
import { LinkTooltip } from './LinkTooltip.tsx';
import { toReact } from './markdown-components.tsx';
import { MarkdownDocument, type ShownDocument, type ShownPiece } from './markdown-document.ts';
import { PieceGroup, PieceView } from './MarkdownPieces.tsx';
import { widenOuterFences } from './nested-fences.ts';
import { footnoteElements } from './piece-elements.ts';
import { PlainPiece } from './PlainPiece.tsx';
import { withoutPartialBreak } from './remark-tags-as-text.ts';
import { useMountedPieces } from './use-mounted-pieces.ts';
import { usePacedText } from './use-paced-text.ts';

export interface MarkdownProps {
  readonly text: string;
  /** Whether more may follow. */
  readonly isStreaming: boolean;
}

/** Renders a model's Markdown; also while it streams, when the last piece may be unfinished. */
export const MarkdownRenderer = memo(function MarkdownRenderer({ text, isStreaming }: MarkdownProps) {
  const paced = usePacedText(text, isStreaming);
  const [document] = useState(() => new MarkdownDocument());
  const { pieces, rest } = useMemo(() => {
    paced.begin.current();
    return document.update(prepared(paced.text, isStreaming));
  }, [document, paced.begin, paced.text, isStreaming]);
  const mounted = useMountedPieces(pieces);
  const shown = useMemo(() => document.show(pieces.slice(0, mounted)), [document, pieces, mounted]);
  return (
    <LinkTooltip>
      <MountedPieces document={document} shown={shown} rest={mounted < pieces.length ? null : rest} />
    </LinkTooltip>
  );
});

interface MountedPiecesProps {
  readonly document: MarkdownDocument;
  readonly shown: ShownDocument;
  /** What comes after all pieces; null as long as not all of them are there. */
  readonly rest: string | null;
}

export function MountedPieces({ document, shown, rest }: MountedPiecesProps) {
  return (
    <>
      {groupsOf(shown.pieces).map((parts, index) => {
        const [first] = parts;
        if (first === undefined) return null;
        return first.piece.begins === null ? (
          <PieceView key={index} document={document} shown={first} />
        ) : (
          <PieceGroup key={index} document={document} parts={parts} />
        );
      })}
      {rest !== null && rest !== '' && (
        <PlainPiece text={rest} renderFormatted={() => <MarkdownRenderer text={rest} isStreaming={false} />} />
      )}
      {rest !== null && shown.references.length > 0 && <Footnotes shown={shown} />}
    </>
  );
}

export function prepared(text: string, isStreaming: boolean): string {
  const whole = text.replaceAll(/\r\n?/g, '\n');
  return widenOuterFences(isStreaming ? withoutPartialBreak(whole) : whole, isStreaming);
}

/** Pieces that go on with a list or a table come together with the one that begins it. */
function groupsOf(pieces: readonly ShownPiece[]): ShownPiece[][] {
  const groups: ShownPiece[][] = [];
  for (const shown of pieces) {
    const group = groups.at(-1);
    if (group === undefined || shown.piece.continues === 'nothing') groups.push([shown]);
    else group.push(shown);
  }
  return groups;
}

function Footnotes({ shown: { references, defined } }: { readonly shown: ShownDocument }) {
  const section = useMemo(() => footnoteElements(references, defined), [references, defined]);
  return section === null ? null : toReact([section]);
}
