/** What the parts of the chat store share: the open conversation's tree, and writing it down. */
import type { EngineClient } from '../../engine/api.ts';
import type { StoreApi } from 'zustand/vanilla';
import type { Answering, ServerAnswering } from './answer-source.ts';
import type { ChatState } from './chat-state.ts';
import type { ConversationHead, Message, ModelChoice } from './conversation.ts';
import type { ConversationNews } from './records/news-record.ts';
import { ConversationWriter, type WriterParts, type WriterTimes } from './conversation-writer.ts';
import {
  type Changes,
  compareHeads,
  type ConversationsDb,
  type HeadPatch,
  type StoredConversation,
} from './conversations-db.ts';
import { EMPTY_TREE, type MessageTree, treeOf, withMessages, withoutMessages } from './message-tree.ts';
import { choiceOf } from './model-choice.ts';
import type { GpuOwnership, ModelStore } from './model-store.ts';
import { pathEntries, replaceInPath } from './path-view.ts';
import type { SettingsStore } from './settings-store.ts';
import { isTemporary } from './temporary.ts';
import { TokenCounter } from './token-counter.ts';
import { withPending } from './unsaved.ts';

export interface ChatParts {
  readonly client: EngineClient;
  readonly model: ModelStore;
  readonly settings: SettingsStore;
  readonly db: ConversationsDb;
  readonly gpu: GpuOwnership;
  /** Default: none. */
  readonly servers?: ServerAnswering;
  /** Others than the page's own, for tests. */
  readonly writerTimes?: Partial<WriterTimes>;
}

const NO_SERVERS: ServerAnswering = {
  ensure: async () => ({ kind: 'failed', error: { code: 'not-loaded', message: 'This page asks no servers.' } }),
  modelOf: () => null,
};

export class ChatCore implements Omit<ChatParts, 'writerTimes'> {
  readonly client: EngineClient;
  readonly model: ModelStore;
  readonly settings: SettingsStore;
  readonly db: ConversationsDb;
  readonly gpu: GpuOwnership;
  readonly servers: ServerAnswering;
  readonly #api: Pick<StoreApi<ChatState>, 'getState' | 'setState'>;
  readonly #tell: (news: ConversationNews) => void;
  readonly tokens: TokenCounter;
  #tree: MessageTree = EMPTY_TREE;
  /** Trees of conversations that were left before all of them was stored. */
  readonly #left = new Map<string, MessageTree>();
  readonly writer: ConversationWriter;

  constructor(
    parts: ChatParts,
    api: Pick<StoreApi<ChatState>, 'getState' | 'setState'>,
    tell: (news: ConversationNews) => void,
  ) {
    this.client = parts.client;
    this.tokens = new TokenCounter();
    this.servers = parts.servers ?? NO_SERVERS;
    this.model = parts.model;
    this.settings = parts.settings;
    this.db = parts.db;
    this.gpu = parts.gpu;
    this.#api = api;
    this.#tell = tell;
    const writerParts: WriterParts = {
      db: parts.db,
      whole: (id) => this.#whole(id),
      headOf: (id) => this.headOf(id),
      onWritten: (id, changes) => {
        if (this.state.answeringIn !== id && this.writer.pendingOf(id) === null) this.#left.delete(id);
        this.tellOf(id, changes);
      },
      onUnsaved: (unsaved) => this.set({ unsaved }),
    };
    this.writer = new ConversationWriter(writerParts, parts.writerTimes);
  }

  get state(): ChatState {
    return this.#api.getState();
  }

  set(change: Partial<ChatState>): void {
    this.#api.setState(change);
  }

  /** Of the open conversation. */
  get tree(): MessageTree {
    return this.#tree;
  }

  headOf(id: string): ConversationHead | undefined {
    const { current, heads } = this.state;
    return current?.id === id ? current : heads.find((head) => head.id === id);
  }

  /** Brings about that a conversation's model, or (null) whichever the tab has, can be asked; null where it is gone again. */
  async answering(choice: ModelChoice | null): Promise<Answering | null> {
    if (choice?.source.kind === 'server') return this.servers.ensure(choice);
    const error = await this.model.getState().ensure(choice);
    if (error !== null) return { kind: 'failed', error };
    const { status, bundled } = this.model.getState();
    if (status.kind !== 'ready') return null;
    const { source, info: model } = status;
    const answerer = { source: this.client, model, choice: choice ?? choiceOf(source, model, bundled), host: null };
    return { kind: 'ready', answerer };
  }

  // ── What is shown ──

  /** Opens a conversation in place of the one before; null is a new one. */
  open(head: ConversationHead | null, messages: Iterable<Message>): void {
    this.#leave();
    this.#tree = treeOf(messages);
    this.set({
      current: head,
      path: pathEntries(this.#tree, head?.leafId ?? null, []),
      context: null,
      draftSettings: null,
      focusMessageId: null,
    });
  }

  /** Adds or replaces messages of the open conversation, and shows the path to `leafId` (default: the present one). */
  show(messages: readonly Message[], leafId?: string | null): void {
    this.#tree = withMessages(this.#tree, messages);
    this.#showPath(leafId);
  }

  /** A conversation begins: nothing of it is stored yet. */
  begin(head: ConversationHead): void {
    this.set({ current: head, draftSettings: null });
    this.showHead(head);
  }

  /** As an answer grows: its place in the tree stays. */
  showGrown(message: Message): void {
    this.#tree = withMessages(this.#tree, [message]);
    this.set({ path: replaceInPath(this.state.path, message) });
  }

  hide(ids: readonly string[], leafId: string | null): void {
    this.#tree = withoutMessages(this.#tree, ids);
    this.#showPath(leafId);
  }

  #showPath(leafId: string | null | undefined): void {
    const { current, heads, path } = this.state;
    if (current === null) return;
    if (leafId === undefined || leafId === current.leafId) {
      this.set({ path: pathEntries(this.#tree, current.leafId, path) });
      return;
    }
    const head = { ...current, leafId };
    this.set({
      current: head,
      heads: heads.map((one) => (one.id === head.id ? head : one)),
      path: pathEntries(this.#tree, leafId, path),
    });
  }

  /** Shows a head as it is now, in the list and, where it is open, above the conversation. */
  showHead(head: ConversationHead): void {
    this.showHeads([head]);
  }

  /** The list is made anew once, however many there are. */
  showHeads(shown: readonly ConversationHead[]): void {
    const { current, heads } = this.state;
    const byId = new Map(shown.map((head) => [head.id, head]));
    const open = current === null ? undefined : byId.get(current.id);
    this.set({
      heads: [...shown.filter(({ id }) => !isTemporary(id)), ...heads.filter(({ id }) => !byId.has(id))].sort(
        compareHeads,
      ),
      ...(open !== undefined && { current: open }),
    });
  }

  hideHead(id: string): void {
    const { current, heads } = this.state;
    this.set({ heads: heads.filter((head) => head.id !== id) });
    if (current?.id === id) this.open(null, []);
  }

  // ── What is stored ──

  /** Changes a head, on the page at once and then in the store. */
  async changeHead(id: string, patch: HeadPatch): Promise<void> {
    const head = this.headOf(id);
    if (head === undefined) return;
    this.showHead({ ...head, ...patch });
    await this.write(id, { head: patch });
  }

  /** Writes down, but for what is temporary; see {@link ConversationWriter.write}. */
  write(id: string, changes: Changes): Promise<void> {
    return isTemporary(id) ? Promise.resolve() : this.writer.write(id, changes);
  }

  /** Messages of any conversation as the page shows them: what is stored, and what is still to be written. */
  async messagesOf(id: string): Promise<Message[]> {
    const { db, writer } = this;
    if (this.state.current?.id === id) return [...this.#tree.byId.values()];
    const pending = writer.pendingOf(id);
    const left = this.#left.get(id);
    const stored = await db.messages(id).catch((error: unknown) => {
      if (left === undefined) throw error;
      return [];
    });
    const read = stored.length === 0 && left !== undefined ? [...left.byId.values()] : stored;
    return withPending(withPending(read, pending), writer.pendingOf(id));
  }

  /** Deletes a conversation from the store. @returns it, so that it can be written again. */
  async remove(id: string): Promise<StoredConversation | null> {
    const removed = await this.writer.remove(id);
    this.#left.delete(id);
    this.tell({ kind: 'removed', conversation: id });
    return removed;
  }

  /** Another tab says that it was deleted. */
  forget(id: string): void {
    this.writer.forget(id);
    this.#left.delete(id);
  }

  #leave(): void {
    const { current, answeringIn } = this.state;
    if (current === null || isTemporary(current.id)) return;
    if (answeringIn === current.id || this.writer.pendingOf(current.id) !== null)
      this.#left.set(current.id, this.#tree);
  }

  #whole(id: string): StoredConversation | null {
    const head = this.headOf(id);
    const tree = this.state.current?.id === id ? this.#tree : this.#left.get(id);
    if (head === undefined || tree === undefined) return null;
    return { head, messages: withPending([...tree.byId.values()], this.writer.pendingOf(id)) };
  }

  tell(news: ConversationNews): void {
    this.#tell(news);
  }

  /** What was written, to the other tabs. */
  tellOf(conversation: string, { create, head, messages = [], deleted = [] }: Changes): void {
    if (create !== undefined || head !== undefined) this.tell({ kind: 'head', conversation });
    if (messages.length === 0 && deleted.length === 0) return;
    const written = messages.map(({ id }) => id);
    this.tell({ kind: 'messages', conversation, written, deleted, timeOrigin: performance.timeOrigin });
  }
}
