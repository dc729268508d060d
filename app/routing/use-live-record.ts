import { type RefObject, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { RoutingRecord } from './routing-record.ts';

/** Between two drawings of a growing answer: often enough to look alive. */
const LIVE_MS = 250;
/** On slow machines seldomer, but not so seldom that it seems to have stopped. */
const SLOWEST_MS = 2500;
/** The share of the time that drawing may take: where the GPU is the processor too, the model pays for every millisecond. */
const BUDGET = 0.015;
/** Layout, paint and the canvas come after what is measured, and take about twice as long again. */
const UNSEEN = 3;

/**
 * The record as the view draws it. While the answer streams it follows in steps, as many as its budget allows, each in a frame,
 * so that a hidden tab does nothing; and it stands still while `element` is scrolled out of sight.
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
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    function drawAfter(ms: number): void {
      timer = setTimeout(() => {
        frame = requestAnimationFrame(draw);
      }, ms);
    }
    function draw(): void {
      const start = performance.now();
      flushSync(() => setLive(latest.current));
      const cost = (performance.now() - start) * UNSEEN;
      drawAfter(Math.min(SLOWEST_MS, Math.max(LIVE_MS, cost / BUDGET)));
    }
    drawAfter(LIVE_MS);
    return () => {
      clearTimeout(timer);
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
