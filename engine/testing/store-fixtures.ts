// What tests of the store have in common.
import { expect, vi } from 'vitest';
import { EngineError } from '../errors.ts';
import { BLOCK_CHUNKS, type BlockRecord, type ChunkAddress, type ChunkStore } from '../store/chunk-store.ts';
import type { Manifest } from '../store/manifest.ts';

/** Bytes that differ everywhere, so that a chunk in the wrong place is seen. */
export function content(size: number, seed = 1): Buffer {
  const data = Buffer.alloc(size);
  let state = seed;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[i] = state >>> 16;
  }
  return data;
}

/** The error that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Flips a bit of a stored chunk, in whatever form it lies. */
export async function rot(chunks: ChunkStore, address: ChunkAddress): Promise<void> {
  const block = await chunks.readBlock(address);
  const record = await chunks.readChunk(address);
  const data = new Uint8Array(block ? await block.data.arrayBuffer() : (record?.data ?? new ArrayBuffer(0)));
  const at = block ? (address.index % BLOCK_CHUNKS) * block.chunkBytes : 0;
  data.set([(data[at + 17] ?? 0) ^ 1], at + 17);
  if (block) await chunks.writeBlock(address, { ...block, data: new Blob([data]) });
  else if (record) await chunks.writeChunk(address, { ...record, data: data.buffer });
}

/** Makes of a stored copy what earlier versions of Mixtab stored: chunks alone, each an ArrayBuffer. */
export async function asBefore(chunks: ChunkStore, manifest: Manifest): Promise<void> {
  const { id, version } = manifest;
  for (const [part, index] of await chunks.storedChunks(manifest)) {
    const address = { id, version, part, index };
    const record = await chunks.readChunk(address);
    if (record) await chunks.writeChunk(address, record);
  }
  for (const [part, index] of (await chunks.storedRecords(manifest)).blocks)
    await chunks.deleteBlock({ id, version, part, index });
}

/** Lets so many chunks be written, by themselves or in blocks, then none, until mocks are restored. */
export function failToWriteAfter(chunks: number, error: DOMException, kinds = ['chunk', 'block']): void {
  const put = Reflect.get(IDBObjectStore.prototype, 'put') as (value: unknown, key?: IDBValidKey) => IDBRequest;
  let left = chunks;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    const kind = Array.isArray(key) ? key[0] : undefined;
    if (typeof kind === 'string' && kinds.includes(kind)) {
      const count = kind === 'block' ? (value as BlockRecord).sha256.length : 1;
      if (count > left) throw error;
      left -= count;
    }
    return put.call(this, value, key) as IDBRequest<IDBValidKey>;
  });
}
