/** Shows what other tabs have written. */
import { t } from '../i18n/i18n.ts';
import type { Answers } from './answers.ts';
import { asLoaded } from './chat-conversations.ts';
import type { ChatCore } from './chat-core.ts';
import type { ContextMeter } from './context-meter.ts';
import { isAnswering, type Message } from './conversation.ts';
import type { ConversationNews } from './records/news-record.ts';
import { newestLeaf } from './message-tree.ts';
import { noticeStore } from './notice-store.ts';
import type { RoutingLoader } from './routing-loader.ts';

/** A tab saves its answer every second; one that has said nothing for so long is gone. */
const SILENCE_MS = 5000;

type MessageNews = Extract<ConversationNews, { kind: 'messages' }>;

export class ChatNews {
  readonly #core: ChatCore;
  readonly #answers: Answers;
  readonly #meter: ContextMeter;
  readonly #routing: RoutingLoader;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(core: ChatCore, answers: Answers, meter: ContextMeter, routing: RoutingLoader) {
    this.#core = core;
    this.#answers = answers;
    this.#meter = meter;
    this.#routing = routing;
  }

  close(): void {
    clearTimeout(this.#silence);
  }

  async take(news: ConversationNews): Promise<void> {
    try {
      switch (news.kind) {
        case 'head':
          await this.#readHeads([news.conversation]);
          return;
        case 'heads':
          await this.#readHeads(news.conversations);
          return;
        case 'removed':
          this.#core.forget(news.conversation);
          await this.#answers.settleIn(news.conversation);
          if (this.#core.state.current?.id === news.conversation) {
            noticeStore.getState().say('done', t('sidebar:address.deletedElsewhere'));
          }
          this.#core.hideHead(news.conversation);
          return;
        case 'messages':
          if (this.#core.state.current?.id === news.conversation) await this.#readMessages(news);
          return;
        default:
          news satisfies never;
      }
    } catch {
      // What could not be read is read when the conversation is opened the next time.
    }
  }

  async #readHeads(ids: readonly string[]): Promise<void> {
    const heads = await Promise.all(ids.map((id) => this.#core.db.head(id)));
    const { current } = this.#core.state;
    const found = heads.filter((head) => head !== null);
    for (const { id } of found) this.#core.writer.remember(id);
    this.#core.showHeads(
      found.map((head) => {
        const shown = { ...head, ...this.#core.writer.pendingOf(head.id)?.head };
        // Which branch is shown is each tab's own affair.
        return current?.id === head.id ? { ...shown, leafId: current.leafId } : shown;
      }),
    );
  }

  async #readMessages({ conversation, written, deleted, timeOrigin }: MessageNews): Promise<void> {
    const { db } = this.#core;
    const ids = written.filter((id) => id !== this.#answers.messageId);
    const read = await Promise.all(ids.map((id) => db.message(conversation, id)));
    if (this.#core.state.current?.id !== conversation) return;
    const pending = this.#core.writer.pendingOf(conversation);
    const found = read
      .filter((message) => message !== null && !pending?.messages.has(message.id) && !pending?.deleted.has(message.id))
      .filter((message) => message !== null)
      .map((message) => inOwnTime(message, timeOrigin));
    this.#core.show(found);
    const gone = deleted.filter((id) => this.#core.tree.byId.has(id));
    if (gone.length > 0) this.#core.hide(gone, this.#core.state.current.leafId);
    this.#follow();
    if (found.some((message) => message.role === 'assistant' && isAnswering(message.status))) this.#expectMore();
    else {
      void this.#routing.load(conversation, ids);
      this.#meter.request();
    }
  }

  /** Goes along to what was added below the message that is shown last, or back to what is left. */
  #follow(): void {
    const { current } = this.#core.state;
    if (current === null || this.#answers.conversation === current.id) return;
    const { tree } = this.#core;
    const leafId = current.leafId !== null && tree.byId.has(current.leafId) ? current.leafId : null;
    const next = newestLeaf(tree, leafId);
    if (next !== current.leafId) this.#core.show([], next);
  }

  #expectMore(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const silent = [...this.#core.tree.byId.values()].filter(
        ({ id, ...message }) =>
          message.role === 'assistant' && isAnswering(message.status) && id !== this.#answers.messageId,
      );
      if (silent.length > 0) this.#core.show(silent.map(asLoaded));
    }, SILENCE_MS);
  }
}

/** Each tab's `performance.now()` begins at its own origin. */
function inOwnTime(message: Message, timeOrigin: number): Message {
  if (message.role === 'user' || message.status.kind !== 'streaming') return message;
  const since = message.status.since + timeOrigin - performance.timeOrigin;
  return { ...message, status: { ...message.status, since } };
}
