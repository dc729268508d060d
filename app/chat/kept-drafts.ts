/** Texts that were written and not sent yet, in localStorage: they outlive a reload. Files and longer texts: `kept-files.ts`. */
import { parseDrafts } from '../state/records/drafts-record.ts';
import { readLocal, writeLocal } from '../state/records/local-records.ts';

const KEY = 'mixtab-drafts';
/** Drafts of conversations that are never opened again would gather for ever. */
const MAX_DRAFTS = 30;
/** localStorage holds about five million characters, for everything. */
export const MAX_CHARACTERS = 50_000;

/** By conversation, oldest first. */
export function keptDraftTexts(): Map<string, string> {
  return readLocal(KEY, parseDrafts, textOf);
}

/** Reads what is kept again before it writes: other tabs keep drafts there too. */
export function keepDraftText(key: string, text: string): void {
  const drafts = keptDraftTexts();
  drafts.delete(key);
  if (text !== '' && text.length <= MAX_CHARACTERS) drafts.set(key, text);
  // Where it is full, or forbidden, the draft lives as long as the tab.
  writeLocal(KEY, textOf(new Map([...drafts].slice(-MAX_DRAFTS))));
}

function textOf(drafts: ReadonlyMap<string, string>): string {
  return JSON.stringify(Object.fromEntries(drafts));
}
