import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { timeAgo } from '../layout/dates.ts';
import type { SearchHit } from '../state/chat-state.ts';
import { useChat } from '../state/stores.tsx';
import { MOST_HITS } from '../state/search/conversation-search.ts';
import { moveFocus } from './move-focus.ts';
import type { SearchState } from './use-search.ts';
import { isComposing } from '../layout/input-method.ts';

interface SearchResultsProps {
  readonly state: Exclude<SearchState, { kind: 'off' }>;
  onSelected(): void;
  /** Up from the first one: back to the field. */
  onLeave(): void;
}

/** Places where the words were found; choosing one opens its branch at that message. */
export function SearchResults({ state, onSelected, onLeave }: SearchResultsProps) {
  const { t } = useTranslation('sidebar');
  const select = useChat((chat) => chat.select);
  const list = useRef<HTMLUListElement>(null);
  const hits = 'hits' in state ? state.hits : [];
  return (
    <>
      <p className="search-count" role="status">
        {state.kind === 'failed' && t('search.failed')}
        {state.kind === 'searching' && hits.length === 0 && t('search.searching')}
        {state.kind === 'found' &&
          (hits.length < MOST_HITS
            ? t('search.results', { count: hits.length })
            : t('search.best', { count: MOST_HITS }))}
      </p>
      <ul
        ref={list}
        className="search-results"
        aria-label={t('search.label')}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          const isFirst = event.target === list.current?.querySelector('button');
          if (event.key === 'ArrowUp' && isFirst) onLeave();
          else if (!moveFocus(event, list.current, 'button')) return;
          event.preventDefault();
        }}
      >
        {hits.map((hit) => (
          <li key={`${hit.conversation.id} ${hit.messageId ?? ''}`}>
            <button
              type="button"
              onClick={() => {
                void select(hit.conversation.id, hit.messageId ?? undefined);
                onSelected();
              }}
            >
              <span className="search-title" dir="auto">
                {hit.messageId === null ? <Marked hit={hit} /> : hit.conversation.title}
              </span>
              <span className="search-excerpt" dir="auto">
                {hit.messageId === null ? timeAgo(hit.conversation.updatedAt) : <Marked hit={hit} />}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Marked({ hit: { excerpt, marks } }: { readonly hit: Pick<SearchHit, 'excerpt' | 'marks'> }) {
  const ends = [0, ...marks.map(({ start, length }) => start + length)];
  return (
    <>
      {marks.map(({ start, length }, index) => (
        <span key={start}>
          {excerpt.slice(ends[index], start)}
          <mark>{excerpt.slice(start, start + length)}</mark>
        </span>
      ))}
      {excerpt.slice(ends.at(-1))}
    </>
  );
}
