/** The path as the page shows it. Entries that did not change keep their identity, so that React leaves them alone. */
import type { Message, PathEntry } from './conversation.ts';
import { type MessageTree, pathTo, siblingsOf } from './message-tree.ts';

export function pathEntries(
  tree: MessageTree,
  leafId: string | null,
  previous: readonly PathEntry[],
): readonly PathEntry[] {
  return pathTo(tree, leafId).map((message, index) => {
    const siblings = siblingsOf(tree, message);
    const before = previous[index];
    return before !== undefined && before.message === message && sameIds(before.siblings, siblings)
      ? before
      : { message, siblings };
  });
}

/** The same path after one message got other content; the path itself where the message is not on it. */
export function replaceInPath(path: readonly PathEntry[], message: Message): readonly PathEntry[] {
  const index = path.findLastIndex((entry) => entry.message.id === message.id); // nearly always the last
  const before = path[index];
  return before === undefined ? path : path.with(index, { message, siblings: before.siblings });
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
