/** Conversations: the open one, the list, and the answer under way. */
import type { EngineClient } from '../../engine/api.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { streamAnswer } from './answer-stream.ts';
import type { ConversationsDb } from './conversations-db.ts';
import {
  type AssistantMessage,
  type ConversationHead,
  isAnswering,
  type Message,
  titleOf,
  toChatMessages,
} from './messages.ts';
import type { ModelStore } from './model-store.ts';
import { type SettingsStore, toSampling } from './settings-store.ts';

/** How much of a streaming answer a closed tab may lose. */
const SAVE_EVERY_MS = 1000;

export interface ChatState {
  readonly heads: readonly ConversationHead[];
  /** The open conversation; null is a new one that has no message yet. */
  readonly current: ConversationHead | null;
  readonly messages: readonly Message[];
  readonly answering: boolean;
  /** The conversation that was deleted last and can still be brought back. */
  readonly deleted: { readonly head: ConversationHead; readonly messages: readonly Message[] } | null;
  /** Set when the browser refuses to store conversations. */
  readonly saveFailed: boolean;
  start(): Promise<void>;
  send(text: string): Promise<void>;
  /** Answers the last question again. */
  retry(): Promise<void>;
  stop(): Promise<void>;
  newChat(): Promise<void>;
  select(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  undoRemove(): Promise<void>;
  forgetRemoved(): void;
}

export type ChatStore = StoreApi<ChatState>;

export function createChatStore(
  client: EngineClient,
  model: ModelStore,
  settings: SettingsStore,
  db: ConversationsDb,
): ChatStore {
  return createStore<ChatState>((set, get) => {
    let run: { readonly controller: AbortController; readonly finished: Promise<void> } | null = null;

    async function save(): Promise<void> {
      const { current, messages } = get();
      if (current === null) return;
      try {
        await db.save(current, messages);
      } catch {
        set({ saveFailed: true });
      }
    }

    /** Puts the open conversation on top of the list, with the present time. */
    function touch(): void {
      const { current, heads } = get();
      if (current === null) return;
      const head = { ...current, updatedAt: Date.now() };
      set({ current: head, heads: [head, ...heads.filter(({ id }) => id !== head.id)] });
    }

    /** Adds an empty answer and streams into it. */
    async function answer(): Promise<void> {
      const { status } = model.getState();
      if (status.kind !== 'ready') return;
      const { sampling } = settings.getState();
      const question = get().messages;
      const empty: AssistantMessage = {
        id: crypto.randomUUID(),
        role: 'assistant',
        content: '',
        status: { kind: 'waiting' },
        model: status.info.name,
        routing: null,
      };
      set({ messages: [...question, empty], answering: true });
      touch();
      const saver = setInterval(() => void save(), SAVE_EVERY_MS);
      const controller = new AbortController();
      const request = {
        prompt: { kind: 'chat', messages: toChatMessages(question, sampling.systemPrompt) },
        sampling: toSampling(sampling),
        maxTokens: sampling.maxTokens,
        trace: true,
      } as const;
      const finished = (async () => {
        await save();
        const failure = await streamAnswer(client, request, status.info, controller.signal, (update) =>
          set({ messages: [...question, { ...empty, ...update }] }),
        );
        clearInterval(saver);
        run = null;
        set({ answering: false });
        if (failure?.code === 'device-lost') model.getState().lost(failure);
        touch();
        await save();
      })();
      run = { controller, finished };
      await finished;
    }

    /** Before another conversation is opened: an answer under way ends and is saved. */
    async function settle(): Promise<void> {
      run?.controller.abort();
      await run?.finished;
    }

    return {
      heads: [],
      current: null,
      messages: [],
      answering: false,
      deleted: null,
      saveFailed: false,

      start: async () => {
        try {
          set({ heads: await db.list() });
        } catch {
          set({ saveFailed: true });
        }
      },

      send: async (text) => {
        const content = text.trim();
        if (content === '' || run !== null || model.getState().status.kind !== 'ready') return;
        const { messages } = get();
        if (get().current === null) {
          set({ current: { id: crypto.randomUUID(), title: titleOf(content), updatedAt: Date.now() } });
        }
        set({ messages: [...messages, { id: crypto.randomUUID(), role: 'user', content }] });
        await answer();
      },

      retry: async () => {
        const { messages } = get();
        if (run !== null || model.getState().status.kind !== 'ready') return;
        const last = messages.at(-1);
        if (last === undefined || (last.role === 'assistant' && isAnswering(last.status))) return;
        set({ messages: last.role === 'assistant' ? messages.slice(0, -1) : messages });
        await answer();
      },

      stop: settle,

      newChat: async () => {
        await settle();
        set({ current: null, messages: [] });
      },

      select: async (id) => {
        if (get().current?.id === id) return;
        await settle();
        const head = get().heads.find((one) => one.id === id);
        if (head === undefined) return;
        try {
          set({ current: head, messages: await db.messages(id) });
        } catch {
          set({ saveFailed: true });
        }
      },

      remove: async (id) => {
        const head = get().heads.find((one) => one.id === id);
        if (head === undefined) return;
        const isOpen = get().current?.id === id;
        if (isOpen) await settle();
        try {
          const messages = isOpen ? get().messages : await db.messages(id);
          await db.remove(id);
          set({ heads: get().heads.filter((one) => one.id !== id), deleted: { head, messages } });
          if (isOpen) set({ current: null, messages: [] });
        } catch {
          set({ saveFailed: true });
        }
      },

      undoRemove: async () => {
        const { deleted, heads } = get();
        if (deleted === null) return;
        const { head, messages } = deleted;
        set({ heads: [...heads, head].sort((a, b) => b.updatedAt - a.updatedAt), deleted: null });
        try {
          await db.save(head, messages);
        } catch {
          set({ saveFailed: true });
        }
      },

      forgetRemoved: () => set({ deleted: null }),
    };
  });
}
