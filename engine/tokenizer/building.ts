/** Work that takes seconds for the largest vocabularies, in small steps: between two of them it can be broken off. */
export type Building<T> = Generator<undefined, T, undefined>;

/** Items of a list that a step goes over: a millisecond or so. */
const STEP_ITEMS = 4_096;

/** Milliseconds of work before others get their turn. */
const TURN_MS = 20;

/** Goes over a list in steps. */
export function* inSteps<T>(list: readonly T[], each: (item: T, index: number) => void): Building<void> {
  for (let start = 0; start < list.length; start += STEP_ITEMS) {
    const end = Math.min(start + STEP_ITEMS, list.length);
    for (let i = start; i < end; i++) each(list[i] as T, i);
    yield;
  }
}

export function buildAtOnce<T>(building: Building<T>): T {
  for (;;) {
    const step = building.next();
    if (step.done === true) return step.value;
  }
}

/** @throws AbortError */
export async function build<T>(building: Building<T>, signal?: AbortSignal): Promise<T> {
  let turnEnds = performance.now() + TURN_MS;
  for (;;) {
    signal?.throwIfAborted();
    const step = building.next();
    if (step.done === true) return step.value;
    if (performance.now() < turnEnds) continue;
    await new Promise((resolve) => setTimeout(resolve));
    turnEnds = performance.now() + TURN_MS;
  }
}
