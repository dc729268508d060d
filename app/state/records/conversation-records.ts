/** Records of the store of conversations by their keys: what was understood of each, and what was not. */
import type { RoutingRecord } from '../../routing/routing-record.ts';
import type { ConversationHead, Message } from '../conversation.ts';
import * as v from 'valibot';
import { Id } from './bounds.ts';
import { parseHead } from './head-record.ts';
import { isRecord, type Report } from './lenient.ts';
import { parseMessage } from './message-record.ts';
import { parseRouting } from './routing-record.ts';

export interface ReadRecord<T> {
  readonly key: string;
  /** Null where it is of no use at all. */
  readonly value: T | null;
  /** What of it did not parse; an empty string is all of it. */
  readonly places: readonly string[];
  readonly record: unknown;
}

/** `head:<id>`; `unknown`: fields that this version of the page does not know. */
export function recordHead(
  key: string,
  record: unknown,
): ReadRecord<ConversationHead> & { readonly unknown: Readonly<Record<string, unknown>> } {
  const read = readAs(key, record, parseHead);
  const own = isRecord(record) ? Object.entries(record) : [];
  const { value } = read;
  return { ...read, unknown: Object.fromEntries(value === null ? [] : own.filter(([name]) => !(name in value))) };
}

/** `message:<conversation>:<id>`. */
export function recordMessage(key: string, record: unknown): ReadRecord<Message> {
  return readAs(key, record, parseMessage);
}

/** `routing:<conversation>:<id>`. */
export function recordRouting(key: string, record: unknown): ReadRecord<RoutingRecord> {
  return readAs(key, record, (_id, value, report) => {
    const routing = parseRouting(value);
    if (routing === null) report('');
    return routing;
  });
}

/** Under a key that no version of the page makes, nothing is of use: what it names could not be read again. */
function readAs<T>(
  key: string,
  record: unknown,
  parse: (id: string, value: unknown, report: Report) => T | null,
): ReadRecord<T> {
  const [, ...ids] = key.split(':');
  if (ids.length === 0 || !ids.every((id) => v.is(Id, id))) return { key, value: null, places: [''], record };
  const places: string[] = [];
  const value = parse(ids.at(-1) ?? '', record, (place) => void places.push(place));
  return { key, value, places, record };
}
