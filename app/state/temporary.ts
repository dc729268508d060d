/**
 * Temporary conversations: nothing of them is stored, listed, found or told to other tabs, and they end when they are left. Their ids say so,
 * in a form that no stored conversation can have (`records/`), so that every place that would keep something can tell by itself.
 */
const PREFIX = 'temporary:';

export function temporaryId(): string {
  return `${PREFIX}${crypto.randomUUID()}`;
}

export function isTemporary(conversation: string): boolean {
  return conversation.startsWith(PREFIX);
}
