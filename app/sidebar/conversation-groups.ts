/** The list of conversations under its headings: pinned ones, then by the day of the last change. */
import { type DayGroup, dayGroup } from '../layout/dates.ts';
import type { ConversationHead } from '../state/conversation.ts';

export interface ConversationGroup {
  /** `pinned`, or that of a `DayGroup`. */
  readonly key: string;
  readonly label: string;
  readonly heads: readonly ConversationHead[];
}

/** `heads` in the order of the list: pinned first, then the newest. */
export function conversationGroups(
  heads: readonly ConversationHead[],
  pinnedLabel: string,
  now = Date.now(),
): ConversationGroup[] {
  const groups: { key: string; label: string; heads: ConversationHead[] }[] = [];
  for (const head of heads) {
    const { key, label }: DayGroup = head.isPinned
      ? { key: 'pinned', label: pinnedLabel }
      : dayGroup(head.updatedAt, now);
    const last = groups.at(-1);
    if (last?.key === key) last.heads.push(head);
    else groups.push({ key, label, heads: [head] });
  }
  return groups;
}
