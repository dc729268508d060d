import { createContext, useContext } from 'react';

/** Lets go of the end of the conversation, for what takes the reader elsewhere. */
export const ScrollHold = createContext<() => void>(() => undefined);

export function useReleaseHold(): () => void {
  return useContext(ScrollHold);
}

/** From the lower edge of the conversation. */
const MARGIN_PX = 8;
/** What is kept for the words above what was opened, of the height of the conversation. */
const WORDS_SHARE = 0.35;

/**
 * Brings what was opened into sight, as much of it as there is room for beside the last words above it, and never scrolls past its
 * beginning. What stands beside the answer is in sight already.
 */
export function showBeginning(view: HTMLElement): void {
  const scroller = view.closest('.conversation-scroller');
  if (scroller === null) return;
  const [box, window] = [view.getBoundingClientRect(), scroller.getBoundingClientRect()];
  // Beside the words there is nothing above it to be kept.
  const isBeside = box.left > window.left + window.width / 3;
  const kept = isBeside ? MARGIN_PX : window.height * WORDS_SHARE;
  const toBeginning = box.top - window.top - kept;
  const toEnd = box.bottom + MARGIN_PX - window.bottom;
  scroller.scrollTop += box.top < window.top ? toBeginning : Math.max(0, Math.min(toEnd, toBeginning));
}
