/** Web Locks that are never refused. */

/** Null where the browser has none: it offers them to secure pages only. */
export function webLocks(): LockManager | null {
  return (navigator as Partial<Navigator>).locks ?? null;
}

/**
 * Where the browser denies locks (with all storage, when cookies are blocked), no other tab can be told of, and this one is
 * on its own: it has every lock at once. Without this, a refused lock looks like one that another tab holds.
 */
export function grantedIfDenied(locks: LockManager | null): LockManager | null {
  if (locks === null) return null;
  const manager = locks;

  async function request<T>(
    name: string,
    options: LockOptions,
    callback: (lock: Lock | null) => T,
  ): Promise<Awaited<T>> {
    let wasAsked = false;
    try {
      return await manager.request(name, options, (lock) => {
        wasAsked = true;
        return callback(lock);
      });
    } catch (error) {
      // What the callback itself throws, one that was withdrawn, and one that was stolen are no denial.
      if (wasAsked || options.signal?.aborted || isAbort(error)) throw error;
      return await callback({ name, mode: options.mode ?? 'exclusive' });
    }
  }

  return { request: request as LockManager['request'], query: () => manager.query() };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
