/** Texts that were written and not sent yet, in localStorage: they outlive a reload. Files and longer texts: `kept-files.ts`. */
import { localStore } from '../storage/local-store.ts';

const KEY = 'mixtab-drafts';
/** Drafts of conversations that are never opened again would gather for ever. */
const MAX_DRAFTS = 30;
/** localStorage holds about five million characters, for everything. */
export const MAX_CHARACTERS = 50_000;

/** Oldest first. */
type Kept = Record<string, string>;

export function keptDraftTexts(): Kept {
  try {
    const value: unknown = JSON.parse(localStore.getItem(KEY) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'));
  } catch {
    return {};
  }
}

/** Reads what is kept again before it writes: other tabs keep drafts there too. */
export function keepDraftText(key: string, text: string): void {
  const { [key]: _, ...others } = keptDraftTexts();
  const entries = Object.entries(others);
  if (text !== '' && text.length <= MAX_CHARACTERS) entries.push([key, text]);
  localStore.setItem(KEY, JSON.stringify(Object.fromEntries(entries.slice(-MAX_DRAFTS))));
}
