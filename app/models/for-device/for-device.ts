/** Which models of the catalogue suit this device, from the little that a browser tells of it. */
import type { CatalogueEntry } from '../catalogue.ts';

export interface DeviceFacts {
  /** GB of main memory, as the browser rounds it; null where it does not tell. */
  readonly memoryGb: number | null;
  /** Bytes that this browser has left to store a model in; `Infinity` where it does not tell. */
  readonly roomBytes: number;
  /** A phone or a tablet: the browser ends pages that take more than a part of the memory. */
  readonly isHandheld: boolean;
  /** The browser computes on the processor: a large model would take minutes for an answer. */
  readonly isSoftware: boolean;
}

/** Why a model cannot run here, or hardly will. */
export type Obstacle =
  | { readonly kind: 'room'; readonly needBytes: number; readonly haveBytes: number }
  | { readonly kind: 'memory'; readonly needBytes: number; readonly haveBytes: number }
  | { readonly kind: 'handheld' }
  | { readonly kind: 'software' };

export interface Sorted<Entry extends CatalogueEntry> {
  /** Null where nothing larger than what comes with the page should be taken. */
  readonly recommended: Entry | null;
  /** Beside it, from small to large. */
  readonly others: readonly Entry[];
  readonly obstructed: readonly { readonly entry: Entry; readonly obstacle: Obstacle }[];
}

/** The best first, of those with a known file that is used as it is: the first that fits is recommended. */
const PREFERRED = [
  'gpt-oss-20b',
  'lfm2.5-8b-a1b',
  'granite-4.0-h-tiny',
  'granite-3.1-3b-a800m',
  'granite-3.1-1b-a400m',
  'lfm2-350m',
];

/** Of the memory, what a recommended model may take: the rest is for the context, the browser and all else. */
const COMFORTABLE = 0.6;
/** The most that `navigator.deviceMemory` tells: that or more. */
const AT_LEAST_GB: ReadonlySet<number> = new Set([8, 32]);
/** Where the browser does not tell: what most devices with WebGPU have at least. */
const USUAL_GB = 8;
/** Pages that take more are ended on most phones. */
const HANDHELD_BYTES = 2.2e9;
const SOFTWARE_BYTES = 0.5e9;
/** Slower than reading aloud: nobody is told to wait for that. */
const LEAST_TOKENS_PER_SECOND = 4;

/** Where the size is not known, what the weights come to at half a byte each, and a little. */
export function sizeOf({ bytes, parameters }: Pick<CatalogueEntry, 'bytes' | 'parameters'>): number {
  return bytes ?? parameters * 0.58;
}

export function obstacleOf(entry: CatalogueEntry, device: DeviceFacts): Obstacle | null {
  const needBytes = sizeOf(entry);
  const { memoryGb, roomBytes, isHandheld, isSoftware } = device;
  if (memoryGb !== null && !AT_LEAST_GB.has(memoryGb) && needBytes > memoryGb * 1e9 * 0.9)
    return { kind: 'memory', needBytes, haveBytes: memoryGb * 1e9 };
  if (needBytes > roomBytes) return { kind: 'room', needBytes, haveBytes: roomBytes };
  if (isHandheld && needBytes > HANDHELD_BYTES) return { kind: 'handheld' };
  if (isSoftware && needBytes > SOFTWARE_BYTES) return { kind: 'software' };
  return null;
}

/**
 * @param isHere whether a model is stored already: then room is no question
 * @param fastest tokens per second that an entry may reach here, null where nobody knows
 */
export function sortForDevice<Entry extends CatalogueEntry>(
  entries: readonly Entry[],
  device: DeviceFacts,
  { isHere, fastest }: { isHere(entry: Entry): boolean; fastest(entry: Entry): number | null },
): Sorted<Entry> {
  const fitting: Entry[] = [];
  const obstructed: { entry: Entry; obstacle: Obstacle }[] = [];
  for (const entry of entries) {
    const obstacle = obstacleOf(entry, isHere(entry) ? { ...device, roomBytes: Infinity } : device);
    if (obstacle === null) fitting.push(entry);
    else obstructed.push({ entry, obstacle });
  }
  const comfortable = (device.memoryGb ?? USUAL_GB) * 1e9 * COMFORTABLE;
  const recommended = device.isSoftware
    ? null
    : (PREFERRED.map((id) => fitting.find((entry) => entry.id === id)).find(
        (entry) =>
          entry !== undefined &&
          sizeOf(entry) <= comfortable &&
          (fastest(entry) ?? Infinity) >= LEAST_TOKENS_PER_SECOND,
      ) ?? null);
  return { recommended, others: bySize(fitting.filter((entry) => entry !== recommended)), obstructed };
}

function bySize<Entry extends CatalogueEntry>(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => sizeOf(a) - sizeOf(b));
}
