/**
 * What takes long in sum (a thousand paragraphs, five thousand formulas) is done in portions, with time between them for the
 * browser to paint and for the person to type. All messages share one portion, because they share the thread.
 */

/** Estimated, of a slow machine. */
const PORTION_MS = 160;

let spent = 0;
let isTimed = false;
let isRunning = false;
const waiting = new Set<() => void>();

/** Whether so much can still be done before the next frame. The first always can. */
export function takePortion(ms: number): boolean {
  renewSoon();
  if (spent > 0 && spent + ms > PORTION_MS) return false;
  spent += ms;
  return true;
}

/** Runs once there is a new portion; the first that asked comes first. @returns a function that takes it back. */
export function whenNextPortion(run: () => void): () => void {
  waiting.add(run);
  renewSoon();
  return () => waiting.delete(run);
}

function renewSoon(): void {
  if (isTimed || isRunning) return;
  isTimed = true;
  setTimeout(renew);
}

function renew(): void {
  isTimed = false;
  spent = 0;
  isRunning = true;
  // One that takes all of the portion leaves the others waiting, in their order.
  for (const run of waiting) {
    if (spent >= PORTION_MS) break;
    waiting.delete(run);
    run();
  }
  isRunning = false;
  if (waiting.size > 0 || spent > 0) renewSoon();
}
