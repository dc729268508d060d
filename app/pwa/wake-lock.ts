/** Keeps the screen on while a model is downloaded or an answer is written, where the browser can: a device that sleeps does neither. */
import type { Stores } from '../state/stores.tsx';

/** Browsers release the lock when the page hides, and by themselves when the battery is low. */
export function keepAwake({ chat, downloads, model }: Pick<Stores, 'chat' | 'downloads' | 'model'>): () => void {
  const { wakeLock } = navigator as Partial<Navigator>;
  if (wakeLock === undefined) return () => undefined;
  const ends = new AbortController();
  let held: WakeLockSentinel | null = null;
  let asking = false;

  function isBusy(): boolean {
    const { status } = model.getState();
    return (
      chat.getState().answeringIn !== null ||
      downloads.getState().downloads.some((download) => download.status.kind === 'running') ||
      (status.kind === 'loading' && status.progress.stage === 'download')
    );
  }

  async function update(): Promise<void> {
    const isWanted = isBusy() && document.visibilityState === 'visible' && !ends.signal.aborted;
    if (!isWanted) {
      const lock = held;
      held = null;
      await lock?.release().catch(() => undefined);
      return;
    }
    if (held !== null || asking) return;
    asking = true;
    try {
      const lock = await wakeLock?.request('screen');
      held = lock ?? null;
      lock?.addEventListener('release', () => {
        if (held === lock) held = null;
      });
    } catch {
      // Low battery, or a frame that may not: the work goes on without.
    }
    asking = false;
    if (held !== null && !(isBusy() && document.visibilityState === 'visible')) await update();
  }

  const onChange = (): void => void update();
  const unsubscribe = [chat, downloads, model].map((store) => store.subscribe(onChange));
  document.addEventListener('visibilitychange', onChange, { signal: ends.signal });
  return () => {
    ends.abort();
    for (const end of unsubscribe) end();
    void update();
  };
}
