import { expect, test } from 'vitest';
import { SpeedMeter } from './speed-meter.ts';

test('is silent at first, then gives the mean of the last seconds', () => {
  const meter = new SpeedMeter();
  meter.add(0, 0);
  expect(meter.bytesPerSecond).toBeNull();
  meter.add(4e6, 500);
  expect(meter.bytesPerSecond).toBeNull();
  meter.add(8e6, 1000);
  expect(meter.bytesPerSecond).toBe(8e6);
  // A stall within the window lowers it without making it zero.
  meter.add(8e6, 4000);
  expect(meter.bytesPerSecond).toBe(2e6);
});

test('forgets what is longer ago than the window', () => {
  const meter = new SpeedMeter();
  for (let second = 0; second <= 60; second++) meter.add(second <= 40 ? second * 1e6 : 40e6, second * 1000);
  expect(meter.bytesPerSecond).toBe(0);
});

test('starts anew where bytes are counted anew, as for the check of what arrived', () => {
  const meter = new SpeedMeter();
  meter.add(0, 0);
  meter.add(9e6, 1000);
  meter.add(1e6, 2000);
  expect(meter.bytesPerSecond).toBeNull();
  meter.add(3e6, 3000);
  expect(meter.bytesPerSecond).toBe(2e6);
});
