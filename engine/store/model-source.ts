import type { ModelSource } from '../api.ts';
import { EngineError } from '../errors.ts';
import { splitPartNames } from '../formats/gguf.ts';

/** What a source says before anything was read. */
export type SourceDescription =
  | { readonly kind: 'url'; readonly id: string; readonly name: string; readonly urls: readonly string[] }
  | { readonly kind: 'file'; readonly id: string; readonly name: string; readonly files: readonly File[] }
  | { readonly kind: 'stored'; readonly id: string };

/** @throws EngineError `bad-request` for an address that cannot be one, or no files */
export function describeSource(source: ModelSource): SourceDescription {
  switch (source.kind) {
    case 'url':
      return describeUrl(source.url);
    case 'file':
      return describeFiles(source.files);
    case 'stored':
      return source;
    default:
      return source satisfies never;
  }
}

function describeUrl(address: string): SourceDescription {
  const url = parseUrl(address);
  const fileName = fileNameOf(url);
  const names = splitPartNames(fileName) ?? [fileName];
  const folder = url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1);
  const urls = names.map((name) => {
    const part = new URL(url);
    // A name that is no part stays as it was written: encoding it anew could change it.
    if (names.length > 1) part.pathname = folder + encodeURIComponent(name);
    return part.href;
  });
  return { kind: 'url', id: urls[0] ?? url.href, name: modelName(fileName), urls };
}

function parseUrl(address: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    // A relative address would mean another place in the worker than on the page.
    throw new EngineError('bad-request', `"${address}" is not a complete web address. It should begin with https://.`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new EngineError('bad-request', `"${address}" is not a web address. It should begin with https://.`);
  }
  url.hash = '';
  if (url.hostname === 'huggingface.co') {
    // What people copy from the address line is the page about the file, and from its button a download with a flag.
    url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
    url.searchParams.delete('download');
  }
  return url;
}

export function fileNameOf(url: URL | string): string {
  const { pathname, host } = new URL(url);
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last) || host;
  } catch {
    return last;
  }
}

function describeFiles(given: readonly File[]): SourceDescription {
  // Parts are numbered with leading zeros, so that order by name is order by number.
  const files = given.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const [first] = files;
  if (!first) throw new EngineError('bad-request', 'Choose a model file first.');
  const id = `file:${files.map(({ name, size, lastModified }) => `${name}/${size}/${lastModified}`).join(',')}`;
  return { kind: 'file', id, name: modelName(first.name), files };
}

/** `Some-Model-Q4_K_M-00001-of-00003.gguf` → `Some-Model-Q4_K_M` */
function modelName(fileName: string): string {
  return fileName.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '') || fileName;
}
