import type { LoadOptions, ModelInfo, ModelSource } from '../api.ts';

/** How a model is loaded. */
export interface Recipe {
  readonly source: ModelSource;
  readonly options: LoadOptions;
}

/** The same for sources of the same bytes. */
export function sourceKey(source: ModelSource): string {
  switch (source.kind) {
    case 'url':
      return source.url;
    case 'stored':
      return source.id;
    case 'file':
      return `file:${source.files.map(({ name, size, lastModified }) => `${name}/${size}/${lastModified}`).join(',')}`;
    default:
      return source satisfies never;
  }
}

/** Whether both would load the same. */
export function isSameRecipe(a: Recipe, b: Recipe): boolean {
  return (
    sourceKey(a.source) === sourceKey(b.source) &&
    a.options.contextLength === b.options.contextLength &&
    a.options.kvCache === b.options.kvCache &&
    (a.options.storing ?? 'wanted') === (b.options.storing ?? 'wanted')
  );
}

/** Whether a model that was loaded is what somebody wants. */
export function serves(loaded: Recipe, info: ModelInfo, wanted: Recipe): boolean {
  const { source, options } = wanted;
  const isSameModel =
    sourceKey(loaded.source) === sourceKey(source) || (source.kind === 'stored' && source.id === info.id);
  const isSameContext =
    options.contextLength === loaded.options.contextLength || options.contextLength === info.contextLength;
  const isKept = info.stored || options.storing === 'optional' || source.kind !== 'url';
  return isSameModel && isSameContext && options.kvCache === loaded.options.kvCache && isKept;
}
