import { useStore } from 'zustand';
import type { Attachment } from '../state/conversation.ts';
import { useChat, useStores } from '../state/stores.tsx';
import { draftOf, type DraftKey, type DraftState, NEW_CONVERSATION } from './draft-store.ts';

interface OpenDraft {
  readonly key: DraftKey;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** How many files are being read. */
  readonly reading: number;
  readonly store: DraftState;
}

/** What is being written in the open conversation. */
export function useDraft(): OpenDraft {
  const key = useChat((state) => state.current?.id ?? NEW_CONVERSATION);
  const store = useStore(useStores().drafts);
  const { text, attachments } = draftOf(store, key);
  return { key, text, attachments, reading: store.reading, store };
}
