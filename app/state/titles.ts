const TITLE_CHARACTERS = 60; // about two lines of the sidebar
/** More than enough for a title; a message may be a line of megabytes. */
const READ_CHARACTERS = 4000;

/** A title from the first message: its first line, cut at a word. Empty where the message is. */
export function titleOf(firstMessage: string): string {
  const line = firstMessage.trimStart().slice(0, READ_CHARACTERS).split('\n', 1)[0]?.trim().replace(/\s+/g, ' ') ?? '';
  const characters = [...line];
  if (characters.length <= TITLE_CHARACTERS) return line;
  const cut = characters.slice(0, TITLE_CHARACTERS).join('');
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), TITLE_CHARACTERS / 2)).trimEnd()}…`;
}
