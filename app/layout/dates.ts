/** Dates as people say them, in the language of the page. Times are milliseconds since the epoch. */
import i18next from 'i18next';

const DAY_MS = 86_400_000;

/** A heading in a list that is sorted by date. `key` tells groups apart in every language. */
export interface DayGroup {
  readonly key: string;
  readonly label: string;
}

/** Whole days between two times, by the calendar of this device. */
function daysBetween(time: number, now: number): number {
  const midnight = (of: number): number => new Date(of).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(time)) / DAY_MS); // rounded: some days have 23 hours
}

/** Today, yesterday, the last 7 days, the last 30 days, then by month. */
export function dayGroup(time: number, now = Date.now()): DayGroup {
  const days = daysBetween(time, now);
  if (days <= 0) return { key: 'today', label: i18next.t('layout:dates.today') };
  if (days === 1) return { key: 'yesterday', label: i18next.t('layout:dates.yesterday') };
  if (days <= 7) return { key: 'week', label: i18next.t('layout:dates.lastDays', { count: 7 }) };
  if (days <= 30) return { key: 'month', label: i18next.t('layout:dates.lastDays', { count: 30 }) };
  const date = new Date(time);
  const label = new Intl.DateTimeFormat(i18next.language, { month: 'long', year: 'numeric' }).format(date);
  return { key: `${date.getFullYear()}-${date.getMonth() + 1}`, label };
}

const STEPS = [
  { unit: 'year', seconds: 31_536_000 },
  { unit: 'month', seconds: 2_592_000 },
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const;

/** Such as `3 hours ago`, `yesterday`, `now`. */
export function timeAgo(time: number, now = Date.now()): string {
  const seconds = Math.max(0, (now - time) / 1000);
  const words = new Intl.RelativeTimeFormat(i18next.language, { numeric: 'auto' });
  const step = STEPS.find((one) => seconds >= one.seconds);
  return step === undefined ? words.format(0, 'second') : words.format(-Math.floor(seconds / step.seconds), step.unit);
}

/** Date and time of day, such as `24 Nov 2026, 05:50`. */
export function dateAndTime(time: number): string {
  return new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}
