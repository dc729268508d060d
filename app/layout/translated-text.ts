/**
 * A browser's translation takes text out of the page and puts `<font>` elements with other words in its place. React does not
 * know: it goes on to change the text that is no longer there, and throws where it is to be removed or is what something is
 * inserted before. Here the two are brought together: what happens to a text that was replaced happens to its replacement, and a
 * text with new words comes back (and is translated anew).
 */
export function surviveTranslation(root: Node): () => void {
  const { removeChild, insertBefore } = Node.prototype;
  const owner = ownerOf(Text.prototype, 'nodeValue');
  const nodeValue = owner && Object.getOwnPropertyDescriptor(owner, 'nodeValue');
  if (owner === null || nodeValue?.get === undefined || nodeValue.set === undefined) return () => undefined;
  const { get: getValue, set: setValue } = nodeValue;
  /** What stands where a text was. */
  const replacements = new WeakMap<Node, Node>();

  const observer = new MutationObserver(note);
  observer.observe(root, { childList: true, subtree: true });

  function note(records: readonly MutationRecord[]): void {
    for (const record of records) {
      for (const removed of record.removedNodes) {
        if (removed.nodeType !== Node.TEXT_NODE || removed.isConnected) continue;
        // Put there by the same step, or by one just before or after.
        const near = [...record.addedNodes, record.previousSibling, record.nextSibling];
        const replacement = near.find((node) => node?.nodeName === 'FONT');
        if (replacement !== undefined && replacement !== null) replacements.set(removed, replacement);
      }
    }
  }

  /** The node itself, or what a translation has put there in its place; null where nobody knows. */
  function present(parent: Node, child: Node): Node | null {
    if (child.parentNode === parent) return child;
    note(observer.takeRecords());
    let node: Node | undefined = child;
    while (node !== undefined && node.parentNode !== parent) node = replacements.get(node);
    return node ?? null;
  }

  Node.prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    const node = present(this, child);
    // Gone already, which is what was wanted.
    if (node !== null) removeChild.call(this, node);
    return child;
  };

  Node.prototype.insertBefore = function <T extends Node>(this: Node, added: T, before: Node | null): T {
    insertBefore.call(this, added, before === null ? null : present(this, before));
    return added;
  };

  Object.defineProperty(owner, 'nodeValue', {
    ...nodeValue,
    get(this: Node): string | null {
      return getValue.call(this) as string | null;
    },
    set(this: Node, value: string | null) {
      setValue.call(this, value);
      if (this.nodeType !== Node.TEXT_NODE || this.parentNode !== null) return;
      note(observer.takeRecords());
      const replacement = replacements.get(this);
      const parent = replacement?.parentNode ?? null;
      if (replacement === undefined || parent === null) return;
      insertBefore.call(parent, this, replacement);
      removeChild.call(parent, replacement);
      replacements.delete(this);
    },
  });

  return () => {
    observer.disconnect();
    Object.assign(Node.prototype, { removeChild, insertBefore });
    Object.defineProperty(owner, 'nodeValue', nodeValue);
  };
}

/** The prototype that has a property. */
function ownerOf(prototype: object, name: string): object | null {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, name)) return at;
  }
  return null;
}
