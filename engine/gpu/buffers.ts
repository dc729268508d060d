import { EngineError } from '../errors.ts';
import type { BufferRegion } from './plan.ts';

/** GPUBufferUsage, which is no global in Node. */
export const USAGE = {
  mapRead: 0x1,
  copySrc: 0x4,
  copyDst: 0x8,
  uniform: 0x40,
  storage: 0x80,
  indirect: 0x100,
  queryResolve: 0x200,
} as const;

const MAP_READ = 1; // GPUMapMode.READ

export function alignUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** What reserving memory needs of a device. It may be one on paper, which only counts. */
export interface MemoryDevice {
  readonly limits: Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;
  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  readonly queue: Pick<GPUQueue, 'writeBuffer'>;
}

/** Creates buffers for one owner, counts their bytes and frees them together. */
export class BufferArena {
  readonly #device: MemoryDevice;
  readonly #buffers: GPUBuffer[] = [];
  #bytes = 0;

  constructor(device: MemoryDevice) {
    this.#device = device;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A zeroed storage buffer of at least `bytes`, also usable for copies either way. */
  storage(label: string, bytes: number, extraUsage = 0): BufferRegion {
    const size = Math.max(16, alignUp(bytes, 16));
    if (size > this.#device.limits.maxBufferSize || size > this.#device.limits.maxStorageBufferBindingSize)
      throw new EngineError(
        'out-of-memory',
        'This device cannot hold a buffer as large as the model needs. Choose a shorter context or a smaller model.',
        `${label}: ${size} bytes`,
      );
    const buffer = this.#device.createBuffer({
      label,
      size,
      usage: USAGE.storage | USAGE.copySrc | USAGE.copyDst | extraUsage,
    });
    this.#buffers.push(buffer);
    this.#bytes += size;
    return { buffer, offset: 0, size };
  }

  uniform(label: string, bytes: number): BufferRegion {
    const size = alignUp(bytes, 16);
    const buffer = this.#device.createBuffer({ label, size, usage: USAGE.uniform | USAGE.copyDst });
    this.#buffers.push(buffer);
    this.#bytes += size;
    return { buffer, offset: 0, size };
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.length = 0;
    this.#bytes = 0;
  }
}

/** Copies `bytes` from a buffer to JavaScript, after everything submitted before. */
export async function readBuffer(device: GPUDevice, source: BufferRegion, bytes = source.size): Promise<ArrayBuffer> {
  const size = alignUp(bytes, 4);
  const staging = device.createBuffer({ label: 'read-back', size, usage: USAGE.mapRead | USAGE.copyDst });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source.buffer, source.offset, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(MAP_READ);
    return staging.getMappedRange().slice(0, bytes);
  } finally {
    staging.destroy();
  }
}

export { MAP_READ };
