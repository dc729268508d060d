import { del, entries, get, set } from 'idb-keyval';
import { keyvalStore } from '../../idb/keyval-store.ts';
import type { DeviceRecord } from './record.ts';

/** Where it is kept what was measured, by device. Either method may reject: then it is not kept. */
export interface TuningStore {
  read(device: string): Promise<unknown>;
  /** Resolves once it would survive the end of the tab. */
  write(device: string, record: DeviceRecord): Promise<void>;
}

/** For as long as the engine lives. */
export function memoryTuningStore(): TuningStore {
  const records = new Map<string, DeviceRecord>();
  return {
    read: async (device) => records.get(device),
    write: async (device, record) => void records.set(device, record),
  };
}

/** Drivers are renewed, and their names with them. */
const MAX_DEVICES = 8;

/** In a database of its own: it is of this device, and nothing that a person would miss. */
export function indexedDbTuningStore(): TuningStore {
  const store = keyvalStore('mixtab-tuning', 'devices');
  const known = new Set<string>();
  return {
    read: (device) => get(device, store),
    write: async (device, record) => {
      await set(device, record, store);
      if (known.has(device)) return;
      known.add(device);
      const others = (await entries<IDBValidKey, unknown>(store)).filter(([key]) => key !== device);
      for (const [key] of others.slice(0, Math.max(0, others.length - (MAX_DEVICES - 1)))) await del(key, store);
    },
  };
}
