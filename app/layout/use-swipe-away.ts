import { type RefObject, useEffect } from 'react';

/** A finger that moves so far, and more sideways than down, means it. */
const SWIPE_PX = 50;

/** Calls `onSwipe` when a finger pushes the element towards the edge that its lines start from. */
export function useSwipeAway(element: RefObject<HTMLElement | null>, isActive: boolean, onSwipe: () => void): void {
  useEffect(() => {
    const target = element.current;
    if (!isActive || target === null) return;
    let start: Touch | undefined;
    const listeners = new AbortController();
    const options = { signal: listeners.signal, passive: true };
    target.addEventListener(
      'touchstart',
      (event) => (start = event.touches.length === 1 ? event.touches[0] : undefined),
      options,
    );
    target.addEventListener(
      'touchend',
      (event) => {
        const end = event.changedTouches[0];
        if (start === undefined || end === undefined) return;
        const towardsEnd = getComputedStyle(target).direction === 'rtl' ? -1 : 1;
        const across = (start.clientX - end.clientX) * towardsEnd;
        if (across > SWIPE_PX && across > 2 * Math.abs(end.clientY - start.clientY)) onSwipe();
      },
      options,
    );
    return () => listeners.abort();
  }, [element, isActive, onSwipe]);
}
