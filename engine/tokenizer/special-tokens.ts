/** A text cut at the special tokens that it contains: ids, and the text between them. */
export type Fragment = string | number;

/**
 * Finds whole tokens written out in a text, such as `<|im_start|>`. The leftmost comes first; of several at one place the
 * longest.
 *
 * @param tokens text and id of each
 */
export function specialTokenSplitter(tokens: ReadonlyMap<string, number>): (text: string) => Fragment[] {
  const texts = [...tokens.keys()].filter((text) => text !== '');
  if (texts.length === 0) return (text) => (text === '' ? [] : [text]);
  // One alternation, longest first: the regular expression engine factors it into a prefix tree by itself.
  texts.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(texts.map(escapeForRegExp).join('|'), 'g');
  return (text) => {
    const fragments: Fragment[] = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      if (match.index > end) fragments.push(text.slice(end, match.index));
      const id = tokens.get(match[0]);
      if (id !== undefined) fragments.push(id);
      end = match.index + match[0].length;
    }
    if (end < text.length) fragments.push(text.slice(end));
    return fragments;
  };
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
