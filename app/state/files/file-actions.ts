/** Export and import. What they need beyond this is loaded when it is needed. */
import { loadWords, t } from '../../i18n/i18n.ts';
import { loadPart } from '../../layout/load-part.ts';
import type { ChatCore } from '../chat-core.ts';
import type { ChatNews } from '../chat-news.ts';
import type { ChatState, ImportResult } from '../chat-state.ts';
import type { ConversationHead, Message } from '../conversation.ts';
import { pathTo, treeOf } from '../message-tree.ts';
import { noticeStore } from '../notice-store.ts';
import type { FiledConversation } from './conversation-file.ts';
import { ConversationFileError } from './file-error.ts';

/** As text and as objects a file takes several times its size of memory. */
const MAX_FILE_BYTES = 300e6;

export type FileActions = Pick<ChatState, 'exportConversations' | 'importConversations' | 'cancelImport'>;

export function fileActions(core: ChatCore, news: ChatNews): FileActions {
  async function stored(head: ConversationHead): Promise<{ head: ConversationHead; messages: readonly Message[] }> {
    return { head, messages: await core.messagesOf(head.id) };
  }

  /** The routing that the store has of these answers. */
  async function withRouting({ head, messages }: FiledConversation): Promise<FiledConversation> {
    const ids = messages.flatMap((one) => (one.role === 'assistant' && one.routing === null ? [one.id] : []));
    const known = ids.length === 0 ? new Map<string, never>() : await core.db.routing(head.id, ids);
    return {
      head,
      messages: messages.map((one) =>
        one.role === 'assistant' ? { ...one, routing: one.routing ?? known.get(one.id) ?? null } : one,
      ),
    };
  }

  /** Ends the import under way. */
  let cancelling = new AbortController();

  async function importFile(file: File, signal: AbortSignal): Promise<ImportResult> {
    if (file.size > MAX_FILE_BYTES) throw new ConversationFileError('tooLarge');
    const [{ readConversations }, { importConversations }] = await Promise.all([
      loadPart(() => import('./conversation-file.ts')),
      loadPart(() => import('./import.ts')),
    ]);
    const { conversations, faults } = readConversations(await file.text());
    const imported = await importConversations(core.db, conversations, {
      signal,
      onProgress: (importing) => core.set({ importing }),
      onWritten: (batch, heads) => {
        const { current } = core.state;
        core.showHeads(
          // Which branch is shown is this tab's own affair.
          heads.map((head) => (head.id === current?.id ? { ...head, leafId: current.leafId } : head)),
        );
        core.tell({ kind: 'heads', conversations: batch.map(([id]) => id) });
        for (const [id, { create, messages = [] }] of batch) {
          if (create !== undefined) continue; // no tab has it open yet
          const written = messages.map((message) => message.id);
          const about = { conversation: id, written, deleted: [], timeOrigin: performance.timeOrigin };
          core.tell({ kind: 'messages', ...about });
          void news.take({ kind: 'messages', ...about }); // as the other tabs do
        }
      },
    });
    return { ...imported, ...(faults.length > 0 && { faults }), ...(signal.aborted && { isCancelled: true }) };
  }

  return {
    exportConversations: async (id, format) => {
      const heads = id === null ? core.state.heads : core.state.heads.filter((head) => head.id === id);
      if (format === 'json') {
        const { ConversationWriter } = await loadPart(() => import('./conversation-file.ts'));
        const writer = new ConversationWriter(new Date());
        for (const head of heads) writer.add(await withRouting(await stored(head)));
        const { file, withoutRouting } = writer.end();
        if (withoutRouting > 0) {
          await loadWords(['sharing']).catch(() => undefined);
          noticeStore.getState().say('failed', t('sharing:withoutRouting', { count: withoutRouting }));
        }
        return file;
      }
      const { conversationMarkdown } = await loadPart(() => import('./markdown.ts'));
      const texts = [];
      for (const one of heads) {
        const { head, messages } = await stored(one);
        texts.push(conversationMarkdown(head, pathTo(treeOf(messages), head.leafId)));
      }
      return new Blob([texts.join('\n')], { type: 'text/markdown' });
    },

    importConversations: async (file) => {
      if (core.state.importing !== null) throw new Error(t('sidebar:import.underWay'));
      cancelling = new AbortController();
      core.set({ importing: { done: 0, total: null } });
      try {
        return await importFile(file, cancelling.signal);
      } catch (error) {
        if (error instanceof ConversationFileError) throw new Error(inWords(error), { cause: error });
        throw error;
      } finally {
        core.set({ importing: null });
      }
    },

    cancelImport: () => cancelling.abort(),
  };
}

function inWords({ kind, place }: ConversationFileError): string {
  switch (kind) {
    case 'notOurs':
      return t('sidebar:import.notOurs');
    case 'newer':
      return t('sidebar:import.newer');
    case 'damaged':
      return t('sidebar:import.damaged', { place });
    case 'tooLarge':
      return t('sidebar:import.tooLarge');
    case 'noRoom':
      return t('sidebar:import.noRoom');
    case 'refused':
      return t('sidebar:import.refused');
    default:
      return kind satisfies never;
  }
}
