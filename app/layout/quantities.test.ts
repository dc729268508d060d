// @vitest-environment happy-dom
import '../i18n/i18n.ts';
import i18next from 'i18next';
import { afterEach, describe, expect, test } from 'vitest';
import { dayGroup, timeAgo } from './dates.ts';
import { bytes, count, decimal, duration, parameters, percent, perSecond } from './quantities.ts';

afterEach(() => i18next.changeLanguage('en'));

test('numbers in English', () => {
  expect(count(21_400_000)).toBe('21,400,000');
  expect(decimal(0.654)).toBe('0.65');
  expect([bytes(999), bytes(812_400), bytes(21_400_000), bytes(4e9)]).toEqual([
    '1\u00a0kB',
    '812\u00a0kB',
    '21.4\u00a0MB',
    '4\u00a0GB',
  ]);
  expect([parameters(20_100_000), parameters(15_700_000_000)]).toEqual(['20.1\u00a0M', '15.7\u00a0B']);
  expect(percent(0.254)).toBe('25\u00a0%');
  expect(perSecond(50, 4000)).toBe('12.5\u00a0tokens/s');
});

test('time spans show their two largest units', () => {
  expect([840, 42_000, 185_000, 120_000, 7_800_000].map(duration)).toEqual([
    '0.8\u00a0s',
    '42\u00a0s',
    '3\u00a0m\u00a05\u00a0s',
    '2\u00a0m',
    '2\u00a0h\u00a010\u00a0m',
  ]);
});

test('numbers and dates follow the language of the page', async () => {
  await i18next.changeLanguage('de');
  expect(count(21_400_000)).toBe('21.400.000');
  expect(decimal(0.5)).toBe('0,5');
  expect(timeAgo(0, 2 * 86_400_000)).toBe('vorgestern');
});

describe('days', () => {
  const noon = (year: number, month: number, day: number): number => new Date(year, month - 1, day, 12).getTime();
  const now = noon(2026, 11, 24);

  test('are grouped by the calendar, not by hours', () => {
    const lateYesterday = new Date(2026, 10, 23, 23, 59).getTime();
    const early = new Date(2026, 10, 24, 0, 5).getTime();
    expect(dayGroup(early, now).label).toBe('Today');
    expect(dayGroup(lateYesterday, early).label).toBe('Yesterday');
  });

  test('are named from today to months', () => {
    const labels = [noon(2026, 11, 23), noon(2026, 11, 17), noon(2026, 11, 16), noon(2026, 10, 25), noon(2026, 10, 24)];
    expect(labels.map((time) => dayGroup(time, now).label)).toEqual([
      'Yesterday',
      'Last 7 days',
      'Last 30 days',
      'Last 30 days',
      'October 2026',
    ]);
  });

  test('the same month has one group, another year another', () => {
    expect(dayGroup(noon(2025, 3, 1), now).key).toBe(dayGroup(noon(2025, 3, 31), now).key);
    expect(dayGroup(noon(2025, 3, 1), now).key).not.toBe(dayGroup(noon(2024, 3, 1), now).key);
  });

  test('a clock that was set back still says today', () => {
    expect(dayGroup(now + 86_400_000, now).key).toBe('today');
    expect(timeAgo(now + 5000, now)).toBe('now');
  });
});
