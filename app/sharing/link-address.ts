/** Where in an address a shared answer stands. Small, and apart: who has no such link needs nothing of how to read one. */

const PARAMETER = 'answer';

/** The value in the fragment of an address; null where it has none. */
export function linkInAddress(hash: string): string | null {
  return new RegExp(`[#&]${PARAMETER}=([^&]*)`).exec(hash)?.[1] ?? null;
}

/** The page that plays it: beside this one. */
export function addressOfLink(link: string): string {
  return new URL(`embed.html#${PARAMETER}=${link}`, document.baseURI).href;
}

/** The page that plays files. */
export function addressForFiles(): string {
  return new URL(`embed.html${FILES}`, document.baseURI).href;
}

/** `embed.html#file`: it asks for a file. */
export const FILES = '#file';
