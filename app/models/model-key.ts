import type { ModelSource } from '../../engine/api.ts';

/** Under which the choices for a model are remembered: known before its file was read. */
export function modelKey(source: ModelSource): string {
  switch (source.kind) {
    case 'url':
      return source.url;
    case 'stored':
      return source.id;
    case 'file':
      if (source.disk !== undefined) return `disk:${source.disk}`;
      return `file:${source.files.map(({ name, size }) => `${name}/${size}`).join(',')}`;
    default:
      return source satisfies never;
  }
}
