/** A place in a text that outlives the elements that the text is in. */

/** An element or text node that held the place, and how many characters into its text. */
interface Holder {
  readonly node: Node;
  readonly at: number;
}

/** From the innermost holder outwards. */
export type TextPosition = readonly Holder[];

/** Null where the position is not in `root`. */
export function textPosition(root: Node, node: Node | null, offset: number): TextPosition | null {
  if (node === null || !root.contains(node)) return null;
  const holders: Holder[] = [];
  let at = node instanceof CharacterData ? offset : lengthOf([...node.childNodes].slice(0, offset));
  for (let holder = node; ; holder = holder.parentNode ?? root) {
    holders.push({ node: holder, at });
    if (holder === root) return holders;
    for (let before = holder.previousSibling; before !== null; before = before.previousSibling)
      at += lengthOf([before]);
  }
}

/** Where the position is now, in what is left of what held it. */
export function findPosition(position: TextPosition): readonly [Node, number] | null {
  const holder = position.find(({ node }) => node.isConnected);
  if (holder === undefined) return null;
  const texts = document.createTreeWalker(holder.node, NodeFilter.SHOW_TEXT);
  let { at } = holder;
  let last: Text | null = null;
  const begin = holder.node instanceof Text ? holder.node : texts.nextNode();
  for (let node = begin; node !== null; node = texts.nextNode()) {
    last = node as Text;
    if (at <= last.length) return [last, at];
    at -= last.length;
  }
  return last === null ? null : [last, last.length];
}

function lengthOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { textContent }) => sum + (textContent?.length ?? 0), 0);
}
