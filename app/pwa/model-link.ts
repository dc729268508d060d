/**
 * `web+mixtab:hf/owner/name`, `web+mixtab:hf/owner/name:Q4_K_M`, `web+mixtab:hf/owner/name/folder/file.gguf`. Any page can have such a
 * link: it names a model on the hub, and nothing else.
 */

const MAX_LENGTH = 1000;
/** Names of owners, repositories, folders and files, as the hub has them. */
const SEGMENT = /^(?!\.+$)[\w.+-]{1,200}$/;
const QUANTIZED = /^(.+):([\w.-]{1,40})$/;

/** @returns what the tab "Open" is to look up; null where the link is none of ours */
export function parseModelLink(link: string): string | null {
  if (link.length > MAX_LENGTH) return null;
  const path = /^web\+mixtab:(?:\/\/)?hf\/(.+)$/i.exec(link.trim())?.[1];
  if (path === undefined) return null;
  const [owner = '', named = '', ...file] = path.replace(/\/$/, '').split('/').map(decoded);
  const quantized = file.length === 0 ? QUANTIZED.exec(named) : null;
  const name = quantized?.[1] ?? named;
  if (![owner, name, ...file].every((segment) => SEGMENT.test(segment))) return null;
  const repo = `https://huggingface.co/${owner}/${name}`;
  if (file.length === 0) return quantized === null ? repo : `${repo}:${quantized[2] ?? ''}`;
  if (!/\.gguf$/i.test(file.at(-1) ?? '')) return null;
  return `${repo}/resolve/main/${file.map(encodeURIComponent).join('/')}`;
}

/** Once. What cannot be decoded is no name. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
