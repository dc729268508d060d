import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { scrollKey } from './scroll-keys.ts';

/** A reader who is this near to the end sees it. */
const NEAR_PX = 48;
/** The end itself: positions are fractions of pixels on many screens. */
const AT_END_PX = 2;
/** A finger that rests trembles. */
const FINGER_MOVED_PX = 4;

interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtBottom: boolean;
  scrollToBottom(): void;
  /** The reader is taken elsewhere: growing content no longer pulls to the end. */
  release(): void;
}

/**
 * Keeps a scroller at its end while the content grows. An upward wheel, finger or key lets go at once, however small; only the
 * reader's own way back to the end, or `scrollToBottom`, holds again. `isOn`: false leaves it at its top.
 */
export function useStickToBottom(isOn: boolean): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  /** Whether it was the reader who moved since the hold was released: a list that measures its messages moves too. */
  const isReaders = useRef(false);
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

  const release = useCallback(() => {
    isReaders.current = false;
    setSticks(false);
  }, [setSticks]);

  useEffect(() => {
    const box = scroller.current;
    if (!isOn || box === null || content.current === null) return;
    const endOf = (): number => box.scrollHeight - box.clientHeight;
    let lastTop = box.scrollTop;
    /** Where the end was last: while text is written it is further down by the time that the reader has reached it. */
    let lastEnd = endOf();
    let fingerY = 0;
    /** A button is held, as over text that is being selected: nothing moves under it. */
    let isHeld = false;

    const letGo = (): void => {
      isReaders.current = true;
      if (box.scrollTop > 0) setSticks(false);
    };
    const toEnd = (): void => {
      if (!isHeld) box.scrollTop = box.scrollHeight;
    };
    const onScroll = (): void => {
      const { scrollTop } = box;
      const end = endOf();
      const isUp = scrollTop < lastTop;
      if (sticks.current) {
        // By the bar beside it, say. Content that grows or shrinks moves the end, and no reader.
        if (isUp && end - scrollTop > NEAR_PX && end >= lastEnd) setSticks(false);
      } else if (isReaders.current && scrollTop > lastTop && scrollTop >= Math.min(end, lastEnd) - AT_END_PX) {
        setSticks(true);
      }
      lastTop = scrollTop;
      lastEnd = end;
      setIsAtBottom(sticks.current || end - scrollTop < NEAR_PX);
    };
    const onWheel = ({ deltaY }: WheelEvent): void => {
      if (deltaY < 0) letGo();
      else isReaders.current = true;
    };
    const onTouchMove = ({ touches }: TouchEvent): void => {
      const y = touches[0]?.clientY ?? fingerY;
      if (y - fingerY > FINGER_MOVED_PX) letGo();
      else isReaders.current = true;
      if (Math.abs(y - fingerY) > FINGER_MOVED_PX) fingerY = y;
    };
    const onKey = (event: KeyboardEvent): void => {
      const direction = scrollKey(event, box);
      if (direction === 'up') letGo();
      else if (direction === 'down') isReaders.current = true;
    };
    const onUp = (): void => {
      isHeld = false;
      if (sticks.current) toEnd();
    };

    const observer = new ResizeObserver(() => {
      if (sticks.current) toEnd();
      else onScroll();
    });
    observer.observe(content.current);
    observer.observe(box);
    const listening = new AbortController();
    const passive = { passive: true, signal: listening.signal };
    box.addEventListener('scroll', onScroll, passive);
    box.addEventListener('wheel', onWheel, passive);
    box.addEventListener('touchstart', ({ touches }) => (fingerY = touches[0]?.clientY ?? 0), passive);
    box.addEventListener('touchmove', onTouchMove, passive);
    box.addEventListener(
      'pointerdown',
      ({ pointerType, target }) => {
        isReaders.current = true;
        isHeld = pointerType === 'mouse' && target !== box; // browsers do not say when the bar beside it is let go
      },
      passive,
    );
    window.addEventListener('pointerup', onUp, passive);
    window.addEventListener('pointercancel', onUp, passive);
    // A page on which nothing has the focus scrolls too.
    window.addEventListener('keydown', onKey, passive);
    return () => {
      observer.disconnect();
      listening.abort();
    };
  }, [isOn, setSticks]);

  return { scroller, content, isAtBottom: isAtBottom || !isOn, scrollToBottom, release };
}
