/**
 * The one place through which changes of conversations go to the store. It holds what each record is to be until the browser has
 * confirmed the transaction that writes it. All that is missing of a conversation goes into one transaction, so that no message
 * is stored without those before it. What was refused is written with the next change, when the tab hides, and by itself.
 */
import type { ConversationHead } from './conversation.ts';
import { asUnwritten, type Changes, type ConversationsDb, type StoredConversation } from './conversations-db.ts';
import {
  asChanges,
  type PendingChanges,
  refusalReason,
  type RefusalReason,
  type Unsaved,
  withChanges,
  withPending,
} from './unsaved.ts';

export interface WriterTimes {
  /** Before the first attempt by itself; each further one waits twice as long. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** A write that takes longer counts as not done, until it is. */
  readonly patienceMs: number;
  /** How long another tab's word of a deletion may be on its way. */
  readonly wordMs: number;
}

const DEFAULT_TIMES: WriterTimes = { retryMs: 1000, longestRetryMs: 30_000, patienceMs: 10_000, wordMs: 1000 };

export interface WriterParts {
  readonly db: ConversationsDb;
  /** All that this tab knows of a conversation, what is pending too; null where it does not know its messages. */
  whole(id: string): StoredConversation | null;
  headOf(id: string): ConversationHead | undefined;
  /** These changes are stored now. */
  onWritten(id: string, changes: Changes): void;
  onUnsaved(unsaved: ReadonlyMap<string, Unsaved>): void;
}

export class ConversationWriter {
  readonly #parts: WriterParts;
  readonly #times: WriterTimes;
  /** One after the other, in the order in which they were asked for. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #pending = new Map<string, PendingChanges>();
  /** What the transaction under way writes. */
  readonly #inFlight = new Map<string, PendingChanges>();
  /** Why the last attempt at a conversation failed. */
  readonly #refused = new Map<string, RefusalReason>();
  /** Conversations that were not in the store when something was added to them, and when that was. */
  readonly #missing = new Map<string, number>();
  /** Deleted, in this tab or by another tab's word. */
  readonly #removed = new Set<string>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(parts: WriterParts, times: Partial<WriterTimes> = {}) {
    this.#parts = parts;
    this.#times = { ...DEFAULT_TIMES, ...times };
  }

  /** Ends when it is written, refused, or takes too long; then `onUnsaved` has said so. Never rejects. */
  write(id: string, changes: Changes): Promise<void> {
    if (changes.create !== undefined) this.#removed.delete(id);
    if (this.#removed.has(id)) return Promise.resolve();
    this.#pending.set(id, withChanges(this.#pending.get(id), changes));
    return this.#withPatience(id, this.#attemptNext(id));
  }

  /** Tries all that is missing, now. */
  async flush(): Promise<void> {
    await Promise.all([...this.#pending.keys()].map((id) => this.#withPatience(id, this.#attemptNext(id))));
  }

  /** What is not confirmed yet of a conversation. */
  pendingOf(id: string): PendingChanges | null {
    const inFlight = this.#inFlight.get(id);
    const pending = this.#pending.get(id);
    if (inFlight === undefined) return pending ?? null;
    return pending === undefined ? inFlight : withChanges(inFlight, asChanges(pending));
  }

  /**
   * Deletes a conversation, after what was asked before. Where that is refused, it is as it was.
   *
   * @returns what was deleted, what had not been stored yet too, so that it can be written again.
   */
  remove(id: string): Promise<StoredConversation | null> {
    const removal = this.#last.then(async () => {
      const known = this.#parts.whole(id);
      const pending = this.pendingOf(id);
      // What could not even be created needs no store to be deleted.
      const stored = pending?.create === undefined ? await this.#parts.db.remove(id) : null;
      this.forget(id);
      if (stored === null) return known;
      return { head: { ...stored.head, ...pending?.head }, messages: withPending(stored.messages, pending) };
    });
    this.#last = removal.catch(() => undefined);
    return removal;
  }

  /** A conversation was deleted: nothing more of it is written, unless it is created again. */
  forget(id: string): void {
    this.#removed.add(id);
    this.#pending.delete(id);
    this.#settle(id);
  }

  /** Another tab has brought it back. */
  remember(id: string): void {
    this.#removed.delete(id);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  #attemptNext(id: string): Promise<void> {
    const attempt = this.#last.then(() => this.#attempt(id));
    this.#last = attempt;
    return attempt;
  }

  async #attempt(id: string): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined || this.#isClosed) return; // an attempt before has written it along
    this.#pending.delete(id);
    this.#inFlight.set(id, pending);
    let isDone: boolean;
    try {
      isDone = await this.#store(id, pending);
    } catch (error) {
      isDone = false;
      this.#refused.set(id, refusalReason(error));
      this.#failures++;
    }
    this.#inFlight.delete(id);
    if (this.#removed.has(id)) {
      // Another tab's word came while it was written again.
      if (isDone && pending.create === undefined) await this.#parts.db.remove(id).catch(() => undefined);
    } else if (isDone) this.#settle(id);
    else {
      const later = this.#pending.get(id);
      this.#pending.set(id, later === undefined ? pending : withChanges(pending, asChanges(later)));
      this.#tellUnsaved();
      this.#tryLater();
    }
  }

  /** @returns false where the conversation is not in the store, and it is too early to say why. */
  async #store(id: string, pending: PendingChanges): Promise<boolean> {
    const since = this.#missing.get(id);
    const isLost = since !== undefined && performance.now() - since >= this.#times.wordMs;
    const changes = asChanges(isLost ? this.#completed(id, pending) : pending);
    if ((await this.#parts.db.write(id, changes)) === null) {
      if (since === undefined) this.#missing.set(id, performance.now());
      return false;
    }
    this.#parts.onWritten(id, changes);
    return true;
  }

  /**
   * No tab said that it was deleted: the browser has lost it (site data was cleared), and all of it that is known here is
   * written again.
   */
  #completed(id: string, pending: PendingChanges): PendingChanges {
    const whole = this.#parts.whole(id);
    const create = whole?.head ?? this.#parts.headOf(id);
    if (create === undefined) return pending;
    const known = withChanges(undefined, { create, messages: whole?.messages.map(asUnwritten) ?? [] });
    return withChanges(known, asChanges(pending));
  }

  /** Nothing is missing of a conversation any more, as far as what was tried goes. */
  #settle(id: string): void {
    this.#missing.delete(id);
    this.#failures = 0;
    if (this.#refused.delete(id)) this.#tellUnsaved();
    // Where there is room again, there is room for the others.
    if ([...this.#refused.keys()].some((other) => this.#pending.has(other))) void this.flush();
  }

  #tellUnsaved(): void {
    const unsaved = new Map<string, Unsaved>();
    for (const [id, reason] of this.#refused) {
      const pending = this.pendingOf(id);
      if (pending === null) continue;
      unsaved.set(id, { reason, messages: pending.messages.size, deletions: pending.deleted.size });
    }
    this.#parts.onUnsaved(unsaved);
  }

  #tryLater(): void {
    if (this.#retry !== undefined || this.#isClosed) return;
    const { retryMs, longestRetryMs, wordMs } = this.#times;
    const wait = this.#failures === 0 ? wordMs : Math.min(retryMs * 2 ** (this.#failures - 1), longestRetryMs);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.flush();
    }, wait);
  }

  /** The end of an attempt, or of the patience with it: a store that never answers must not hold up the page. */
  #withPatience(id: string, attempt: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        if (!this.#isClosed && this.pendingOf(id) !== null) {
          this.#refused.set(id, 'refused');
          this.#tellUnsaved();
        }
        resolve();
      }, this.#times.patienceMs);
      void attempt.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
