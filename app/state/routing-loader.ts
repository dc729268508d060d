/**
 * Fetches the traces of the path that is shown, newest first. A large model's trace takes a megabyte an answer, so only so
 * much of a long conversation is fetched; the traces of older answers stay in the store.
 */
import type { RoutingRecord } from '../routing/routing-record.ts';
import type { ChatCore } from './chat-core.ts';
import { type Message, isAnswering } from './conversation.ts';

const BUDGET_BYTES = 96e6;
const AT_ONCE = 8;

export class RoutingLoader {
  readonly #core: ChatCore;

  constructor(core: ChatCore) {
    this.#core = core;
  }

  async loadPath(): Promise<void> {
    const { current, path } = this.#core.state;
    if (current === null) return;
    const ids = path.map(({ message }) => message.id).toReversed();
    let bytes = 0;
    for (let at = 0; at < ids.length && bytes < BUDGET_BYTES; at += AT_ONCE) {
      if (this.#core.state.current?.id !== current.id) return;
      bytes += await this.load(current.id, ids.slice(at, at + AT_ONCE));
    }
  }

  /** Into these messages of the open conversation, where they have none. @returns bytes fetched. */
  async load(conversation: string, ids: readonly string[]): Promise<number> {
    const missing = ids.filter((id) => lacksRouting(this.#core.tree.byId.get(id)));
    if (missing.length === 0) return 0;
    let records: ReadonlyMap<string, RoutingRecord>;
    try {
      records = await this.#core.db.routing(conversation, missing);
    } catch {
      return 0; // the words are there; the view of the experts is not
    }
    if (this.#core.state.current?.id !== conversation) return 0;
    const found: Message[] = [];
    let bytes = 0;
    for (const [id, routing] of records) {
      const message = this.#core.tree.byId.get(id); // as it is now: it may have changed meanwhile
      if (message?.role !== 'assistant' || !lacksRouting(message)) continue;
      found.push({ ...message, routing });
      bytes += routing.chosen.byteLength + routing.weights.byteLength;
    }
    if (found.length > 0) this.#core.show(found);
    return bytes;
  }
}

function lacksRouting(message: Message | undefined): boolean {
  return message?.role === 'assistant' && message.routing === null && !isAnswering(message.status);
}
