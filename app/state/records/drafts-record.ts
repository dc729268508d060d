/** Texts that were not sent yet, by their conversation, as they lie in localStorage. */
import * as v from 'valibot';
import { Fields, type Report } from './lenient.ts';

/** Oldest first. */
export function parseDrafts(value: unknown, report: Report): Map<string, string> {
  const fields = Fields.of(value, report);
  const drafts = new Map<string, string>();
  for (const key of fields.names) {
    const text = fields.read(key, v.string(), null);
    if (text !== null) drafts.set(key, text);
  }
  return drafts;
}
