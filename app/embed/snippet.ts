/** What somebody puts into their page. */

/** Attributes of `<mixtab-chat>`, as they are written; null and false are left out. */
export type SnippetAttributes = Readonly<Record<string, string | null>>;

/** @param script address of embed.js */
export function snippetOf(script: string, attributes: SnippetAttributes): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '')
    .map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<script src="${escaped(script)}" async></script>\n<mixtab-chat${written.join('')}></mixtab-chat>`;
}

/** Where this page's embed.js lies. */
export function scriptAddress(): string {
  return new URL('embed.js', document.baseURI).href;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `hf:owner/name/file.gguf` for a file on the hub's main branch, which reads better; other addresses as they are. */
export function modelAttribute(url: string): string {
  const match = /^https:\/\/huggingface\.co\/([^/]+\/[^/]+)\/resolve\/main\/(.+\.gguf)$/i.exec(url);
  return match === null ? url : `hf:${match[1]}/${match[2]}`;
}
