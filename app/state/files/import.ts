/** Brings filed conversations into the store. What is there already is added to, never overwritten. */
import type { ImportResult } from '../chat-state.ts';
import type { ConversationHead, Message } from '../conversation.ts';
import type { Changes, ConversationsDb } from '../conversations-db.ts';
import { refusalReason } from '../unsaved.ts';
import type { FiledConversation } from './conversation-file.ts';
import { ConversationFileError } from './file-error.ts';

/** `onWritten`: a conversation is in the store now, or has changed there. @throws ConversationFileError `noRoom`, `refused` */
export async function importConversations(
  db: ConversationsDb,
  conversations: readonly FiledConversation[],
  onWritten: (id: string, changes: Changes) => Promise<void>,
): Promise<ImportResult> {
  let imported = 0;
  let messages = 0;
  for (const filed of conversations) {
    const { id } = filed.head;
    const [head, stored] = await Promise.all([db.head(id), db.messages(id)]);
    const changes = head === null ? { create: filed.head, messages: filed.messages } : merge(head, stored, filed);
    if (changes === null) continue;
    try {
      await db.write(id, changes);
    } catch (error) {
      throw new ConversationFileError(refusalReason(error) === 'full' ? 'noRoom' : 'refused');
    }
    await onWritten(id, changes);
    imported++;
    messages += changes.messages?.length ?? 0;
  }
  return { conversations: imported, messages, skipped: conversations.length - imported };
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

/** A message changes only by going on: the longer one has all of the shorter. Of others, the stored one is kept. */
function addsTo(stored: Message | undefined, filed: Message): boolean {
  if (stored === undefined) return true;
  return filed.content.length > stored.content.length && filed.content.startsWith(stored.content);
}
