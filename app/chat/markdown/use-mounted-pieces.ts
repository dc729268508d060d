import { useEffect, useState } from 'react';
import { useLatest } from '../../layout/use-latest.ts';
import { isAffordable, type MarkdownPiece } from './markdown-document.ts';
import { takePortion, whenNextPortion } from './mount-budget.ts';

/** As many as may come with one more piece of a stream are not worth a wait. */
const FEW = 3;

/** How many pieces of a text are in the page by now: of a long one more and more, a portion at a time. */
export function useMountedPieces(pieces: readonly MarkdownPiece[]): number {
  const [mounted, setMounted] = useState(() => furthest(pieces, 0));
  const latest = useLatest(pieces);
  useEffect(() => {
    if (mounted >= pieces.length) return;
    return whenNextPortion(() => setMounted((count) => Math.max(count, furthest(latest.current, count))));
  }, [latest, mounted, pieces.length]);
  return pieces.length - mounted <= FEW ? pieces.length : mounted;
}

/** One at least, or nothing would ever go on. */
function furthest(pieces: readonly MarkdownPiece[], mounted: number): number {
  let count = mounted;
  for (; count < pieces.length; count++) {
    const piece = pieces[count];
    if (piece === undefined || !takePortion(isAffordable(piece) ? piece.cost.ms : 1)) break;
  }
  return Math.min(pieces.length, Math.max(count, mounted + 1));
}
