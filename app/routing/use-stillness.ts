import { type RefObject, useEffect, useState } from 'react';

/** A number that changes a frame after something in an element did: code got its colours, a formula was drawn, a thought was opened. */
export function useStillness(element: RefObject<HTMLElement | null>, isOn: boolean): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const box = element.current;
    if (box === null || !isOn) return;
    let frame = 0;
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setVersion((before) => before + 1));
    });
    observer.observe(box, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [element, isOn]);
  return version;
}
