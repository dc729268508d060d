/** What was deleted last, in memory until it is forgotten or something else is deleted. */
import type { ChatCore } from './chat-core.ts';
import type { Message } from './conversation.ts';
import { asUnwritten, type StoredConversation } from './conversations-db.ts';

type Kept =
  | { readonly kind: 'conversation'; readonly stored: StoredConversation; readonly wasOpen: boolean }
  | {
      readonly kind: 'messages';
      readonly conversation: string;
      readonly messages: readonly Message[];
      readonly leafId: string | null;
    };

export class DeletedStash {
  readonly #core: ChatCore;
  #kept: Kept | null = null;

  constructor(core: ChatCore) {
    this.#core = core;
  }

  keepConversation(stored: StoredConversation, wasOpen: boolean): void {
    this.#kept = { kind: 'conversation', stored, wasOpen };
    this.#core.set({ deleted: { kind: 'conversation', title: stored.head.title } });
  }

  /** `leafId`: the path that was shown. */
  keepMessages(conversation: string, messages: readonly Message[], leafId: string | null): void {
    this.#kept = { kind: 'messages', conversation, messages, leafId };
    this.#core.set({ deleted: { kind: 'messages', count: messages.length } });
  }

  forget(): void {
    this.#kept = null;
    this.#core.set({ deleted: null });
  }

  /** @returns the id of a conversation that was open when it was deleted, and should be again. */
  async undo(): Promise<string | null> {
    const kept = this.#kept;
    this.forget();
    if (kept === null) return null;
    if (kept.kind === 'messages') {
      const { conversation, leafId } = kept;
      const messages = kept.messages.map(asUnwritten);
      if (this.#core.state.current?.id === conversation) this.#core.show(messages, leafId);
      await this.#core.write(conversation, { head: { leafId }, messages });
      return null;
    }
    const { head, messages } = kept.stored;
    this.#core.showHead(head);
    await this.#core.write(head.id, { create: head, messages: messages.map(asUnwritten) });
    return kept.wasOpen && this.#core.state.current === null ? head.id : null;
  }
}
