import { BLOCK_CHUNKS, type BlockRecord, firstOfBlock } from './chunk-store.ts';
import type { StoreEnvironment } from './environment.ts';
import { hasHash } from './hash.ts';
import { chunkLength, type Manifest } from './manifest.ts';

/** A block's bytes, not compared with its hashes yet. */
export interface UncheckedBlock {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly sha256: BlockRecord['sha256'];
}

/** The blocks that the store has of a model. */
export class StoredBlocks {
  readonly #manifest: Manifest;
  readonly #env: StoreEnvironment;
  /** By part and first chunk. */
  readonly #known = new Set<string>();

  constructor(manifest: Manifest, env: StoreEnvironment) {
    this.#manifest = manifest;
    this.#env = env;
  }

  /** Looks into the store. Blocks to which a newer chunk belongs are left out. */
  async learn(): Promise<void> {
    const { blocks, chunks } = await this.#env.chunks.storedRecords(this.#manifest);
    this.#known.clear();
    for (const [part, first] of blocks) this.#known.add(keyOf(part, first));
    for (const [part, index] of chunks) this.#known.delete(keyOf(part, firstOfBlock(index)));
  }

  /** @param first the block's first chunk */
  has(part: number, first: number): boolean {
    return this.#known.has(keyOf(part, first));
  }

  /** Undefined where it is not there as a whole. */
  async read(part: number, first: number): Promise<UncheckedBlock | undefined> {
    const { id, version, parts, chunkBytes } = this.#manifest;
    const bytes = chunkLength(parts[part]?.size ?? 0, BLOCK_CHUNKS * chunkBytes, first / BLOCK_CHUNKS);
    try {
      const block = await this.#env.chunks.readBlock({ id, version, part, index: first });
      if (block?.chunkBytes === chunkBytes && block.data.size === bytes) {
        const data = await block.data.arrayBuffer();
        if (data.byteLength === bytes) return { data: new Uint8Array(data), sha256: block.sha256 };
      }
    } catch {
      // Lost by the browser: whoever asks for its chunks will find out.
    }
    this.#known.delete(keyOf(part, first));
    return undefined;
  }

  isWhole(data: Uint8Array<ArrayBuffer>, hash: ArrayBuffer | null): Promise<boolean> {
    return hasHash(data, hash, this.#env);
  }
}

const keyOf = (part: number, first: number): string => `${part}/${first}`;
