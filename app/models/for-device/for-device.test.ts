import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../catalogue.ts';
import { downloadTime } from './download-time.ts';
import { type DeviceFacts, sortForDevice } from './for-device.ts';

const LAPTOP: DeviceFacts = { memoryGb: 8, roomBytes: 100e9, isHandheld: false, isSoftware: false };
const NOTHING_KNOWN = { isHere: () => false, fastest: () => null };

function sorted(device: Partial<DeviceFacts>, known: Partial<Parameters<typeof sortForDevice>[2]> = {}) {
  const { recommended, others, obstructed } = sortForDevice(
    CATALOGUE,
    { ...LAPTOP, ...device },
    { ...NOTHING_KNOWN, ...known },
  );
  return {
    id: recommended?.id ?? null,
    others: others.map(({ id }) => id),
    obstacles: Object.fromEntries(obstructed.map(({ entry, obstacle }) => [entry.id, obstacle.kind])),
    total: (recommended === null ? 0 : 1) + others.length + obstructed.length,
  };
}

describe('the recommended model', () => {
  test.each([
    ['a laptop', {}, 'granite-4.0-h-tiny'],
    ['a browser that tells nothing', { memoryGb: null, roomBytes: Infinity }, 'granite-4.0-h-tiny'],
    ['a large machine', { memoryGb: 32 }, 'gpt-oss-20b'],
    ['16 GB', { memoryGb: 16 }, 'lfm2.5-8b-a1b'],
    ['4 GB', { memoryGb: 4 }, 'granite-3.1-3b-a800m'],
    ['a phone', { isHandheld: true }, 'granite-3.1-3b-a800m'],
    ['hardly any room', { roomBytes: 300e6 }, 'lfm2-350m'],
    ['no room', { roomBytes: 1e6 }, null],
    ['a software adapter', { isSoftware: true }, null],
  ] as const)('for %s', (_, device, id) => {
    expect(sorted(device).id).toBe(id);
  });

  test('is none that would be slower than reading aloud', () => {
    const fastest = ({ id }: { readonly id: string }): number => (id === 'granite-4.0-h-tiny' ? 2 : 30);
    expect(sorted({}, { fastest }).id).toBe('granite-3.1-3b-a800m');
  });

  test('needs no room where it is stored', () => {
    const isHere = ({ id }: { readonly id: string }): boolean => id === 'granite-3.1-3b-a800m';
    expect(sorted({ roomBytes: 1e9 }, { isHere }).id).toBe('granite-3.1-3b-a800m');
  });
});

test('every model stands in one place, the others from small to large, and what is too large says why', () => {
  for (const device of [{}, { memoryGb: 4 }, { isHandheld: true }, { isSoftware: true }, { roomBytes: 5e9 }])
    expect(sorted(device).total).toBe(CATALOGUE.length);
  expect(sorted({}).others[0]).toBe('lfm2-350m');
  expect(sorted({ memoryGb: 4 }).obstacles['gpt-oss-20b']).toBe('memory');
  expect(sorted({ roomBytes: 5e9 }).obstacles['gpt-oss-20b']).toBe('room');
  expect(sorted({ isHandheld: true }).obstacles['gpt-oss-20b']).toBe('handheld');
  expect(sorted({ isSoftware: true }).obstacles['gpt-oss-20b']).toBe('software');
  // 8 says "8 or more".
  expect(sorted({ memoryGb: 8 }).obstacles).toEqual({});
});

test('the time of a download is as sure as what it comes from', () => {
  expect(downloadTime(10e6, 1e6, 5)).toEqual({ kind: 'measured', from: 10_000 / 1.4, to: 14_000 });
  expect(downloadTime(1.25e9, null, 10)).toEqual({ kind: 'at-most', to: 1_000_000 });
  expect(downloadTime(1.25e9, null, 5)).toEqual({ kind: 'estimated', from: 1_000_000, to: 3_000_000 });
  for (const downlink of [undefined, 0, NaN])
    expect(downloadTime(1.25e9, null, downlink)).toEqual({ kind: 'unknown', at100Mbit: 100_000 });
});
