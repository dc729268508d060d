import type { MemoryDevice } from './buffers.ts';

/** What nobody writes, reads or binds: whoever reserves memory only passes buffers on. */
const NOWHERE = { destroy: () => undefined } as unknown as GPUBuffer;

/**
 * Has limits, but no memory: what is reserved on it is counted, and fails where a device of these limits would refuse it.
 */
export function paperDevice(limits: MemoryDevice['limits']): MemoryDevice {
  return { limits, createBuffer: () => NOWHERE, queue: { writeBuffer: () => undefined } };
}

/** Limits that nothing meets, and small enough to be counted with. */
export const NO_LIMITS: MemoryDevice['limits'] = {
  maxBufferSize: Number.MAX_SAFE_INTEGER,
  maxStorageBufferBindingSize: Number.MAX_SAFE_INTEGER,
};
