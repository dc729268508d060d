/** The model that ships with the page. `vite.config.ts` looks into `public/models/` and states what it found. */
import type { ModelSource, StoredModel } from '../../engine/api.ts';

/** Written by `vite.config.ts`; `url` is relative to the page. Null where the folder is empty. */
declare const __BUNDLED_MODEL__: BundledModel | null;

/** Shown on the empty page: more would push its words off a laptop's screen; phones show fewer (empty-state.css). */
export const MOST_SUGGESTIONS = 6;

export interface BundledModel {
  /** Absolute, with `?v=` and a hash of the content: another file is another model to the store. */
  readonly url: string;
  /** As the file calls itself (`general.name`). */
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex, of the file; absent in tests. */
  readonly sha256?: string;
  /** Prompts that it answers well, from `training/prompts.json`. */
  readonly suggestions: readonly string[];
}

/** The bundled model, or null where the page was built without one. */
export function findBundledModel(): BundledModel | null {
  if (__BUNDLED_MODEL__ === null) return null;
  const { url } = __BUNDLED_MODEL__;
  // Absolute, because the worker that fetches it lives in another folder than the page.
  return { ...__BUNDLED_MODEL__, url: new URL(url, document.baseURI).href };
}

export function bundledSource(bundled: BundledModel): ModelSource {
  return { kind: 'url', url: bundled.url };
}

/** Whether an address is the bundled model's, in whichever version. */
export function isBundledUrl(bundled: BundledModel | null, url: string): boolean {
  return bundled !== null && withoutQuery(url) === withoutQuery(bundled.url);
}

/** Ids of stored models that came from the same path as the bundled one, in another version. */
export function oldVersionsOf(bundled: BundledModel, stored: readonly StoredModel[], currentId: string): string[] {
  const path = withoutQuery(bundled.url);
  return stored
    .map(({ id }) => id)
    .filter((id) => id !== currentId && !id.includes(bundled.url) && withoutQuery(id) === path);
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
