// Prompts of an exact number of tokens that begin differently, so that no engine can reuse what it computed for another.

const TEXT =
  'A fox lived at the edge of the forest, where the river turns south. Every morning he went down to the water and ' +
  'looked for the old heron, who knew all the news: which farmer had left a gate open, where the berries were ripe, and ' +
  'why the miller had been singing since Tuesday. One day the heron said nothing, looked across the river and flew away. ' +
  'So the fox sat down, thought for a while, and followed the river to find out for himself what lay behind the hills. ';

const WORDS = TEXT.trim().split(' ');

/** The text over and over, from its n-th word on. */
function textFrom(start: number, characters: number): string {
  const words = [...WORDS.slice(start % WORDS.length), ...WORDS.slice(0, start % WORDS.length)].join(' ');
  return `${words} `.repeat(Math.ceil(characters / TEXT.length)).slice(0, characters);
}

/**
 * The n-th prompt.
 * @throws Error if the tokenizer makes no such number of tokens of any beginning of the text
 */
export async function promptOfTokens(
  n: number,
  tokens: number,
  countTokens: (text: string) => Promise<number>,
): Promise<string> {
  // A token has at least one character, so this many have as many tokens at most: grow from there.
  let characters = tokens;
  for (;;) {
    const text = textFrom(n, characters);
    const count = await countTokens(text);
    if (count === tokens) return text;
    // One more character may end a longer token; then the count steps over the number, or falls and comes again.
    if (count > tokens + 8) throw new Error(`No text of exactly ${tokens} tokens was found`);
    characters += Math.max(1, tokens - count);
  }
}
