import { type RefObject, useEffect, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { PathEntry } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';

/** A message far away is measured on the way to it, which takes a few frames. */
const MAX_FRAMES = 30;
const SHOWN_MS = 2500;

/** Scrolls to the message that a search found, gives it the focus, and marks it for a moment. @returns its id meanwhile. */
export function usePointedMessage(
  path: readonly PathEntry[],
  list: RefObject<VirtualizerHandle | null>,
  scroller: RefObject<HTMLDivElement | null>,
  onPoint: () => void,
): string | null {
  const wanted = useChat((state) => state.focusMessageId);
  const focusShown = useChat((state) => state.focusShown);
  const [pointed, setPointed] = useState<string | null>(null);
  const index = wanted === null ? -1 : path.findIndex(({ message }) => message.id === wanted);

  useEffect(() => {
    if (wanted === null || index < 0) return;
    let frame = 0;
    let frames = 0;
    onPoint();
    list.current?.scrollToIndex(index, { align: 'center' });
    const look = (): void => {
      const item = scroller.current?.querySelector(`[data-message="${CSS.escape(wanted)}"]`);
      const article = item?.querySelector<HTMLElement>('article');
      if (article === null || article === undefined) {
        if (frames++ < MAX_FRAMES) frame = requestAnimationFrame(look);
        return;
      }
      article.focus({ preventScroll: true });
      article.scrollIntoView({ block: 'center' });
      setPointed(wanted);
      focusShown();
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [wanted, index, list, scroller, onPoint, focusShown]);

  useEffect(() => {
    if (pointed === null) return;
    const timer = setTimeout(() => setPointed(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [pointed]);

  return pointed;
}
