import type { DecodeCost } from '../engine/api.ts';
import { DEVICES, LAUNCH_MICROSECONDS, type NamedDevice, SUBMIT_MICROSECONDS } from './devices.ts';

/**
 * Shares of the published bandwidth, or rate, that a whole step comes to. On an H200 large products had, beyond 4.5 µs that each launch took,
 * 42 % (Q6_K) to 57 % (Q8_0) of what a streamed read has there; smaller GPUs are easier to fill, and steps have small launches too.
 */
export const REACHED = { best: 0.6, worst: 0.3 } as const;

export interface Foretold {
  readonly slow: number;
  readonly fast: number;
}

/** Tokens per second of decoding, from a device's published numbers. */
export function foretell(
  { bytes, operations, launches }: DecodeCost,
  device: Pick<NamedDevice, 'bandwidth' | 'fp32' | 'api'>,
): Foretold {
  const { fast, slow } = LAUNCH_MICROSECONDS[device.api];
  const seconds = (reached: number, launchUs: number, submitUs: number): number =>
    Math.max(bytes / (device.bandwidth * 1e9 * reached), operations / (device.fp32 * 1e12 * reached)) +
    (launches * launchUs + submitUs) / 1e6;
  return {
    fast: 1 / seconds(REACHED.best, fast, SUBMIT_MICROSECONDS.fast),
    slow: 1 / seconds(REACHED.worst, slow, SUBMIT_MICROSECONDS.slow),
  };
}

/** A table of all devices and models, as text. */
export function foretellAll(models: readonly { readonly id: string; readonly cost: DecodeCost }[]): readonly string[] {
  const lines = [
    `decode, tokens/s, foretold from published numbers (from ${REACHED.worst} to ${REACHED.best} of the bandwidth):`,
  ];
  for (const device of DEVICES) {
    lines.push(`\n${device.name}: ${device.bandwidth} GB/s, ${device.fp32} TFLOP/s, ${device.api}`);
    for (const { id, cost } of models) {
      const { slow, fast } = foretell(cost, device);
      lines.push(`  ${id.padEnd(28)} ${slow.toFixed(0).padStart(4)} to ${fast.toFixed(0).padStart(4)}`);
    }
  }
  return lines;
}
