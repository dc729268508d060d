/** Conversations to files and back, with a word about how it went. */
import { useMemo } from 'react';
import { t } from '../i18n/i18n.ts';
import type { ChatStore } from '../state/chat-store.ts';
import type { ImportResult } from '../state/chat-state.ts';
import type { ConversationHead } from '../state/conversation.ts';
import { noticeStore } from '../state/notice-store.ts';
import { useStores } from '../state/stores.tsx';
import { fileNameOf, saveFile } from './save-file.ts';

interface ConversationFiles {
  exportOne(head: ConversationHead, format: 'markdown' | 'json'): Promise<void>;
  exportAll(): Promise<void>;
  importFile(file: File): Promise<void>;
}

/** What came of an import, beyond what was imported: why it is not all of it. */
export function restInWords({ faults = [], isCancelled = false }: ImportResult): string {
  const [place] = faults;
  const parts = [
    ...(isCancelled ? [t('sidebar:import.cancelled')] : []),
    ...(place === undefined ? [] : [t('sidebar:import.faults', { count: faults.length, place })]),
  ];
  return parts.join(' ');
}

/** What the stores throw says it in words. */
async function orSay(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    noticeStore.getState().say('failed', error instanceof Error ? error.message : String(error));
  }
}

/** Imports an export of Mixtab, and says what came of it. */
export function importFile(chat: ChatStore, file: File): Promise<void> {
  return orSay(async () => {
    const result = await chat.getState().importConversations(file);
    const { conversations, messages, skipped, faults } = result;
    const parts = [
      conversations > 0
        ? `${t('sidebar:import.conversations', { count: conversations })} ${t('sidebar:import.messages', { count: messages })}`
        : t('sidebar:import.nothing'),
      skipped > 0 ? t('sidebar:import.skipped', { count: skipped }) : '',
      restInWords(result),
    ];
    // What was left out is read before it goes.
    noticeStore.getState().say(faults === undefined ? 'done' : 'failed', parts.filter((part) => part !== '').join(' '));
  });
}

const ENDINGS = { markdown: 'md', json: 'json' } as const;

export function useConversationFiles(): ConversationFiles {
  const { chat } = useStores();
  return useMemo(() => {
    return {
      exportOne: (head, format) =>
        orSay(async () => {
          const content = await chat.getState().exportConversations(head.id, format);
          saveFile(content, `${fileNameOf(head.title, 'conversation')}.${ENDINGS[format]}`);
        }),
      exportAll: () =>
        orSay(async () => {
          const content = await chat.getState().exportConversations(null, 'json');
          saveFile(content, `mixtab-conversations-${new Date().toISOString().slice(0, 10)}.json`);
        }),
      importFile: (file) => importFile(chat, file),
    };
  }, [chat]);
}
