import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useLatest } from '../../layout/use-latest.ts';

/** Showing a growing text may take one part of so many of the time. */
const SHARE_OF_TIME = 24;
/** A short text never takes long. */
const SHORT_TEXT = 4000; // characters
/** A reader sees a text grow at least this often, at whatever cost. */
const LONGEST_WAIT_MS = 2000;

interface PacedText {
  /** What is to be formatted now. */
  readonly text: string;
  /** Call it when formatting begins. */
  readonly begin: RefObject<() => void>;
}

/** A text that is being written, no more often than what it costs to show it allows. A text that is complete comes at once. */
export function usePacedText(text: string, isStreaming: boolean): PacedText {
  const [shown, setShown] = useState(text);
  const latest = useLatest(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const begun = useRef(0);
  /** When the next text may be shown, by `performance.now()`. */
  const notBefore = useRef(0);
  const begin = useRef(() => {
    begun.current = performance.now();
  });
  const current = isStreaming && text.length > SHORT_TEXT ? shown : text;

  useEffect(() => {
    if (text === shown || timer.current !== undefined) return;
    const show = (): void => {
      timer.current = undefined;
      setShown(latest.current);
    };
    const wait = isStreaming ? Math.min(notBefore.current - performance.now(), LONGEST_WAIT_MS) : 0;
    if (wait <= 0 || text.length <= SHORT_TEXT) show();
    else timer.current = setTimeout(show, wait);
  }, [text, shown, isStreaming, latest]);
  useEffect(() => () => clearTimeout(timer.current), []);

  // What has been shown is laid out and painted after the effects; a message is heard after that.
  useLayoutEffect(() => {
    if (begun.current === 0) return;
    const renderedMs = performance.now() - begun.current;
    begun.current = 0;
    notBefore.current = performance.now() + renderedMs * SHARE_OF_TIME;
    const frame = requestAnimationFrame(() => {
      const start = performance.now();
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', () => {
        channel.port1.close();
        const now = performance.now();
        notBefore.current = Math.max(notBefore.current, now + (renderedMs + now - start) * SHARE_OF_TIME);
      });
      channel.port1.start();
      channel.port2.postMessage(null);
    });
    return () => cancelAnimationFrame(frame);
  }, [current]);

  return { text: current, begin };
}
