/** Web Locks for tests: exclusive ones with `ifAvailable`, `signal` and `steal`, as the specification has them. */

interface Waiting {
  grant(): void;
}

interface Held {
  rob(): void;
}

export function createFakeLocks(): LockManager {
  const held = new Map<string, Held>();
  const queues = new Map<string, Waiting[]>();

  function next(name: string): void {
    if (!held.has(name)) queues.get(name)?.shift()?.grant();
  }

  function hold<T>(name: string, callback: (lock: Lock | null) => T): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      const own: Held = { rob: () => reject(new DOMException('Stolen', 'AbortError')) };
      held.set(name, own);
      Promise.resolve(callback({ name, mode: 'exclusive' }))
        .then(resolve, reject)
        .finally(() => {
          if (held.get(name) !== own) return;
          held.delete(name);
          next(name);
        });
    });
  }

  async function request<T>(
    name: string,
    options: LockOptions,
    callback: (lock: Lock | null) => T,
  ): Promise<Awaited<T>> {
    const { ifAvailable = false, steal = false, signal } = options;
    signal?.throwIfAborted();
    await Promise.resolve(); // never granted within the call
    const holder = held.get(name);
    if (steal) {
      holder?.rob();
      return hold(name, callback);
    }
    if (holder === undefined && (queues.get(name) ?? []).length === 0) return hold(name, callback);
    if (ifAvailable) {
      const result = await callback(null);
      return result;
    }
    return new Promise<Awaited<T>>((resolve, reject) => {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      const waiting: Waiting = { grant: () => void hold(name, callback).then(resolve, reject) };
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
