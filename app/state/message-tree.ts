/**
 * A conversation as a tree of messages: pure functions over plain data. Messages whose parent is not there (deleted in
 * another tab while they were written) stand at the root, so that nothing that is stored is ever out of reach.
 */
import type { Message } from './conversation.ts';

export interface MessageTree {
  readonly byId: ReadonlyMap<string, Message>;
  /** Ids of the messages that follow a message (null: that begin the conversation), oldest first. */
  readonly children: ReadonlyMap<string | null, readonly string[]>;
  /** Ids of messages that stand at the root although they follow one that is there: it follows them. */
  readonly cut: ReadonlySet<string>;
}

export const EMPTY_TREE: MessageTree = { byId: new Map(), children: new Map(), cut: new Set() };

export function treeOf(messages: Iterable<Message>): MessageTree {
  const byId = new Map<string, Message>();
  for (const message of messages) byId.set(message.id, message);
  return treeFrom(byId);
}

/** Adds messages, or puts them in the place of those with their ids. */
export function withMessages(tree: MessageTree, messages: readonly Message[]): MessageTree {
  const byId = new Map(tree.byId);
  let isSameShape = true;
  for (const message of messages) {
    isSameShape &&= byId.get(message.id)?.parentId === message.parentId;
    byId.set(message.id, message);
  }
  // While an answer streams, only its content changes: the index of 2,000 messages need not be made anew each frame.
  return isSameShape ? { ...tree, byId } : treeFrom(byId);
}

export function withoutMessages(tree: MessageTree, ids: readonly string[]): MessageTree {
  const byId = new Map(tree.byId);
  for (const id of ids) byId.delete(id);
  return treeFrom(byId);
}

/** From the root to this message. An unknown id (or null) gives the path to the newest leaf. */
export function pathTo(tree: MessageTree, leafId: string | null): Message[] {
  const known = leafId !== null && tree.byId.has(leafId) ? leafId : newestLeaf(tree, null);
  const path: Message[] = [];
  let message = known === null ? undefined : tree.byId.get(known);
  while (message !== undefined) {
    path.push(message);
    const parent = parentIn(tree, message);
    message = parent === null ? undefined : tree.byId.get(parent);
  }
  return path.toReversed();
}

/** Ids of all messages in the place of this one, itself among them, oldest first. */
export function siblingsOf(tree: MessageTree, message: Message): readonly string[] {
  const all = tree.children.get(parentIn(tree, message)) ?? [];
  if (all.length === 1) return all;
  return all.filter((id) => tree.byId.get(id)?.role === message.role);
}

/**
 * The end that was written last of all branches below a message; the message itself where nothing follows it. `null`: of the
 * whole tree, and null where that is empty.
 */
export function newestLeaf(tree: MessageTree, from: string | null): string | null {
  let newest: Message | undefined;
  for (const id of subtreeOf(tree, from)) {
    const message = tree.byId.get(id);
    if (message === undefined || (tree.children.get(id) ?? []).length > 0) continue;
    if (newest === undefined || compareAge(message, newest) > 0) newest = message;
  }
  return newest?.id ?? null;
}

/** Ids of a message and of all that follow it, in every branch; parents before children. `null`: of the whole tree. */
export function subtreeOf(tree: MessageTree, from: string | null): string[] {
  const ids: string[] = from === null ? [...(tree.children.get(null) ?? [])] : tree.byId.has(from) ? [from] : [];
  for (let at = 0; at < ids.length; at++) {
    for (const id of tree.children.get(ids[at] ?? null) ?? []) ids.push(id); // one may have more than a call takes arguments
  }
  return ids;
}

function treeFrom(byId: ReadonlyMap<string, Message>): MessageTree {
  const tree = { byId, children: new Map<string | null, string[]>(), cut: cutsOf(byId) };
  for (const message of [...byId.values()].sort(compareAge)) {
    const parent = parentIn(tree, message);
    const others = tree.children.get(parent);
    if (others === undefined) tree.children.set(parent, [message.id]);
    else others.push(message.id);
  }
  return tree;
}

/** Whoever wrote the messages may have made them follow each other in a circle: the oldest of each circle begins it. */
function cutsOf(byId: ReadonlyMap<string, Message>): Set<string> {
  const cuts = new Set<string>();
  const done = new Set<string>();
  for (const first of byId.values()) {
    const way: Message[] = [];
    const onWay = new Set<string>();
    let message: Message | undefined = first;
    while (message !== undefined && !done.has(message.id) && !onWay.has(message.id)) {
      way.push(message);
      onWay.add(message.id);
      message = message.parentId === null ? undefined : byId.get(message.parentId);
    }
    if (message !== undefined && onWay.has(message.id)) {
      const circle = way.slice(way.indexOf(message));
      cuts.add(circle.reduce((oldest, one) => (compareAge(one, oldest) < 0 ? one : oldest)).id);
    }
    for (const { id } of way) done.add(id);
  }
  return cuts;
}

function parentIn({ byId, cut }: Pick<MessageTree, 'byId' | 'cut'>, { id, parentId }: Message): string | null {
  return parentId !== null && byId.has(parentId) && !cut.has(id) ? parentId : null;
}

/** Oldest first; ids decide where two were written in the same millisecond, so that all tabs agree. */
function compareAge(a: Message, b: Message): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}
