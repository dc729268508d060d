/** Which addresses of a model's text the page will use, and what to say about them. */

const LINK_PROTOCOLS: readonly string[] = ['http:', 'https:', 'mailto:'];
const IMAGE_PROTOCOLS: readonly string[] = ['http:', 'https:'];

function parse(url: string): URL | null {
  // Relative ones would point into this page, where a model has nothing to point at.
  return URL.canParse(url) ? new URL(url) : null;
}

/** The address, or null for scripts, data and whatever else is no plain link. */
export function safeLink(url: string): string | null {
  const parsed = parse(url);
  return parsed !== null && LINK_PROTOCOLS.includes(parsed.protocol) ? parsed.href : null;
}

/** An address without a user name and password in it, or null. */
export function safeImage(url: string): string | null {
  const parsed = parse(url);
  if (parsed === null || !IMAGE_PROTOCOLS.includes(parsed.protocol)) return null;
  return parsed.username === '' && parsed.password === '' ? parsed.href : null;
}

/** Where a link leads: a host, or the address of a mail. */
export function destination(url: string): string {
  const parsed = new URL(url);
  return parsed.protocol === 'mailto:' ? decoded(parsed.pathname) : parsed.host;
}

/** With its percent signs read where they can be: a model may write any after which no number follows. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** With a scheme, `www.`, a path or one of the endings that nobody takes for a file ("Node.js" is a name). */
const LOOKS_LIKE_AN_ADDRESS =
  /^\s*(?:https?:\/\/|(?=www\.|\S+\/|\S+\.(?:com|net|org|gov|edu)\s*$))((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?:[/:?#]\S*)?\s*$/iu;

/** Whether the text of a link looks like an address that leads elsewhere. */
export function isMisleading(text: string, url: string): boolean {
  const claimed = LOOKS_LIKE_AN_ADDRESS.exec(text)?.[1]?.toLowerCase();
  if (claimed === undefined) return false;
  const bare = (host: string): string => host.replace(/^www\./, '').replace(/:\d+$/, '');
  return bare(claimed) !== bare(destination(url).toLowerCase());
}
