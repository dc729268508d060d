/**
 * Chunks on their way to the store, each with a promise of its end: whoever else wants one, because a model is loaded while
 * it is being downloaded, waits and then finds it there.
 */
const underWay = new Map<string, Promise<void>>();

/** Resolves when the chunk has arrived or failed; undefined where nobody is bringing it. */
export function underWayElsewhere(name: string): Promise<void> | undefined {
  return underWay.get(name);
}

/** Lets others know of a chunk that is brought until `work` has ended. */
export function announce(name: string, work: Promise<unknown>): void {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  underWay.set(name, ended);
  void ended.then(() => {
    if (underWay.get(name) === ended) underWay.delete(name);
  });
}
