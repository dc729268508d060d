/**
 * A mark that stands while a model loads, in localStorage. Where it is found at the next visit, the browser ended the tab in the
 * middle of the load: most likely because the model takes more memory than there is. An ordinary end takes it away: the load
 * succeeds or fails, or the tab is reloaded or closed.
 */
import { localStore } from '../storage/local-store.ts';

const KEY = 'mixtab-loading';

export interface LoadMark {
  /** Key of the model during whose load an earlier visit ended; null where none did. */
  left(): string | null;
  set(model: string): void;
  clear(): void;
}

export function createLoadMark(): LoadMark {
  /** The mark of this tab's own load. */
  let own: string | null = null;

  // A page that is left on purpose says goodbye; one whose process dies does not.
  addEventListener('pagehide', () => {
    if (own !== null) write(null);
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && own !== null) write(own); // the load goes on
  });

  return {
    left: () => (own === null ? stored() : null),
    set: (model) => {
      own = model;
      write(model);
    },
    clear: () => {
      own = null;
      write(null);
    },
  };
}

function stored(): string | null {
  return localStore.getItem(KEY);
}

/** Where it is denied, the next visit knows nothing of this one. */
function write(mark: string | null): void {
  if (mark === null) localStore.removeItem(KEY);
  else localStore.setItem(KEY, mark);
}
