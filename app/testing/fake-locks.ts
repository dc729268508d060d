/** Web Locks for tests: with `mode`, `ifAvailable`, `signal` and `steal`, as the specification has them. */

interface Waiting {
  readonly mode: LockMode;
  grant(): void;
}

interface Held {
  readonly mode: LockMode;
  rob(): void;
}

export function createFakeLocks(): LockManager {
  const held = new Map<string, Set<Held>>();
  const queues = new Map<string, Waiting[]>();

  const isFree = (name: string, mode: LockMode): boolean => {
    const holders = [...(held.get(name) ?? [])];
    return holders.length === 0 || (mode === 'shared' && holders.every((holder) => holder.mode === 'shared'));
  };

  function next(name: string): void {
    const queue = queues.get(name) ?? [];
    while (queue[0] !== undefined && isFree(name, queue[0].mode)) queue.shift()?.grant();
  }

  function hold<T>(name: string, mode: LockMode, callback: (lock: Lock | null) => T): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      const own: Held = { mode, rob: () => reject(new DOMException('Stolen', 'AbortError')) };
      const holders = held.get(name) ?? new Set();
      held.set(name, holders.add(own));
      Promise.resolve(callback({ name, mode }))
        .then(resolve, reject)
        .finally(() => {
          if (holders.delete(own)) next(name);
        });
    });
  }

  async function request<T>(
    name: string,
    options: LockOptions,
    callback: (lock: Lock | null) => T,
  ): Promise<Awaited<T>> {
    const { mode = 'exclusive', ifAvailable = false, steal = false, signal } = options;
    signal?.throwIfAborted();
    await Promise.resolve(); // never granted within the call
    if (steal) {
      const holders = held.get(name) ?? new Set();
      for (const holder of holders) holder.rob();
      holders.clear();
      return hold(name, mode, callback);
    }
    if (isFree(name, mode) && (queues.get(name) ?? []).length === 0) return hold(name, mode, callback);
    if (ifAvailable) {
      const result = await callback(null);
      return result;
    }
    return new Promise<Awaited<T>>((resolve, reject) => {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      const waiting: Waiting = { mode, grant: () => void hold(name, mode, callback).then(resolve, reject) };
      queue.push(waiting);
      signal?.addEventListener('abort', () => {
        const at = queue.indexOf(waiting);
        if (at < 0) return;
        queue.splice(at, 1);
        reject(new DOMException('Withdrawn', 'AbortError'));
      });
    });
  }

  return { request: request as LockManager['request'], query: () => Promise.resolve({ held: [], pending: [] }) };
}
