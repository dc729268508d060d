import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** A reader who is this near to the end is taken to follow it. */
const NEAR_PX = 48;

interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtBottom: boolean;
  scrollToBottom(): void;
  /** The reader is taken elsewhere: growing content no longer pulls to the end. */
  release(): void;
}

/** Keeps a scroller at its end while the content grows, unless the reader has scrolled up. `isOn`: false leaves it at its top. */
export function useStickToBottom(isOn: boolean): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const lastTop = useRef(0);
  const [isAtBottom, setIsAtBottom] = useState(true);

  const setSticks = useCallback((value: boolean) => {
    sticks.current = value;
    // The browser holds what is in sight when something above changes its size; at the end, the end is what counts.
    if (scroller.current !== null) scroller.current.style.overflowAnchor = value ? 'none' : '';
  }, []);

  const scrollToBottom = useCallback(() => {
    const box = scroller.current;
    if (box === null || !isOn) return;
    setSticks(true);
    setIsAtBottom(true);
    box.scrollTop = box.scrollHeight;
  }, [isOn, setSticks]);

  const release = useCallback(() => setSticks(false), [setSticks]);

  useEffect(() => {
    const box = scroller.current;
    if (!isOn || box === null || content.current === null) return;
    const onScroll = (): void => {
      const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      // Content that grows also moves the end away; only an upward move says that the reader wants to stay.
      if (isNear) setSticks(true);
      else if (box.scrollTop < lastTop.current) setSticks(false);
      lastTop.current = box.scrollTop;
      setIsAtBottom(isNear || sticks.current);
    };
    // A list that measures its messages moves the position too; wheels, fingers and keys are the reader's own.
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY < 0 && box.scrollTop > 0) setSticks(false);
    };
    const observer = new ResizeObserver(() => {
      if (sticks.current) box.scrollTop = box.scrollHeight;
      else onScroll();
    });
    observer.observe(content.current);
    observer.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    box.addEventListener('wheel', onWheel, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
      box.removeEventListener('wheel', onWheel);
    };
  }, [isOn, setSticks]);

  return { scroller, content, isAtBottom: isAtBottom || !isOn, scrollToBottom, release };
}
