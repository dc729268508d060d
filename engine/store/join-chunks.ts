import { blockOf, isReadable } from './block-writer.ts';
import { BLOCK_CHUNKS, type ChunkAddress, type ChunkRecord, firstOfBlock } from './chunk-store.ts';
import type { StoreEnvironment } from './environment.ts';
import { hasHash } from './hash.ts';
import { chunkCount, chunkLength, type Manifest } from './manifest.ts';

/** Versions of models at which this thread is. Another tab may be at the same: both write the same. */
const underWay = new Set<string>();

const MOST_REST_MS = 1000;

/**
 * Makes blocks of chunks that lie by themselves: copies of earlier versions of Mixtab, which stored nothing else, and what came over
 * a slow line. Nothing is downloaded. Block after block is written, read again and compared, and only then are its chunks deleted:
 * whenever this ends, by a closed tab, a full disk or a browser that keeps no Blobs, all of the copy is there, and the next visit goes on.
 * It takes the room of one block.
 */
export async function joinChunks(manifest: Manifest, env: StoreEnvironment): Promise<void> {
  const { id, version } = manifest;
  const name = `${id}\n${version}`;
  if (underWay.has(name)) return;
  underWay.add(name);
  try {
    const { chunks } = await env.chunks.storedRecords(manifest);
    const firsts = new Set(chunks.map(([part, index]) => `${part}/${firstOfBlock(index)}`));
    for (const key of firsts) {
      const [part = 0, index = 0] = key.split('/').map(Number);
      const began = performance.now();
      if (!(await joinBlock({ id, version, part, index }, manifest, env))) return;
      // Half of the time is for whatever else the thread has to do.
      await new Promise((resolve) => setTimeout(resolve, Math.min(MOST_REST_MS, performance.now() - began)));
    }
  } catch {
    // No room, or no Blobs: chunks by themselves are as good, only slower.
  } finally {
    underWay.delete(name);
  }
}

/** @returns false where going on is of no use */
async function joinBlock(first: ChunkAddress, manifest: Manifest, env: StoreEnvironment): Promise<boolean> {
  const { chunkBytes, parts } = manifest;
  const { size } = parts[first.part] ?? { size: 0 };
  const end = Math.min(first.index + BLOCK_CHUNKS, chunkCount(size, chunkBytes));
  const records: ChunkRecord[] = [];
  for (let index = first.index; index < end; index++) {
    const record = await env.chunks.readChunk({ ...first, index }).catch(() => undefined);
    const isWhole = record?.data.byteLength === chunkLength(size, chunkBytes, index);
    // Missing, torn or rotten: whoever reads it next will find out, and have it fetched.
    if (!isWhole || !(await hasHash(record.data, record.sha256, env))) return true;
    records.push(record);
  }
  if (!(await env.chunks.writeBlock(first, blockOf(records, chunkBytes)))) return false;
  if (!(await isReadable(first, env))) {
    await env.chunks.deleteBlock(first);
    return false;
  }
  await env.chunks.dropChunks(first);
  return true;
}
