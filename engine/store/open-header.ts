import type { ModelSource } from '../api.ts';
import { EngineError } from '../errors.ts';
import { type ByteSource, checkRange } from '../formats/byte-source.ts';
import type { ChunkOrigin } from './chunk-origin.ts';
import { storedBytes } from './chunk-store.ts';
import { defaultEnvironment, type StoreEnvironment } from './environment.ts';
import { hasHash } from './hash.ts';
import type { Manifest } from './manifest.ts';
import { describeSource } from './model-source.ts';
import { noRoom, type Resolved, resolve, storageNeeds, usableManifest } from './resolve.ts';

export interface OpenedHeader {
  /** Key of the copy that a download would store. */
  readonly id: string;
  /** From the file's name. */
  readonly name: string;
  /** First to last, to be read from the beginning on: a server without ranges sends them so. */
  readonly parts: readonly ByteSource[];
  readonly totalBytes: number;
  readonly storedBytes: number;
  /** Bytes that came over the network so far. */
  readonly fetchedBytes: number;
  /** Why a download could not be stored; null where it could, or where the file is at hand. */
  readonly storageProblem: EngineError | null;
  /** Ends what is under way. */
  close(): void;
}

/**
 * Opens a model for a look at its header. What is stored is read from the store, the rest from the source in exactly the
 * pieces that are asked for; nothing is stored.
 *
 * @throws EngineError `network` (also from reads), `source-changed` (from reads), `bad-request`
 */
export async function openHeader(
  source: ModelSource,
  environment: Partial<StoreEnvironment> = {},
): Promise<OpenedHeader> {
  const env = { ...defaultEnvironment(), ...environment };
  const closing = new AbortController();
  const { signal } = closing;
  const description = describeSource(source);
  const isInPlace = source.kind === 'file' && source.disk !== undefined;
  const hasStore = !isInPlace && (await env.chunks.canStore());
  const before = hasStore ? await usableManifest(description.id, env) : undefined;
  const { manifest, origins } = await resolve(description, before, env, signal).catch(
    (error: unknown): Resolved | Promise<Resolved> => {
      // What is stored of it may be enough.
      const isOutOfReach = error instanceof EngineError && error.code === 'network';
      if (!isOutOfReach || before === undefined) throw error;
      return resolve({ kind: 'stored', id: before.id }, before, env, signal);
    },
  );

  const present = new Set<string>();
  if (hasStore) for (const [part, index] of await env.chunks.storedChunks(manifest)) present.add(`${part}/${index}`);
  const isStored = (part: number, index: number): boolean => present.has(`${part}/${index}`);
  let fetchedBytes = 0;
  const parts = origins.map(
    (origin, part) =>
      new HeaderSource({
        manifest,
        part,
        origin,
        env,
        signal,
        isStored: (index) => isStored(part, index),
        onFetched: (bytes) => (fetchedBytes += bytes),
      }),
  );
  return {
    id: manifest.id,
    name: manifest.name,
    parts,
    totalBytes: manifest.totalBytes,
    storedBytes: hasStore ? await storedBytes(env.chunks, manifest) : 0,
    get fetchedBytes() {
      return fetchedBytes;
    },
    storageProblem: hasStore && description.kind !== 'file' ? await storageProblem(manifest, before, env) : null,
    close: () => closing.abort(),
  };
}

async function storageProblem(
  manifest: Manifest,
  before: Manifest | undefined,
  env: StoreEnvironment,
): Promise<EngineError | null> {
  const needs = await storageNeeds(manifest, before, env);
  return needs.needed > needs.room ? noRoom(needs) : null;
}

interface HeaderSourceOptions {
  readonly manifest: Manifest;
  readonly part: number;
  readonly origin: ChunkOrigin;
  readonly env: StoreEnvironment;
  readonly signal: AbortSignal;
  readonly isStored: (index: number) => boolean;
  readonly onFetched: (bytes: number) => void;
}

class HeaderSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #options: HeaderSourceOptions;
  /** The stored chunk that was read last: a header is read in pieces of it. */
  #chunk: { readonly index: number; readonly data: Uint8Array<ArrayBuffer> } | undefined;

  constructor(options: HeaderSourceOptions) {
    const record = options.manifest.parts[options.part];
    this.name = record?.name ?? '';
    this.size = record?.size ?? 0;
    this.#options = options;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    checkRange(this, start, end);
    const { manifest, origin, signal, onFetched } = this.#options;
    const result = new Uint8Array(end - start);
    for (let at = start; at < end;) {
      const index = Math.floor(at / manifest.chunkBytes);
      const chunkStart = index * manifest.chunkBytes;
      const pieceEnd = Math.min(end, chunkStart + manifest.chunkBytes);
      const stored = await this.#stored(index);
      if (stored) {
        result.set(stored.subarray(at - chunkStart, pieceEnd - chunkStart), at - start);
      } else {
        result.set(await origin.fetch({ index, start: at, end: pieceEnd }, signal, () => undefined), at - start);
        if (origin.from === 'network') onFetched(pieceEnd - at);
      }
      at = pieceEnd;
    }
    return result;
  }

  async #stored(index: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#chunk?.index === index) return this.#chunk.data;
    const { manifest, part, env, isStored } = this.#options;
    if (!isStored(index)) return undefined;
    const { id, version } = manifest;
    const record = await env.chunks.readChunk({ id, version, part, index }).catch(() => undefined);
    if (!record || !(await hasHash(record.data, record.sha256, env))) return undefined;
    const data = new Uint8Array(record.data);
    this.#chunk = { index, data };
    return data;
  }
}
