/** In how many pieces the time is counted: one that comes late counts no more than the others. */
const TICKS = 10;

/**
 * Calls back once `milliseconds` have gone by in which this thread could run. A thread that was frozen, throttled, put to sleep
 * with the laptop or starved by others notices a long silence that nobody is to blame for: its timers come late, so the time is
 * counted by timers and not by a clock.
 *
 * @returns ends it before that.
 */
export function startAwakeTimer(milliseconds: number, onExpired: () => void): () => void {
  let left = TICKS;
  const interval = setInterval(() => {
    if (--left > 0) return;
    clearInterval(interval);
    onExpired();
  }, milliseconds / TICKS);
  return () => clearInterval(interval);
}
