/** A hidden tab may be frozen or closed without another word; on phones this is all that is ever said. */
export function keepBeforeLeaving({ save, isAtStake }: { save(): void; isAtStake(): boolean }): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  // Hidden: the last chance. In sight again: a frozen tab has missed its own attempts.
  document.addEventListener('visibilitychange', save, { signal });
  window.addEventListener('pagehide', save, { signal });
  window.addEventListener(
    'beforeunload',
    (event) => {
      if (isAtStake()) event.preventDefault(); // the browser asks in its own words
    },
    { signal },
  );
  return () => listening.abort();
}
