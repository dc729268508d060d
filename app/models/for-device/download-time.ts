/** How long a download would take: from how fast the last one was, or from what the browser says of the connection. */
import * as v from 'valibot';
import { Fields, type Report } from '../../state/records/lenient.ts';
import { readLocal, writeLocal } from '../../state/records/local-records.ts';

export const RATE_KEY = 'mixtab-download-rate';

const Rate = v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(1e11));

/** Milliseconds; `to` alone: that at most. */
export type DownloadTime =
  | { readonly kind: 'measured'; readonly from: number; readonly to: number }
  | { readonly kind: 'at-most'; readonly to: number }
  | { readonly kind: 'estimated'; readonly from: number; readonly to: number }
  /** Nobody knows: what it would be with 100 Mbit/s. */
  | { readonly kind: 'unknown'; readonly at100Mbit: number };

/** How far the next download may differ from the last one. */
const SPREAD = 1.4;
/** Mbit/s: the most that browsers tell of a connection; it may be any faster. */
const MOST_DOWNLINK = 10;

function parseRate(value: unknown, report: Report): number | null {
  if (value === undefined) return null;
  const parsed = v.safeParse(v.object({ bytesPerSecond: Rate }), value);
  if (parsed.success) return parsed.output.bytesPerSecond;
  Fields.of(value, report);
  return null;
}

/** Bytes per second of the last download that was long enough to tell; null before there was one. */
export function measuredRate(): number | null {
  return readLocal(RATE_KEY, parseRate, String);
}

export function keepRate(bytesPerSecond: number): void {
  if (v.is(Rate, bytesPerSecond)) writeLocal(RATE_KEY, JSON.stringify({ bytesPerSecond }));
}

/** @param downlink `navigator.connection.downlink`, Mbit/s; undefined where the browser does not tell */
export function downloadTime(bytes: number, rate: number | null, downlink: number | undefined): DownloadTime {
  if (rate !== null) {
    const ms = (bytes / rate) * 1000;
    return { kind: 'measured', from: ms / SPREAD, to: ms * SPREAD };
  }
  const at = (megabits: number): number => (bytes * 8) / (megabits * 1000);
  if (downlink === undefined || !(downlink > 0)) return { kind: 'unknown', at100Mbit: at(100) };
  if (downlink >= MOST_DOWNLINK) return { kind: 'at-most', to: at(MOST_DOWNLINK) };
  return { kind: 'estimated', from: at(downlink * 2), to: at(downlink / 1.5) };
}
