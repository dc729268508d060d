import { expect, test } from 'vitest';
import type { LoadProgress } from '../api.ts';
import { LoadProgressMeter } from './load-progress.ts';

const MB = 1e6;

function meter(): { readonly told: LoadProgress[]; readonly progress: LoadProgressMeter } {
  const told: LoadProgress[] = [];
  return { told, progress: new LoadProgressMeter((one) => told.push(one)) };
}

test('bytes and shaders are parts of one share, which never falls and is 1 only in the end', () => {
  const { told, progress } = meter();
  progress.stage('header');
  progress.total(20 * MB, 0);
  progress.shaders(0, 20);
  for (let i = 1; i <= 20; i++) {
    progress.bytes(i * MB, 20 * MB, 'store');
    if (i % 2 === 0) progress.shaders(i / 2, 20);
  }
  const whenBytesWereThere = told.at(-1)?.share ?? 1;
  expect(whenBytesWereThere).toBeGreaterThan(0.4);
  expect(whenBytesWereThere).toBeLessThan(0.7); // half of the shaders are left
  progress.stage('pipelines');
  for (let i = 11; i <= 20; i++) progress.shaders(i, 20);
  expect(told.at(-1)?.share).toBeLessThan(1);
  expect(told.every(({ share }, i) => share >= (told[i - 1]?.share ?? 0))).toBe(true);
  progress.done(20 * MB);
  expect(told.at(-1)).toMatchObject({ stage: 'ready', share: 1, shaders: { compiled: 20, total: 20 } });
});

test('of a long download, bytes are nearly all', () => {
  const { told, progress } = meter();
  progress.shaders(20, 20); // long before
  progress.bytes(500 * MB, 1000 * MB, 'network');
  expect(told.at(-1)?.share).toBeCloseTo(0.5, 1);
});

test('a copy of which a part was lost goes on from where it is, though the rest takes longer', () => {
  const { told, progress } = meter();
  progress.bytes(900 * MB, 1000 * MB, 'store');
  const before = told.at(-1)?.share ?? 0;
  progress.bytes(901 * MB, 1000 * MB, 'network');
  expect(told.at(-1)?.share).toBeGreaterThanOrEqual(before);
});
