import type { ModelSource } from '../../engine/api.ts';
import type { BundledModel } from './bundled.ts';

/** What a model is called before its file was read. */
export function modelName(source: ModelSource, bundled: BundledModel | null): string {
  switch (source.kind) {
    case 'url':
      return source.url === bundled?.url ? bundled.name : fileNameOfUrl(source.url);
    case 'stored':
      return fileNameOfUrl(source.id);
    case 'file':
      return source.files[0]?.name ?? '';
    default:
      return source satisfies never;
  }
}

/** The last part of an address; all of what is none, such as the key of a file from this device. */
export function fileNameOfUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, host } = new URL(url);
  const name = pathname.slice(pathname.lastIndexOf('/') + 1) || host;
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign that is meant as such
  }
}
