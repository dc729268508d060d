/** Collects changes and applies them once a frame, so that a fast model does not render a hundred times a second. */

/** Hidden tabs get no frames; answers must still arrive (and be saved) there. */
const HIDDEN_TAB_MS = 250;

export interface FrameBatcher {
  /** Sees to it that `flush` runs within a frame. */
  request(): void;
  /** Runs it now if it is due. */
  flushNow(): void;
}

export function createFrameBatcher(flush: () => void): FrameBatcher {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function run(): void {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    timer = undefined;
    flush();
  }

  return {
    request() {
      if (timer !== undefined) return;
      timer = setTimeout(run, HIDDEN_TAB_MS);
      frame = requestAnimationFrame(run);
    },
    flushNow() {
      if (timer !== undefined) run();
    },
  };
}
