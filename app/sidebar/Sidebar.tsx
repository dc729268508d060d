import './sidebar.css';
import { Search, SquarePen, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Mark } from '../icons/Mark.tsx';
import { ThemeSwitch } from '../settings/ThemeSwitch.tsx';
import { useChat } from '../state/stores.tsx';
import { notKeptStore } from '../storage/not-kept.ts';
import { ConversationList } from './ConversationList.tsx';
import { LibraryMenu } from './LibraryMenu.tsx';
import { SearchResults } from './SearchResults.tsx';
import { useSearch } from './use-search.ts';
import { isComposing } from '../layout/input-method.ts';

interface SidebarProps {
  readonly isDrawer: boolean;
  readonly isOpen: boolean;
  onClose(): void;
  onNewChat(): void;
}

/** The conversations: beside the chat on a wide screen, a drawer over it on a narrow one. */
export function Sidebar({ isDrawer, isOpen, onClose, onNewChat }: SidebarProps) {
  const { t } = useTranslation(['sidebar', 'layout']);
  const [query, setQuery] = useState('');
  const search = useSearch(query);
  const closeButton = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const content = useRef<HTMLElement>(null);

  useEffect(() => {
    if (isDrawer && isOpen) closeButton.current?.focus();
  }, [isDrawer, isOpen]);

  function onSearchKey(event: KeyboardEvent<HTMLInputElement>): void {
    if (isComposing(event)) return;
    if (event.key === 'Escape' && query !== '') {
      event.stopPropagation(); // the drawer stays
      setQuery('');
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      content.current?.querySelector<HTMLElement>('button:not([tabindex="-1"])')?.focus();
    }
  }

  return (
    <aside
      className="sidebar"
      aria-label={t('label')}
      data-drawer={isDrawer}
      data-open={isOpen}
      inert={isDrawer && !isOpen}
      onKeyDown={(event) => {
        // A menu that closes itself has taken the key already.
        if (event.key === 'Escape' && isDrawer && !event.defaultPrevented && !isComposing(event)) onClose();
      }}
    >
      <div className="sidebar-head">
        <Mark size={26} />
        <strong>{t('layout:appName')}</strong>
        {isDrawer && (
          <button ref={closeButton} type="button" className="icon-button" aria-label={t('close')} onClick={onClose}>
            <X size={20} />
          </button>
        )}
      </div>
      <button type="button" className="sidebar-new" onClick={onNewChat}>
        <SquarePen size={18} aria-hidden="true" /> {t('newChat')}
      </button>
      <div className="sidebar-search">
        <Search size={16} aria-hidden="true" />
        <input
          ref={field}
          type="search"
          dir="auto"
          aria-label={t('search.field')}
          placeholder={t('search.placeholder')}
          value={query}
          autoComplete="off"
          enterKeyHint="search"
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onSearchKey}
        />
        {query !== '' && (
          <button
            type="button"
            className="icon-button"
            aria-label={t('search.clear')}
            onClick={() => {
              setQuery('');
              field.current?.focus();
            }}
          >
            <X size={16} />
          </button>
        )}
      </div>
      <nav ref={content} className="sidebar-list" aria-label={t('conversations')}>
        {search.kind === 'off' ? (
          <Conversations onSelected={onClose} />
        ) : (
          <SearchResults state={search} onSelected={onClose} onLeave={() => field.current?.focus()} />
        )}
      </nav>
      <div className="sidebar-foot">
        <ThemeSwitch />
        <LibraryMenu />
      </div>
    </aside>
  );
}

function Conversations({ onSelected }: { onSelected(): void }) {
  const { t } = useTranslation('sidebar');
  const isEmpty = useChat((state) => state.heads.length === 0);
  const readFailed = useChat((state) => state.readFailed);
  const isKept = useStore(notKeptStore, ({ notKept }) => !notKept.includes('conversations'));
  // The open one says so above the composer.
  const others = useChat(({ unsaved, current }) => [...unsaved.keys()].filter((id) => id !== current?.id).length);
  return (
    <>
      {readFailed && (
        <p className="sidebar-warning" role="alert">
          {t('readFailed')}
        </p>
      )}
      {others > 0 && (
        <p className="sidebar-warning" role="alert">
          {t('unsaved.others', { count: others })}
        </p>
      )}
      {isEmpty ? <p>{t(isKept ? 'empty' : 'emptyNotKept')}</p> : <ConversationList onSelected={onSelected} />}
    </>
  );
}
