/** What can be done with whole conversations. */
import { t } from '../i18n/i18n.ts';
import type { Answers } from './answers.ts';
import type { ChatCore } from './chat-core.ts';
import type { ChatState } from './chat-state.ts';
import type { ContextMeter } from './context-meter.ts';
import { type ConversationHead, isAnswering, type Message } from './conversation.ts';
import type { DeletedStash } from './deleted-stash.ts';
import { newestLeaf, treeOf } from './message-tree.ts';
import { noticeStore } from './notice-store.ts';
import type { RoutingLoader } from './routing-loader.ts';
import { isTemporary, temporaryId } from './temporary.ts';

const LONGEST_TITLE = 200;

export type ConversationActions = Pick<
  ChatState,
  | 'newChat'
  | 'newTemporaryChat'
  | 'select'
  | 'rename'
  | 'setPinned'
  | 'remove'
  | 'undoDelete'
  | 'forgetDeleted'
  | 'setConversationSettings'
  | 'setConversationModel'
>;

export interface ConversationParts {
  readonly core: ChatCore;
  readonly answers: Answers;
  readonly meter: ContextMeter;
  readonly routing: RoutingLoader;
  readonly stash: DeletedStash;
}

export function conversationActions({ core, answers, meter, routing, stash }: ConversationParts): ConversationActions {
  /** Counts openings, so that of two in a row the last wins, however long each takes to read. */
  let opening = 0;

  /** An answer that is under way in a temporary conversation ends with it. */
  function leaveTemporary(): void {
    const id = core.state.current?.id;
    if (id !== undefined && isTemporary(id)) void answers.settleIn(id);
  }

  async function select(id: string, messageId?: string): Promise<void> {
    const turn = ++opening;
    const run = answers.runIn(id);
    const head = core.headOf(id);
    if (head === undefined || turn !== opening) return;
    try {
      const wasOpen = core.state.current?.id === id;
      const found = wasOpen ? [...core.tree.byId.values()] : (await core.messagesOf(id)).map(asLoaded);
      if (turn !== opening) return;
      // An answer that was under way when the reading began is newer than what is stored of it.
      const messages = run === null ? found : [...found.filter((one) => one.id !== run.messageId), run.answer];
      const leafId = messageId === undefined ? head.leafId : newestLeaf(treeOf(messages), messageId);
      leaveTemporary();
      core.open({ ...head, leafId }, messages);
      core.set({ focusMessageId: messageId ?? null });
      if (messages.length === 0 && head.leafId !== null)
        noticeStore.getState().say('failed', t('sidebar:unsaved.lost'));
    } catch {
      noticeStore.getState().say('failed', t('sidebar:unsaved.unreadable'));
      return;
    }
    meter.request();
    void routing.loadPath();
  }

  return {
    newChat: async () => {
      opening++;
      leaveTemporary();
      core.open(null, []);
      meter.request();
    },

    newTemporaryChat: async () => {
      opening++;
      const { draftSettings, draftModel } = core.state;
      const now = Date.now();
      const head: ConversationHead = {
        id: temporaryId(),
        title: t('layout:temporary.title'),
        createdAt: now,
        updatedAt: now,
        isPinned: false,
        leafId: null,
        settings: draftSettings,
        model: draftModel ?? null,
      };
      leaveTemporary();
      core.open(head, []);
      meter.request();
    },

    select: async (id, messageId) => {
      if (core.state.current?.id === id && messageId === undefined) return;
      await select(id, messageId);
    },

    rename: async (id, title) => {
      const trimmed = title.trim().slice(0, LONGEST_TITLE);
      if (trimmed !== '') await core.changeHead(id, { title: trimmed });
    },

    setPinned: (id, isPinned) => core.changeHead(id, { isPinned }),

    remove: async (id) => {
      const wasOpen = core.state.current?.id === id;
      await answers.settleIn(id);
      try {
        const stored = await core.remove(id);
        core.hideHead(id);
        if (stored !== null) stash.keepConversation(stored, wasOpen);
        if (wasOpen) meter.request();
      } catch {
        noticeStore.getState().say('failed', t('sidebar:unsaved.notDeleted'));
      }
    },

    undoDelete: async () => {
      const reopen = await stash.undo();
      if (reopen === null) meter.request();
      else await select(reopen);
    },

    forgetDeleted: () => stash.forget(),

    setConversationSettings: async (settings) => {
      const { current } = core.state;
      if (current === null) core.set({ draftSettings: settings });
      else await core.changeHead(current.id, { settings });
      meter.request();
    },

    setConversationModel: async (model) => {
      const { current } = core.state;
      const isServer = model?.source.kind === 'server';
      if (current !== null) await core.changeHead(current.id, { model });
      else core.set({ draftModel: isServer ? model : null });
      meter.request();
      // Its failure shows where the model is shown.
      if (model !== null && !isServer && core.state.answeringIn === null && core.gpu.isHere())
        await core.model.getState().ensure(model);
    },
  };
}

/** An answer that was still streaming when it was saved will never go on: the tab that wrote it is gone. */
export function asLoaded(message: Message): Message {
  if (message.role === 'user' || !isAnswering(message.status)) return message;
  return { ...message, status: { kind: 'interrupted' } };
}
