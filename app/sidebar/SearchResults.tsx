import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { timeAgo } from '../layout/dates.ts';
import type { SearchHit } from '../state/chat-state.ts';
import type { ConversationHead } from '../state/conversation.ts';
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

interface FoundConversation {
  readonly conversation: ConversationHead;
  /** Where the words are in its title. */
  readonly title?: SearchHit;
  readonly places: readonly (SearchHit & { readonly messageId: string })[];
}

/** Hits by conversation, in the order of the best one of each. */
function byConversation(hits: readonly SearchHit[]): FoundConversation[] {
  const found = new Map<string, FoundConversation>();
  for (const hit of hits) {
    const { conversation, messageId } = hit;
    const before = found.get(conversation.id) ?? { conversation, places: [] };
    found.set(
      conversation.id,
      messageId === null ? { ...before, title: hit } : { ...before, places: [...before.places, { ...hit, messageId }] },
    );
  }
  return [...found.values()];
}

/** Conversations where the words were found, with the places; choosing one opens its branch at that message. */
export function SearchResults({ state, onSelected, onLeave }: SearchResultsProps) {
  const { t } = useTranslation('sidebar');
  const select = useChat((chat) => chat.select);
  const list = useRef<HTMLUListElement>(null);
  const hits = 'hits' in state ? state.hits : [];

  function open(conversation: string, messageId?: string): void {
    void select(conversation, messageId);
    onSelected();
  }

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
        {byConversation(hits).map(({ conversation, title, places }) => (
          <li key={conversation.id}>
            <button type="button" className="search-conversation" onClick={() => open(conversation.id)}>
              <span className="search-title" dir="auto">
                {title === undefined ? conversation.title : <Marked hit={title} />}
              </span>
              <small>{timeAgo(conversation.updatedAt)}</small>
            </button>
            {places.length > 0 && (
              <ul aria-label={t('search.places', { title: conversation.title })}>
                {places.map(({ messageId, ...hit }) => (
                  <li key={messageId}>
                    <button type="button" onClick={() => open(conversation.id, messageId)}>
                      <span className="search-excerpt" dir="auto">
                        <Marked hit={hit} />
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
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
