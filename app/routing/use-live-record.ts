import { type RefObject, useEffect, useRef, useState } from 'react';
import type { RoutingRecord } from './routing-record.ts';

/** Between two drawings of a growing answer: often enough to look alive, seldom enough to cost nothing beside the model. */
const LIVE_MS = 200;

/**
 * The record as the view draws it. While the answer streams it follows in steps of `LIVE_MS`, in a frame, so that a hidden tab
 * does nothing; and it stands still while `element` is scrolled out of sight.
 */
export function useLiveRecord(
  record: RoutingRecord,
  isStreaming: boolean,
  element: RefObject<HTMLElement | null>,
): RoutingRecord {
  const [live, setLive] = useState(record);
  const latest = useRef(record);
  const isVisible = useVisible(element);

  useEffect(() => {
    latest.current = record;
  }, [record]);

  useEffect(() => {
    if (!isStreaming || !isVisible) return;
    let frame = 0;
    const timer = setInterval(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setLive(latest.current));
    }, LIVE_MS);
    return () => {
      clearInterval(timer);
      cancelAnimationFrame(frame);
    };
  }, [isStreaming, isVisible]);

  return isStreaming ? live : record;
}

function useVisible(element: RefObject<HTMLElement | null>): boolean {
  const [isVisible, setVisible] = useState(true);
  useEffect(() => {
    const box = element.current;
    if (box === null) return;
    const observer = new IntersectionObserver((entries) => setVisible(entries.at(-1)?.isIntersecting ?? true));
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return isVisible;
}
