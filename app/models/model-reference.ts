/** What a person types to name a model: an address, or `owner/name` on the hub. */

export type ModelReference =
  /** A repository of the hub; `revision` and `folder` where the address names them. */
  | { readonly kind: 'repo'; readonly repo: string; readonly revision: string; readonly quantization: string | null }
  /** The address of a file. */
  | { readonly kind: 'file'; readonly url: string }
  /** Why it is neither: a key of the page's words. */
  | { readonly kind: 'invalid'; readonly problem: 'empty' | 'not-http' | 'not-a-model' | 'unclear' };

const HUB = 'https://huggingface.co/';
const HUB_HOSTS: ReadonlySet<string> = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);
const REPO = /^([\w.-]+\/[\w.-]+?)(?::([\w.-]+))?$/;
/** Pages of the hub that are no repositories of models. */
const OTHER_PAGES: ReadonlySet<string> = new Set([
  'datasets',
  'spaces',
  'docs',
  'blog',
  'papers',
  'collections',
  'api',
]);

/**
 * Understands addresses of the hub in all forms that people copy, `owner/name`, `owner/name:Q4_K_M`, any other URL, and the
 * commands with which other programs get a model (`ollama run …`, `llama-server -hf …`).
 */
export function parseReference(typed: string): ModelReference {
  const text = namedByCommand(typed.trim());
  if (text === '') return { kind: 'invalid', problem: 'empty' };
  const short = REPO.exec(text);
  if (short?.[1] !== undefined && !OTHER_PAGES.has(short[1].split('/', 1)[0] ?? '') && !startsWithHubHost(text)) {
    return { kind: 'repo', repo: short[1], revision: 'main', quantization: short[2] ?? null };
  }
  const url = parseUrl(addressOf(text));
  if (url === null) return { kind: 'invalid', problem: 'unclear' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { kind: 'invalid', problem: 'not-http' };
  return HUB_HOSTS.has(url.hostname) ? parseHubUrl(url) : { kind: 'file', url: url.href };
}

/** The same of `owner/name[/file][:quantization]`: a file names its quantization by itself. */
export function parseOneFile(reference: string): ModelReference {
  return parseReference(reference.replace(/(\.gguf):[\w.-]+$/i, '$1'));
}

/** What a command is told to get; the text itself where it is no command. */
function namedByCommand(text: string): string {
  const words = text.split(/[\s=]+/);
  const after = (...options: string[]): string | undefined => {
    const at = words.findIndex((word) => options.includes(word));
    return at < 0 ? undefined : words[at + 1];
  };
  // ollama run hf.co/a/b:Q4_K_M
  if (/^ollama(?:\.exe)?$/.test(words[0] ?? '')) return after('run', 'pull') ?? text;
  // hf download a/b c.gguf
  const isHubClient = words[0] === 'hf' || words[0] === 'huggingface-cli';
  const repo = isHubClient ? after('download') : after('-hf', '-hfr', '--hf-repo');
  if (repo === undefined) return after('-mu', '--model-url') ?? text;
  // llama-server -hf a/b:Q4_K_M, or -hf a/b -hff c.gguf
  const file = isHubClient ? words.find((word) => /\.gguf$/i.test(word)) : after('-hff', '--hf-file');
  return file === undefined ? repo : `${HUB}${repo.replace(/:.*$/, '')}/resolve/main/${file}`;
}

/** Where a file of the hub is downloaded from. */
export function hubFileUrl(repo: string, revision: string, path: string): string {
  const escaped = [...revision.split('/'), ...path.split('/')].map(encodeURIComponent).join('/');
  return `${HUB}${repo}/resolve/${escaped}`;
}

function startsWithHubHost(text: string): boolean {
  return HUB_HOSTS.has(text.split('/', 1)[0] ?? '');
}

/** `hf://a/b`, `hf:a/b`, and addresses of the hub copied without their beginning, as address lines show them. */
function addressOf(text: string): string {
  if (startsWithHubHost(text)) return `https://${text}`;
  if (text.startsWith('/api/models/')) return HUB + text.slice(1);
  return text.replace(/^hf:(?:\/\/)?/i, HUB);
}

/**
 * `/owner/name`, `/owner/name:Q4_K_M`, `/owner/name/tree/revision/folder`, `/owner/name/blob/revision/file`,
 * `/owner/name/resolve/…`, `/api/models/owner/name`.
 */
function parseHubUrl(url: URL): ModelReference {
  const segments = url.pathname
    .replace(/^\/api\/models\//, '/')
    .split('/')
    .filter(Boolean);
  const [owner, named, view, revision, ...path] = segments;
  // A revision after "@" is how the hub's own clients write it.
  const [, name, at, quantization] = /^([^:@]+)(?:@([^:]+))?(?::([\w.-]+))?$/.exec(decoded(named ?? '')) ?? [];
  if (owner === undefined || name === undefined || OTHER_PAGES.has(owner)) {
    return { kind: 'invalid', problem: 'not-a-model' };
  }
  const file = (branch: string, rest: readonly string[]): ModelReference => ({
    kind: 'file',
    url: `${HUB}${owner}/${name}/resolve/${[branch, ...rest].join('/')}`,
  });
  if ((view === 'blob' || view === 'resolve' || view === 'raw') && revision !== undefined && path.length > 0) {
    return file(revision, path);
  }
  if (view !== undefined && /\.gguf$/i.test(url.pathname) && view !== 'tree') {
    return file(at === undefined ? 'main' : encodeURIComponent(at), segments.slice(2));
  }
  const namesBranch = (view === 'tree' || view === 'revision') && revision !== undefined;
  return {
    kind: 'repo',
    repo: `${owner}/${name}`,
    revision: namesBranch ? decoded(revision) : (at ?? 'main'),
    quantization: quantization ?? url.searchParams.get('show_file_info'),
  };
}

/** What cannot be decoded stays as it is written. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
