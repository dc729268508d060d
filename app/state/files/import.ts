/** Brings filed conversations into the store. What is there already is added to, never overwritten. */
import type { ImportProgress } from '../chat-state.ts';
import type { ConversationHead, Message } from '../conversation.ts';
import type { Changes, ConversationsDb } from '../conversations-db.ts';
import { refusalReason } from '../unsaved.ts';
import type { FiledConversation } from './conversation-file.ts';
import { ConversationFileError } from './file-error.ts';

/** Written at a time: a transaction takes milliseconds, whatever is in it, and the list is drawn anew after each. */
const BATCH_CONVERSATIONS = 200;
const BATCH_CHARACTERS = 4_000_000;

type Batch = readonly (readonly [id: string, changes: Changes])[];

export interface Imported {
  readonly conversations: number;
  readonly messages: number;
  /** Conversations that were there already, as they are. */
  readonly skipped: number;
}

interface ImportOptions {
  readonly signal: AbortSignal;
  onProgress(progress: ImportProgress): void;
  /** These are in the store now, or have changed there. */
  onWritten(batch: Batch, heads: readonly ConversationHead[]): void;
}

/** Ends early when it is aborted: what was written is kept. @throws ConversationFileError `noRoom`, `refused` */
export async function importConversations(
  db: ConversationsDb,
  conversations: readonly FiledConversation[],
  { signal, onProgress, onWritten }: ImportOptions,
): Promise<Imported> {
  const known = new Set((await db.heads()).map(({ id }) => id));
  const batch: (readonly [string, Changes])[] = [];
  let [imported, messages, skipped, characters] = [0, 0, 0, 0];

  async function write(): Promise<void> {
    if (batch.length === 0) return;
    const written = batch.splice(0);
    characters = 0;
    let heads: (ConversationHead | null)[];
    try {
      heads = await db.writeAll(written);
    } catch (error) {
      throw new ConversationFileError(refusalReason(error) === 'full' ? 'noRoom' : 'refused');
    }
    imported += written.length;
    messages += written.reduce((sum, [, changes]) => sum + (changes.messages?.length ?? 0), 0);
    onWritten(
      written,
      heads.filter((head) => head !== null),
    );
  }

  for (const [at, filed] of conversations.entries()) {
    if (signal.aborted) break;
    const changes = await changesFor(filed, async (id) => {
      if (!known.has(id)) return null;
      if (batch.some(([other]) => other === id)) await write();
      const [head, messages] = await Promise.all([db.head(id), db.messages(id)]);
      return head === null ? null : { head, messages };
    });
    if (changes === null) skipped++;
    else {
      batch.push(changes);
      known.add(changes[0]);
      characters += sizeOf(filed);
    }
    if (batch.length < BATCH_CONVERSATIONS && characters < BATCH_CHARACTERS) continue;
    await write();
    onProgress({ done: at + 1, total: conversations.length });
    await aBreath();
  }
  if (!signal.aborted) await write();
  return { conversations: imported, messages, skipped };
}

/** The page answers meanwhile; another task, and not another microtask, lets it draw. */
function aBreath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function sizeOf({ messages }: FiledConversation): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}

/** Ids of conversations that have nothing but their id in common get another one: `<id>-2`, and so on. */
async function changesFor(
  filed: FiledConversation,
  find: (id: string) => Promise<FiledConversation | null>,
): Promise<readonly [string, Changes] | null> {
  const { head, messages } = filed;
  for (let turn = 1; ; turn++) {
    const id = turn === 1 ? head.id : `${head.id.slice(0, LONGEST_STEM)}-${turn}`;
    const stored = await find(id);
    if (stored === null) return [id, { create: { ...head, id }, messages }];
    if (stored.messages.length > 0 && messages.length > 0 && !isSame(stored.messages, messages)) continue;
    const changes = merge(stored.head, stored.messages, filed);
    return changes === null ? null : [id, changes];
  }
}

/** So that what is added to it still makes an id. */
const LONGEST_STEM = 56;

/** Whether two trees are of one conversation: they have a beginning in common. */
function isSame(stored: readonly Message[], filed: readonly Message[]): boolean {
  const byId = new Map(stored.map((message) => [message.id, message]));
  return filed.some(({ id, role, createdAt }) => {
    const other = byId.get(id);
    return other !== undefined && other.role === role && other.createdAt === createdAt;
  });
}

/** What a filed conversation adds to the stored one; null where it adds nothing. */
function merge(head: ConversationHead, stored: readonly Message[], filed: FiledConversation): Changes | null {
  const byId = new Map(stored.map((message) => [message.id, message]));
  const messages = filed.messages.filter((message) => addsTo(byId.get(message.id), message));
  const isNewer = filed.head.updatedAt > head.updatedAt;
  if (messages.length === 0 && !(isNewer && filed.head.title !== head.title)) return null;
  const { title, updatedAt, leafId } = filed.head;
  return { messages, ...(isNewer && { head: { title, updatedAt, leafId } }) };
}

/** As they were written. */
function wordsOf(message: Message): string {
  return (message.role === 'assistant' ? (message.reasoning ?? '') : '') + message.content;
}

/** A message changes only by going on: the longer one has all of the shorter. Of others, the stored one is kept. */
function addsTo(stored: Message | undefined, filed: Message): boolean {
  if (stored === undefined) return true;
  const [before, now] = [wordsOf(stored), wordsOf(filed)];
  return now.length > before.length && now.startsWith(before);
}
