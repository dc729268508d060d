/**
 * Chunks on their way to the store, each with a promise of its end: whoever else wants one, because a model is loaded while
 * it is being downloaded, waits and then finds it there.
 */
const underWay = new Map<string, Promise<void>>();

/** Resolves when the chunk has arrived or failed; undefined where nobody is bringing it. */
export function underWayElsewhere(name: string): Promise<void> | undefined {
  return underWay.get(name);
}

/** Lets others know of a chunk that is brought by `work`. */
export async function announced<T>(name: string, work: Promise<T>): Promise<T> {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  underWay.set(name, ended);
  try {
    return await work;
  } finally {
    if (underWay.get(name) === ended) underWay.delete(name);
  }
}
