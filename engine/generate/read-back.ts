import { alignUp, MAP_READ, USAGE } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';

/**
 * Staging buffers that bring small results of recent steps to JavaScript while later steps already run. As many reads may be
 * under way as there are buffers.
 */
export class ReadBack {
  readonly #sources: readonly BufferRegion[];
  readonly #offsets: readonly number[];
  readonly #free: GPUBuffer[];
  readonly #all: readonly GPUBuffer[];

  constructor(device: GPUDevice, sources: readonly BufferRegion[], depth: number) {
    this.#sources = sources;
    let size = 0;
    this.#offsets = sources.map((source) => {
      const offset = size;
      size += alignUp(source.size, 8);
      return offset;
    });
    this.#all = Array.from({ length: depth }, () =>
      device.createBuffer({ label: 'read-back', size, usage: USAGE.mapRead | USAGE.copyDst }),
    );
    this.#free = [...this.#all];
  }

  /** Copies the sources as they are at this point of the encoder; call the result once the encoder was submitted. */
  record(encoder: GPUCommandEncoder): () => Promise<readonly ArrayBuffer[]> {
    const staging = this.#free.pop();
    if (staging === undefined) throw new Error('more reads under way than staging buffers');
    this.#sources.forEach(({ buffer, offset, size }, i) =>
      encoder.copyBufferToBuffer(buffer, offset, staging, this.#offsets[i] as number, size),
    );
    return async () => {
      await staging.mapAsync(MAP_READ);
      const mapped = staging.getMappedRange();
      const results = this.#sources.map(({ size }, i) => {
        const offset = this.#offsets[i] as number;
        return mapped.slice(offset, offset + size);
      });
      staging.unmap();
      this.#free.push(staging);
      return results;
    };
  }

  destroy(): void {
    for (const buffer of this.#all) buffer.destroy();
  }
}
