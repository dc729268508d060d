/** Conversations: the open one, the list, and the answer under way. The contract is `chat-state.ts`. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { Answers } from './answers.ts';
import { conversationActions } from './chat-conversations.ts';
import { ChatCore, type ChatParts } from './chat-core.ts';
import { messageActions } from './chat-messages.ts';
import { ChatNews } from './chat-news.ts';
import type { ChatState } from './chat-state.ts';
import { ContextMeter } from './context-meter.ts';
import { ConversationsList } from './conversations-list.ts';
import { conversationsOf, openConversationsChannel } from './conversations-channel.ts';
import { DeletedStash } from './deleted-stash.ts';
import { keepBeforeLeaving } from './keep-before-leaving.ts';
import { isSameChoice } from './model-choice.ts';
import { fileActions } from './files/file-actions.ts';
import { pastAnswers } from './past-answers.ts';
import { RoutingLoader } from './routing-loader.ts';
import { setAsideActions } from './set-aside-actions.ts';
import { ConversationSearch } from './search/conversation-search.ts';

export interface ChatStore extends StoreApi<ChatState> {
  /** Ends as a closed tab does: nothing more is written, shown or heard. */
  close(): void;
}

export function createChatStore(parts: ChatParts): ChatStore {
  const ends: (() => void)[] = [];

  const store = createStore<ChatState>((set, get, api) => {
    const channel = openConversationsChannel(parts.db.name, (message) => {
      search.changed(conversationsOf(message));
      void news.take(message);
    });
    const core = new ChatCore(parts, { getState: get, setState: set }, (message) => {
      search.changed(conversationsOf(message));
      channel.post(message);
    });
    const search = new ConversationSearch(core);
    const meter = new ContextMeter(core);
    const answers = new Answers(core, meter);
    const routing = new RoutingLoader(core);
    const stash = new DeletedStash(core);
    const news = new ChatNews(core, answers, meter, routing);
    const list = new ConversationsList(core);

    ends.push(
      () => answers.abandon(),
      () => meter.close(),
      () => news.close(),
      () => channel.close(),
      () => core.writer.close(),
      () => list.close(),
      keepBeforeLeaving({
        save: () => {
          answers.save();
          void core.writer.flush();
        },
        // Where nothing can be stored at all, the page has said so from the beginning.
        isAtStake: () => [...get().unsaved.values()].some(({ reason }) => reason !== 'denied'),
      }),
      parts.model.subscribe((model, before) => {
        if (model.status !== before.status && model.status.kind !== 'loading') meter.request();
        const { current } = api.getState();
        const { opened } = model;
        if (opened === before.opened || opened === null) return;
        core.set({ draftModel: null });
        if (current === null) return;
        // A model that is opened while a conversation is open is meant for it.
        if (current.model === null || !isSameChoice(current.model, opened)) {
          void core.changeHead(current.id, { model: opened });
        }
      }),
      parts.settings.subscribe((settings, before) => {
        if (settings.sampling !== before.sampling) meter.request();
      }),
    );

    const shared = { core, answers, meter, routing, stash };
    return {
      heads: [],
      current: null,
      path: [],
      answeringIn: null,
      context: null,
      deleted: null,
      importing: null,
      unsaved: new Map(),
      readFailed: false,
      draftSettings: null,
      draftModel: null,
      focusMessageId: null,

      start: () => list.read(),
      saveAgain: () => core.writer.flush(),
      ...messageActions(shared),
      ...conversationActions(shared),
      pastAnswers: (conversation) => pastAnswers(core, conversation),

      ...fileActions(core, news),
      ...setAsideActions(core),
      search: (query) => search.search(query),
    };
  });

  return {
    ...store,
    close: () => {
      for (const end of ends) end();
    },
  };
}
