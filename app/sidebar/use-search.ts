import { useEffect, useState } from 'react';
import type { SearchHit } from '../state/chat-state.ts';
import { useStores } from '../state/stores.tsx';

/** Typing goes on meanwhile; only a pause is searched for. */
const PAUSE_MS = 120;

export type SearchState =
  | { readonly kind: 'off' }
  | { readonly kind: 'searching'; readonly hits: readonly SearchHit[] }
  | { readonly kind: 'found'; readonly hits: readonly SearchHit[] }
  | { readonly kind: 'failed' };

/** Hits of the last search stay while the next one is made. */
export function useSearch(query: string): SearchState {
  const { chat } = useStores();
  const [state, setState] = useState<SearchState>({ kind: 'off' });

  useEffect(() => {
    if (query.trim() === '') {
      setState({ kind: 'off' });
      return;
    }
    let isCurrent = true;
    setState((before) => ({ kind: 'searching', hits: 'hits' in before ? before.hits : [] }));
    const timer = setTimeout(() => {
      chat
        .getState()
        .search(query)
        .then(
          (hits) => isCurrent && setState({ kind: 'found', hits }),
          () => isCurrent && setState({ kind: 'failed' }),
        );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [chat, query]);

  return state;
}
