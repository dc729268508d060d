import type { TuningRejection } from '../api.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Measured, Rejected } from './measure.ts';

/** What is known of a device, by the keys of places. As it lies in the store. */
export interface DeviceRecord {
  /** Of the page: kernels of another version are other kernels. */
  readonly version: string;
  readonly places: Readonly<Record<string, Measured>>;
  /** What was about to run for the first time when this was written. */
  readonly trying: { readonly place: string; readonly names: readonly string[] } | null;
}

export const NO_RECORD: Omit<DeviceRecord, 'version'> = { places: {}, trying: null };

/** A model has 10 to 20 places; this is what dozens of models have. */
const MAX_PLACES = 400;
const MAX_TEXT = 200;
/** As many as a kind has candidates, and some. */
const MAX_NAMES = 32;
/** No shape is a thousand times as fast as another. */
const MAX_SPEEDUP = 1000;

/** What tells devices apart, as far as browsers tell. */
export function deviceKey({ report, profile, f16, subgroups, subgroupSize }: Gpu): string {
  const { vendor, architecture, device = '', description } = report;
  const able = [profile, f16 && 'f16', subgroups && `subgroups ${subgroupSize ?? 'of several sizes'}`].filter(Boolean);
  return [vendor, architecture, device, description, able.join(', ')].join(' | ').slice(0, 500);
}

/**
 * A record from the store, where anybody may have written anything. What does not parse is left out; what was being tried when
 * the browser ended has ended it.
 */
export function parseRecord(data: unknown, version: string): DeviceRecord {
  const record = objectOf(data);
  if (record?.['version'] !== version) return { version, ...NO_RECORD };
  const places = new Map<string, Measured>();
  for (const [key, value] of Object.entries(objectOf(record['places']) ?? {}).slice(0, MAX_PLACES)) {
    const measured = parseMeasured(value);
    if (key.length <= MAX_TEXT && measured !== undefined) places.set(key, measured);
  }
  const trying = objectOf(record['trying']);
  const place = textOf(trying?.['place']);
  if (place !== undefined) {
    const lost = listOf(trying?.['names']).flatMap((name) => textOf(name) ?? []);
    places.set(place, withLost(places.get(place), lost));
  }
  return { version, places: Object.fromEntries(places), trying: null };
}

/** The candidates `names` ended the device; nothing else is known of the place by that, so it is measured again without them. */
export function withLost(known: Measured | undefined, names: readonly string[]): Measured {
  const others = known?.rejected.filter(({ name }) => !names.includes(name)) ?? [];
  const lost = names.map((name): Rejected => ({ name, why: 'lost' }));
  return { choice: null, speedup: null, rejected: [...others, ...lost].slice(-MAX_NAMES), isDone: false };
}

/** The oldest places make room. */
export function withPlace(record: DeviceRecord, key: string, measured: Measured): DeviceRecord {
  const others = Object.entries(record.places).filter(([known]) => known !== key);
  return { ...record, places: Object.fromEntries([...others.slice(-(MAX_PLACES - 1)), [key, measured]]) };
}

function parseMeasured(data: unknown): Measured | undefined {
  const value = objectOf(data);
  if (value === undefined) return undefined;
  const choice = value['choice'] === null ? null : textOf(value['choice']);
  const speedup = value['speedup'];
  const isNumber = typeof speedup === 'number' && speedup >= 1 && speedup <= MAX_SPEEDUP;
  if (choice === undefined || !(speedup === null || isNumber) || (choice !== null && speedup === null))
    return undefined;
  const rejected = listOf(value['rejected']).flatMap((one) => parseRejected(one) ?? []);
  return { choice, speedup, rejected, isDone: value['isDone'] === true };
}

function parseRejected(data: unknown): Rejected | undefined {
  const value = objectOf(data);
  const name = textOf(value?.['name']);
  const why = value?.['why'];
  return name !== undefined && isRejection(why) ? { name, why } : undefined;
}

function isRejection(why: unknown): why is TuningRejection {
  return why === 'wrong' || why === 'failed' || why === 'lost';
}

function objectOf(data: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as Readonly<Record<string, unknown>>)
    : undefined;
}

function listOf(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data.slice(0, MAX_NAMES) : [];
}

function textOf(data: unknown): string | undefined {
  return typeof data === 'string' && data.length > 0 && data.length <= MAX_TEXT ? data : undefined;
}
