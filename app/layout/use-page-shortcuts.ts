/** What the page's shortcuts do. */
import type { RefObject } from 'react';
import { t } from '../i18n/i18n.ts';
import type { ChatState } from '../state/chat-state.ts';
import type { AssistantMessage, PathEntry } from '../state/conversation.ts';
import { noticeStore } from '../state/notice-store.ts';
import { useSettings, useStores } from '../state/stores.tsx';
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
  const { openPanel, openSettings } = viewStore.getState();
  const done = (action: () => unknown): true => {
    action();
    return true;
  };

  useShortcuts(
    {
      newChat: () => done(newChat),
      focusComposer: () => done(() => field.current?.focus()),
      search: () => done(search),
      toggleSidebar: () => done(toggleSidebar),
      models: () => done(() => openPanel('models')),
      settings: () => done(() => openSettings(null)),
      shortcuts: () => done(() => openPanel('shortcuts')),
      stop: () => chat.getState().answeringIn !== null && done(() => chat.getState().stop()),
      nextConversation: () => selectNeighbour(chat.getState(), 1),
      previousConversation: () => selectNeighbour(chat.getState(), -1),
      copyAnswer: () => copyLastAnswer(chat.getState()),
      regenerate: () => regenerateLastAnswer(chat.getState()),
      previousBranch: () => showNeighbourBranch(chat.getState(), -1),
      nextBranch: () => showNeighbourBranch(chat.getState(), 1),
    },
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

function lastAnswer({ path }: ChatState): AssistantMessage | null {
  const message = path.findLast((entry) => entry.message.role === 'assistant')?.message;
  return message?.role === 'assistant' ? message : null;
}

function copyLastAnswer(state: ChatState): boolean {
  const answer = lastAnswer(state);
  if (answer === null) return false;
  const text = answer.content;
  navigator.clipboard.writeText(text).then(
    () => noticeStore.getState().say('done', t('layout:live.copied')),
    () => undefined, // Refused by the browser: the text is still there to be marked by hand.
  );
  return true;
}

function regenerateLastAnswer(state: ChatState): boolean {
  const answer = lastAnswer(state);
  if (answer === null || state.answeringIn !== null) return false;
  void state.regenerate(answer.id);
  return true;
}

/** The branch beside the message that has the focus, or else beside the last message that has branches. */
function showNeighbourBranch(state: ChatState, places: 1 | -1): boolean {
  if (state.answeringIn !== null) return false;
  const focused = document.activeElement?.closest('[data-message]')?.getAttribute('data-message');
  const hasBranches = ({ siblings }: PathEntry): boolean => siblings.length > 1;
  const entry = state.path.find(({ message }) => message.id === focused) ?? state.path.findLast(hasBranches);
  if (entry === undefined) return false;
  const neighbour = entry.siblings[entry.siblings.indexOf(entry.message.id) + places];
  if (neighbour === undefined) return false;
  void state.showBranch(neighbour);
  return true;
}
