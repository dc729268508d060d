/** Conversations to files and back, with a word about how it went. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationHead } from '../state/conversation.ts';
import { noticeStore } from '../state/notice-store.ts';
import { useStores } from '../state/stores.tsx';
import { fileNameOf, saveFile } from './save-file.ts';

interface ConversationFiles {
  exportOne(head: ConversationHead, format: 'markdown' | 'json'): Promise<void>;
  exportAll(): Promise<void>;
  importFile(file: File): Promise<void>;
}

const ENDINGS = { markdown: 'md', json: 'json' } as const;

export function useConversationFiles(): ConversationFiles {
  const { chat } = useStores();
  const { t } = useTranslation('sidebar');
  return useMemo(() => {
    const { say } = noticeStore.getState();

    /** What the stores throw says it in words. */
    async function orSay(action: () => Promise<void>): Promise<void> {
      try {
        await action();
      } catch (error) {
        say('failed', error instanceof Error ? error.message : String(error));
      }
    }

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
      importFile: (file) =>
        orSay(async () => {
          const { conversations, messages, skipped } = await chat.getState().importConversations(file);
          const parts = [
            conversations > 0
              ? `${t('import.conversations', { count: conversations })} ${t('import.messages', { count: messages })}`
              : t('import.nothing'),
            skipped > 0 ? t('import.skipped', { count: skipped }) : '',
          ];
          say('done', parts.filter((part) => part !== '').join(' '));
        }),
    };
  }, [chat, t]);
}
