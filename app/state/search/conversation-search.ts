/** Search through all conversations: the index is made with the first search, and changes are read in with the next. */
import { loadPart } from '../../layout/load-part.ts';
import type { ChatCore } from '../chat-core.ts';
import type { SearchHit } from '../chat-state.ts';
import type { Message } from '../conversation.ts';
import { excerptOf } from './excerpt.ts';
import type { SearchIndex } from './search-index.ts';

export const MOST_HITS = 60;
/** One long conversation should not hide the others. */
const MOST_OF_ONE = 4;

export class ConversationSearch {
  readonly #core: ChatCore;
  #index: Promise<SearchIndex> | null = null;
  /** Conversations that changed since they were indexed. */
  readonly #changed = new Set<string>();

  constructor(core: ChatCore) {
    this.#core = core;
  }

  changed(conversations: readonly string[]): void {
    if (this.#index === null) return;
    for (const id of conversations) this.#changed.add(id);
  }

  /** Best first. */
  async search(query: string): Promise<SearchHit[]> {
    if (query.trim() === '') return [];
    // Searches follow each other at every key: each waits for the one before, and finds its changes read in.
    const index = (this.#index ?? this.#build()).then((built) => this.#update(built));
    this.#index = index;
    index.catch(() => {
      if (this.#index === index) this.#index = null; // a later search tries again from the beginning
    });
    const found = (await index).search(query);
    const heads = new Map(this.#core.state.heads.map((head) => [head.id, head]));
    const counts = new Map<string, number>();
    const hits: SearchHit[] = [];
    for (const { conversation: id, messageId, text, terms } of found) {
      const conversation = heads.get(id);
      const count = counts.get(id) ?? 0;
      if (conversation === undefined || count === MOST_OF_ONE) continue;
      counts.set(id, count + 1);
      hits.push({ conversation, messageId, ...excerptOf(text, terms) });
      if (hits.length === MOST_HITS) break;
    }
    return hits;
  }

  async #build(): Promise<SearchIndex> {
    this.#changed.clear();
    const [{ SearchIndex: Index }, stored] = await Promise.all([
      loadPart(() => import('./search-index.ts')),
      this.#core.db.allMessages(),
    ]);
    const byConversation = new Map<string, Message[]>();
    for (const { conversation, message } of stored) {
      const messages = byConversation.get(conversation);
      if (messages === undefined) byConversation.set(conversation, [message]);
      else messages.push(message);
    }
    const index = new Index();
    for (const head of this.#core.state.heads) await index.put(head, byConversation.get(head.id) ?? []);
    return index;
  }

  async #update(index: SearchIndex): Promise<SearchIndex> {
    for (const id of this.#core.state.unsaved.keys()) this.#changed.add(id); // known here only
    for (const id of [...this.#changed]) {
      this.#changed.delete(id);
      const head = this.#core.headOf(id);
      if (head === undefined) index.remove(id);
      else await index.put(head, await this.#core.messagesOf(id));
    }
    return index;
  }
}
