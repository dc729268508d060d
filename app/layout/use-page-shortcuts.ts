/** What the page's shortcuts do. */
import type { RefObject } from 'react';
import type { ChatState } from '../state/chat-store.ts';
import { useSettings, useStores } from '../state/stores.tsx';
import type { ShortcutId } from './shortcuts.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { viewStore } from './view-store.ts';

interface PageActions {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  newChat(): void;
  toggleSidebar(): void;
  /** Sees to it that the list of conversations is there, and its search has the focus. */
  search(): void;
}

export function usePageShortcuts({ field, newChat, toggleSidebar, search }: PageActions): void {
  const { chat } = useStores();
  const singleKeys = useSettings((state) => state.singleKeys);
  const done = (action: () => unknown): true => {
    action();
    return true;
  };
  const { openPanel, openSettings } = viewStore.getState();

  useShortcuts(
    {
      newChat: () => done(newChat),
      focusComposer: () => done(() => field.current?.focus()),
      search: () => done(search),
      toggleSidebar: () => done(toggleSidebar),
      models: () => done(() => openPanel('models')),
      settings: () => done(() => openSettings(null)),
      shortcuts: () => done(() => openPanel('shortcuts')),
      stop: () => chat.getState().answering && done(() => chat.getState().stop()),
      nextConversation: () => selectNeighbour(chat.getState(), 1),
      previousConversation: () => selectNeighbour(chat.getState(), -1),
      copyAnswer: () => false,
      regenerate: () => false,
      previousBranch: () => false,
      nextBranch: () => false,
    } satisfies Record<ShortcutId, () => boolean>,
    singleKeys,
  );
}

/** Opens the conversation so many places below the open one, in the order of the list; a new one stands above all. */
function selectNeighbour({ heads, current, select }: ChatState, places: 1 | -1): boolean {
  const index = current === null ? -1 : heads.findIndex(({ id }) => id === current.id);
  const neighbour = heads[index + places];
  if (neighbour === undefined) return false;
  void select(neighbour.id);
  return true;
}
