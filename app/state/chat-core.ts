/** What the parts of the chat store share: the open conversation's tree, and writing it down. */
import type { EngineClient } from '../../engine/api.ts';
import type { StoreApi } from 'zustand/vanilla';
import type { ChatState } from './chat-state.ts';
import type { ConversationHead, Message } from './conversation.ts';
import type { ConversationNews } from './records/news-record.ts';
import { type Changes, compareHeads, type ConversationsDb, type HeadPatch } from './conversations-db.ts';
import { EMPTY_TREE, type MessageTree, treeOf, withMessages, withoutMessages } from './message-tree.ts';
import type { GpuOwnership, ModelStore } from './model-store.ts';
import { pathEntries, replaceInPath } from './path-view.ts';
import type { SettingsStore } from './settings-store.ts';

export interface ChatParts {
  readonly client: EngineClient;
  readonly model: ModelStore;
  readonly settings: SettingsStore;
  readonly db: ConversationsDb;
  readonly gpu: GpuOwnership;
}

export class ChatCore implements ChatParts {
  readonly client: EngineClient;
  readonly model: ModelStore;
  readonly settings: SettingsStore;
  readonly db: ConversationsDb;
  readonly gpu: GpuOwnership;
  readonly #api: Pick<StoreApi<ChatState>, 'getState' | 'setState'>;
  readonly #tell: (news: ConversationNews) => void;
  #tree: MessageTree = EMPTY_TREE;
  /** Writes happen one after the other, in the order in which they were asked for. */
  #lastWrite: Promise<unknown> = Promise.resolve();
  /** Conversations that the browser refused to store so far. */
  readonly #unstored = new Set<string>();

  constructor(
    parts: ChatParts,
    api: Pick<StoreApi<ChatState>, 'getState' | 'setState'>,
    tell: (news: ConversationNews) => void,
  ) {
    this.client = parts.client;
    this.model = parts.model;
    this.settings = parts.settings;
    this.db = parts.db;
    this.gpu = parts.gpu;
    this.#api = api;
    this.#tell = tell;
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

  // ── What is shown ──

  /** Opens a conversation in place of the one before; null is a new one. */
  open(head: ConversationHead | null, messages: Iterable<Message>): void {
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
      heads: [...byId.values(), ...heads.filter(({ id }) => !byId.has(id))].sort(compareHeads),
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

  /**
   * Writes down, after all that was written before. Never rejects: where the browser refuses, `saveFailed` says so, and
   * the conversation is written as a whole with its next change.
   */
  write(id: string, changes: Changes): Promise<void> {
    const write = this.#lastWrite.then(() => this.#writeNow(id, changes));
    this.#lastWrite = write;
    return write;
  }

  async #writeNow(id: string, changes: Changes): Promise<void> {
    const { current } = this.state;
    const whole = this.#unstored.has(id) && current?.id === id ? current : undefined;
    try {
      const head = await this.db.write(
        id,
        whole === undefined ? changes : { ...changes, create: whole, messages: [...this.#tree.byId.values()] },
      );
      // Where it is gone, another tab has deleted it: its news says so.
      if (head === null) return;
      if (this.#unstored.delete(id) && this.#unstored.size === 0) this.set({ saveFailed: false });
      this.tellOf(id, changes);
    } catch {
      if (changes.create !== undefined) this.#unstored.add(id);
      this.set({ saveFailed: true });
    }
  }

  /** All that was asked to be written is. */
  async written(): Promise<void> {
    await this.#lastWrite;
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
