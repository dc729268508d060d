/** What a person types to name a model: an address, or `owner/name` on the hub. */

export type ModelReference =
  /** A repository of the hub; `revision` and `folder` where the address names them. */
  | { readonly kind: 'repo'; readonly repo: string; readonly revision: string; readonly quantization: string | null }
  /** The address of a file. */
  | { readonly kind: 'file'; readonly url: string }
  /** Why it is neither: a key of the page's words. */
  | { readonly kind: 'invalid'; readonly problem: 'empty' | 'not-http' | 'not-a-model' | 'unclear' };

const HUB_HOSTS: ReadonlySet<string> = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);
const REPO = /^([\w.-]+\/[\w.-]+?)(?::([\w.-]+))?$/;
/** Pages of the hub that are no repositories of models. */
const OTHER_PAGES: ReadonlySet<string> = new Set(['datasets', 'spaces', 'docs', 'blog', 'papers', 'collections']);

/** Understands addresses of the hub in all forms that people copy, `owner/name`, `owner/name:Q4_K_M`, and any other URL. */
export function parseReference(typed: string): ModelReference {
  const text = typed.trim();
  if (text === '') return { kind: 'invalid', problem: 'empty' };
  const short = REPO.exec(text.replace(/^(?:https?:\/\/)?hf\.co\//, ''));
  if (short?.[1] !== undefined && !OTHER_PAGES.has(short[1].split('/', 1)[0] ?? '')) {
    return { kind: 'repo', repo: short[1], revision: 'main', quantization: short[2] ?? null };
  }
  // Copied without its beginning, as address lines show it.
  const address = /^(?:www\.)?(?:huggingface\.co|hf\.co)\//.test(text) ? `https://${text}` : text;
  const url = parseUrl(address);
  if (url === null) return { kind: 'invalid', problem: 'unclear' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { kind: 'invalid', problem: 'not-http' };
  return HUB_HOSTS.has(url.hostname) ? parseHubUrl(url) : { kind: 'file', url: url.href };
}

/** `/owner/name`, `/owner/name/tree/revision/folder`, `/owner/name/blob/revision/file`, `/owner/name/resolve/…`. */
function parseHubUrl(url: URL): ModelReference {
  const [owner, name, view, revision, ...path] = url.pathname.split('/').slice(1).filter(Boolean);
  if (owner === undefined || name === undefined || OTHER_PAGES.has(owner)) {
    return { kind: 'invalid', problem: 'not-a-model' };
  }
  if ((view === 'blob' || view === 'resolve') && revision !== undefined && path.length > 0) {
    return { kind: 'file', url: `https://huggingface.co/${owner}/${name}/resolve/${[revision, ...path].join('/')}` };
  }
  const branch = view === 'tree' && revision !== undefined ? decoded(revision) : 'main';
  const quantization = url.searchParams.get('show_file_info');
  return { kind: 'repo', repo: `${owner}/${name}`, revision: branch, quantization };
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** A file on the hub by its address: what to ask the hub about it. Null for other addresses. */
export function hubFileOf(
  address: string,
): { readonly repo: string; readonly revision: string; readonly path: string } | null {
  const url = parseUrl(address);
  if (url === null || !HUB_HOSTS.has(url.hostname)) return null;
  const match = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
  const [, repo, revision, path] = match ?? [];
  if (repo === undefined || revision === undefined || path === undefined) return null;
  return { repo, revision: decoded(revision), path: decoded(path) };
}

/** A part of an address in words; as it is written where that is no code of any. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
