const TITLE_CHARACTERS = 60; // about two lines of the sidebar

/** A title from the first message: its first line, cut at a word. Empty where the message is. */
export function titleOf(firstMessage: string): string {
  const line = firstMessage.trim().split('\n', 1)[0]?.replace(/\s+/g, ' ') ?? '';
  const characters = [...line];
  if (characters.length <= TITLE_CHARACTERS) return line;
  const cut = characters.slice(0, TITLE_CHARACTERS).join('');
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), TITLE_CHARACTERS / 2)).trimEnd()}…`;
}
