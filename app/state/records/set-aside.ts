/**
 * Records that did not parse, or not wholly. The page uses what it understands of them and keeps the record as it was, until the
 * person has saved it as a file, or throws it away. Once something was set aside in this visit, a notice says so.
 */
import { createStore } from 'zustand/vanilla';

/** Before the key that a record had. */
export const SET_ASIDE = 'set-aside:';

export interface SetAsideRecord {
  /** Under which it was stored. */
  readonly key: string;
  /** What of it did not parse; an empty string is all of it. */
  readonly places: readonly string[];
  readonly record: unknown;
}

interface SetAsideState {
  /** What was set aside in this visit has not been acknowledged yet. */
  readonly isNews: boolean;
  /** Grows whenever something was set aside: for whoever lists it. */
  readonly version: number;
  happened(): void;
  dismiss(): void;
}

export const setAsideStore = createStore<SetAsideState>()((set) => ({
  isNews: false,
  version: 0,
  happened: () => set(({ version }) => ({ isNews: true, version: version + 1 })),
  dismiss: () => set(({ version }) => ({ isNews: false, version: version + 1 })),
}));

/** As a file: everything that a structured clone can hold, told in JSON as well as it can be. */
export function setAsideFile(records: readonly SetAsideRecord[]): Blob {
  const parts = records.map((one, index) => (index === 0 ? '' : ',\n') + asJson(one));
  return new Blob(['[\n', ...parts, '\n]\n'], { type: 'application/json' });
}

/** Deeper ones are shown by their kind only: JSON's writer is recursive. */
const DEEPEST = 100;

function asJson(value: unknown): string {
  return JSON.stringify(plain(value, new Set())) ?? 'null';
}

function plain(value: unknown, above: ReadonlySet<object>): unknown {
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value) || above.size >= DEEPEST) return `[${Object.prototype.toString.call(value)}]`;
  const within = new Set(above).add(value);
  if (value instanceof Date) return String(value);
  if (value instanceof ArrayBuffer) return plain(new Uint8Array(value), above);
  if (ArrayBuffer.isView(value))
    return value instanceof DataView ? '[DataView]' : Array.from(value as Uint8Array, String);
  if (value instanceof Map) return Array.from(value, (entry) => plain(entry, within));
  if (value instanceof Set || Array.isArray(value)) return Array.from(value, (one: unknown) => plain(one, within));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, within)]));
}
