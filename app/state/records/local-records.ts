/** The door of localStorage: texts become records that parse, and what does not is set aside there, under a key of its own. */
import type { PersistStorage, StorageValue } from 'zustand/middleware';
import { localStore } from '../../storage/local-store.ts';
import { wholeBetween } from './bounds.ts';
import { Fields, type Report } from './lenient.ts';
import { type SetAsideRecord, setAsideStore } from './set-aside.ts';

const PREFIX = 'mixtab-set-aside:';
/** Characters; localStorage holds about five million, for everything. */
const LONGEST = 2_000_000;

/** For its keys. The browser may forbid it altogether. */
function storage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/**
 * Reads a record. Where something of it does not parse, the text as it was is set aside, and what was understood takes its
 * place, so that the next visit finds nothing wrong.
 *
 * @param parse also gets undefined: nothing is stored, or nothing that is JSON
 * @param write the text of a record that parses
 */
export function readLocal<T>(
  key: string,
  parse: (value: unknown, report: Report) => T,
  write: (value: T) => string,
): T {
  const text = localStore.getItem(key);
  const places: string[] = [];
  const report = (place: string): void => void places.push(place);
  const value = parse(text === null ? undefined : jsonOf(text, report), report);
  if (text !== null && places.length > 0 && setAside(key, text)) {
    writeLocal(key, write(value));
    setAsideStore.getState().happened();
  }
  return value;
}

/** @returns false where the browser has no room, or forbids it: the value lives as long as the tab. */
export function writeLocal(key: string, text: string): boolean {
  return localStore.setItem(key, text);
}

function jsonOf(text: string, report: Report): unknown {
  if (text.length <= LONGEST) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // It is reported below.
    }
  }
  report('');
  return undefined;
}

/** @returns false where it could not be kept: then it must not be overwritten either. */
function setAside(key: string, text: string): boolean {
  const kept = Object.entries(keptTexts()).filter(([name]) => name.startsWith(`${PREFIX}${key}:`));
  if (kept.some(([, one]) => one === text)) return true;
  const place = `${PREFIX}${key}:${kept.length + 1}`;
  if (writeLocal(place, text)) return true;
  // There is no room for both: it moves.
  localStore.removeItem(key);
  if (writeLocal(place, text)) return true;
  writeLocal(key, text);
  return false;
}

/** By their keys, which all begin with the prefix. */
function keptTexts(): Record<string, string> {
  const local = storage();
  const keys = Array.from({ length: local?.length ?? 0 }, (_, at) => local?.key(at) ?? '');
  return Object.fromEntries(
    keys.filter((key) => key.startsWith(PREFIX)).map((key) => [key, localStore.getItem(key) ?? '']),
  );
}

export function localSetAside(): SetAsideRecord[] {
  return Object.entries(keptTexts()).map(([key, record]) => ({ key: key.slice(PREFIX.length), places: [], record }));
}

export function discardLocalSetAside(): void {
  for (const key of Object.keys(keptTexts())) localStore.removeItem(key);
}

/**
 * How a store of zustand is kept; its `version` is that of the envelope, and newer ones are read as far as they are understood.
 *
 * @param parse is told the version that wrote it, too
 */
export function parsedStorage<S>(
  version: number,
  parse: (state: unknown, report: Report, writtenBy: number) => S,
): PersistStorage<S> {
  const write = (state: S): string => JSON.stringify({ state, version } satisfies StorageValue<S>);
  return {
    getItem: (key) => {
      const state = readLocal(
        key,
        (value, report) => {
          const envelope = Fields.of(value, report);
          const writtenBy = envelope.read('version', wholeBetween(0, version), version);
          return parse(envelope.raw('state'), report, writtenBy);
        },
        write,
      );
      return { state, version };
    },
    setItem: (key, value) => void writeLocal(key, JSON.stringify(value)),
    removeItem: (key) => void localStore.removeItem(key),
  };
}
