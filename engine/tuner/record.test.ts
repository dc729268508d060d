import { describe, expect, test } from 'vitest';
import type { Measured } from './measure.ts';
import { type DeviceRecord, parseRecord, withPlace } from './record.ts';

const CHOSEN: Measured = {
  choice: 'rows 4',
  speedup: 1.3,
  rejected: [{ name: 'lanes 8', why: 'wrong' }],
  isDone: true,
};
const record: DeviceRecord = { version: '1', places: { 'matvec Q4_0 8 × 32': CHOSEN }, trying: null };
const EMPTY = { version: '1', places: {}, trying: null };

describe('a record', () => {
  test('comes back as it was written', () => {
    expect(parseRecord(structuredClone(record), '1')).toEqual(record);
  });

  test('of another version of the page says nothing', () => {
    expect(parseRecord(record, '2')).toEqual({ ...EMPTY, version: '2' });
  });

  test.each([undefined, null, 7, 'x', [], { version: '1' }, { version: '1', places: 3, trying: 'x' }])(
    'that is none (%j) says nothing',
    (data) => {
      expect(parseRecord(data, '1')).toEqual(EMPTY);
    },
  );

  test.each([
    { ...CHOSEN, speedup: 0.5 },
    { ...CHOSEN, speedup: Infinity },
    { ...CHOSEN, speedup: '2' },
    { ...CHOSEN, speedup: null },
    { ...CHOSEN, choice: 7 },
    { ...CHOSEN, choice: 'x'.repeat(10_000) },
    null,
    'rows 4',
  ])('keeps what is sound beside what is not: %j', (bad) => {
    const places = { ...record.places, 'matvec Q8_0 8 × 32': bad };
    expect(parseRecord({ ...record, places }, '1')).toEqual(record);
  });

  test('leaves out rejections that say nothing', () => {
    const rejected = [{ name: 'a', why: 'taste' }, 5, { name: 'lanes 8', why: 'wrong' }];
    const places = { 'matvec Q4_0 8 × 32': { ...CHOSEN, rejected } };
    expect(parseRecord({ ...record, places }, '1')).toEqual(record);
  });

  test('is bounded', () => {
    let grown = record;
    for (let i = 0; i < 500; i++) grown = withPlace(grown, `matvec ${i}`, CHOSEN);
    expect(Object.keys(grown.places)).toHaveLength(400);
    expect(grown.places).not.toHaveProperty(['matvec Q4_0 8 × 32']);
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`matvec ${i}`, CHOSEN]));
    expect(Object.keys(parseRecord({ ...record, places: many }, '1').places)).toHaveLength(400);
  });

  test('blames what was being tried when the browser ended, and has the place measured again without it', () => {
    const trying = { place: 'matvec Q4_0 8 × 32', names: ['lanes 16'] };
    expect(parseRecord({ ...record, trying }, '1')).toEqual({
      ...EMPTY,
      places: {
        'matvec Q4_0 8 × 32': {
          choice: null,
          speedup: null,
          rejected: [
            { name: 'lanes 8', why: 'wrong' },
            { name: 'lanes 16', why: 'lost' },
          ],
          isDone: false,
        },
      },
    });
  });
});
