import { describe, expect, test } from 'vitest';
import { answer, question } from '../testing/messages.ts';
import {
  EMPTY_TREE,
  newestLeaf,
  pathTo,
  siblingsOf,
  subtreeOf,
  treeOf,
  withMessages,
  withoutMessages,
} from './message-tree.ts';
import { pathEntries, replaceInPath } from './path-view.ts';

/**
 * q1 ─ a1 ─ q2 ─ a2
 *    ├ b1 ─ q3 ─ a3      (b1: a1 again; its branch is the newest)
 * q1x ─ a1x              (q1 changed, before the others went on)
 */
const TREE = treeOf([
  question('q1', null, 1),
  answer('a1', 'q1', 2),
  question('q1x', null, 3),
  answer('a1x', 'q1x', 4),
  question('q2', 'a1', 5),
  answer('a2', 'q2', 6),
  answer('b1', 'q1', 7),
  question('q3', 'b1', 8),
  answer('a3', 'q3', 9),
]);
const ids = (messages: readonly { readonly id: string }[]): string[] => messages.map(({ id }) => id);
const get = (id: string): ReturnType<typeof question> => {
  const message = TREE.byId.get(id);
  if (message === undefined) throw new Error(`no ${id}`);
  return message as ReturnType<typeof question>;
};

describe('a tree of messages', () => {
  test('has a path from the root to each message', () => {
    expect(ids(pathTo(TREE, 'a2'))).toEqual(['q1', 'a1', 'q2', 'a2']);
    expect(ids(pathTo(TREE, 'b1'))).toEqual(['q1', 'b1']);
  });

  test('shows the newest branch where the leaf is not known', () => {
    expect(ids(pathTo(TREE, null))).toEqual(['q1', 'b1', 'q3', 'a3']);
    expect(ids(pathTo(TREE, 'deleted elsewhere'))).toEqual(['q1', 'b1', 'q3', 'a3']);
    expect(pathTo(EMPTY_TREE, null)).toEqual([]);
  });

  test('siblings share parent and role, oldest first', () => {
    expect(siblingsOf(TREE, get('b1'))).toEqual(['a1', 'b1']);
    expect(siblingsOf(TREE, get('q1'))).toEqual(['q1', 'q1x']);
    const mixed = withMessages(TREE, [question('q4', 'q1', 10)]);
    expect(siblingsOf(mixed, get('a1'))).toEqual(['a1', 'b1']);
  });

  test('the newest leaf is the one written last, however deep it lies', () => {
    expect(newestLeaf(TREE, 'a1')).toBe('a2');
    expect(newestLeaf(TREE, 'q1')).toBe('a3');
    expect(newestLeaf(TREE, 'a3')).toBe('a3');
    expect(newestLeaf(TREE, 'nowhere')).toBeNull();
    expect(newestLeaf(EMPTY_TREE, null)).toBeNull();
  });

  test('a subtree has all branches below, parents first', () => {
    const subtree = subtreeOf(TREE, 'q1');
    expect(subtree[0]).toBe('q1');
    expect(subtree.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'q1', 'q2', 'q3']);
    expect(subtreeOf(TREE, 'nowhere')).toEqual([]);
  });

  test('messages can be taken out; those that followed stand at the root, within reach', () => {
    const without = withoutMessages(TREE, ['q1']);
    expect(ids(pathTo(without, 'a2'))).toEqual(['a1', 'q2', 'a2']);
    expect(subtreeOf(without, null)).toHaveLength(TREE.byId.size - 1);
  });

  test('two written in the same millisecond have one order in every tab', () => {
    const [a, b] = [answer('a', 'q', 1), answer('b', 'q', 1)];
    const q = question('q', null, 0);
    expect(siblingsOf(treeOf([q, b, a]), a)).toEqual(siblingsOf(treeOf([q, a, b]), a));
  });

  test('a circle of parents begins with its oldest, and nothing of it is left out', () => {
    const circle = treeOf([question('a', 'b', 1), question('b', 'a', 2)]);
    expect(pathTo(circle, 'a').map(({ id }) => id)).toEqual(['a']);
    expect(pathTo(circle, null).map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('the path that is shown', () => {
  test('keeps the entries that did not change', () => {
    const before = pathEntries(TREE, 'a2', []);
    const changed = withMessages(TREE, [{ ...answer('a2', 'q2', 6), content: 'changed' }]);
    const after = pathEntries(changed, 'a2', before);
    expect(after.map((entry, index) => entry === before[index])).toEqual([true, true, true, false]);
    const branched = pathEntries(withMessages(TREE, [answer('c2', 'q2', 20)]), 'a2', before);
    expect(branched.map((entry, index) => entry === before[index])).toEqual([true, true, true, false]);
    expect(branched[3]?.siblings).toEqual(['a2', 'c2']);
  });

  test('one message of it can grow', () => {
    const path = pathEntries(TREE, 'a2', []);
    const grown = { ...answer('a2', 'q2', 6), content: 'more' };
    const after = replaceInPath(path, grown);
    expect(after[3]?.message).toBe(grown);
    expect(after[0]).toBe(path[0]);
    expect(replaceInPath(path, answer('a3', 'q3', 9))).toBe(path);
  });
});
