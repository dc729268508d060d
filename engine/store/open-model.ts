import type { ModelSource } from '../api.ts';
import type { ByteSource } from '../formats/byte-source.ts';
import { ChunkedSource } from './chunked-source.ts';
import { defaultEnvironment, type StoreEnvironment } from './environment.ts';
import { HttpOrigin } from './http-origin.ts';
import { ModelChunks, type BytesEvent, type Storing } from './model-chunks.ts';
import { describeSource } from './model-source.ts';
import { isAllThere, noRoom, noStore, resolve, storageNeeds, usableManifest } from './resolve.ts';

export interface OpenOptions {
  /** Ends the opening, and later every read, prefetch and {@link OpenedModel.finish}. */
  readonly signal?: AbortSignal;
  /** Called as bytes arrive; each byte of the model counts once, wherever it comes from. */
  readonly onBytes?: (event: BytesEvent) => void;
  /** Default: `wanted` from an address, `optional` for what is at hand. */
  readonly storing?: Storing;
  /** Bytes of the browser's storage that others are about to fill. */
  readonly reservedBytes?: number;
  /** For tests, and for places that lack what a browser has. */
  readonly environment?: Partial<StoreEnvironment>;
}

export interface OpenedModel {
  /** Key of the stored copy. */
  readonly id: string;
  /** From the file's name. */
  readonly name: string;
  /** First to last. Reading through them in order is fastest: what comes next is loaded ahead. */
  readonly parts: readonly ByteSource[];
  readonly totalBytes: number;
  /** Bytes that arrived so far; ends at `totalBytes`. */
  readonly loadedBytes: number;
  /** Whether the whole model is in the store: the next visit needs no source. */
  readonly complete: boolean;
  /** Whether it was so when it was opened: the source is not touched. */
  readonly fromStore: boolean;
  /** Bytes that the store had when it was opened. */
  readonly presentBytes: number;
  /** Bytes of a stored copy that was complete once, and that the browser has removed since: they come from the source. */
  readonly lostBytes: number;
  /** Whether what arrives is stored. False where there is no IndexedDB, or no room for a file that is at hand anyway. */
  readonly stored: boolean;
  /**
   * Loads what was never read, marks the stored copy as complete, and lets go of the memory. Reading goes on to work.
   */
  finish(): Promise<void>;
  /** Ends when what {@link finish} began behind our back has: the copy is then in the form that is read fastest. Never rejects. */
  readonly joined: Promise<void>;
  /** Ends what is under way and lets go of the memory. Reading fails afterwards. */
  close(): void;
}

/**
 * Opens a model for reading. Its bytes come from the store where they are, and from the source where they are not; those are
 * stored on the way, so that a download that breaks off resumes, and one that is complete is never repeated.
 *
 * @throws EngineError `network` (also from reads), `source-changed` (also from reads), `quota` where a download does not fit,
 *   `bad-request` for an address that is none
 */
export async function openModel(source: ModelSource, options: OpenOptions = {}): Promise<OpenedModel> {
  const env = { ...defaultEnvironment(), ...options.environment };
  const closing = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
  signal.throwIfAborted();

  const description = describeSource(source);
  const isInPlace = source.kind === 'file' && source.disk !== undefined;
  let stored = !isInPlace && (await env.chunks.canStore());
  const before = stored ? await usableManifest(description.id, env) : undefined;
  const resolved = await resolve(description, before, env, signal);
  const { manifest, origins } = resolved;
  const fromStore = stored && (await isAllThere(manifest, env));

  const storing = options.storing ?? (description.kind === 'url' ? 'wanted' : 'optional');
  if (storing === 'required' && !stored) throw noStore();
  if (stored && !fromStore) {
    const needs = await storageNeeds(manifest, before, env, options.reservedBytes);
    if (needs.needed > needs.room) {
      if (storing !== 'optional') throw noRoom(needs);
      stored = false;
    }
  }
  const chunks = new ModelChunks({
    manifest,
    origins,
    stored,
    storing,
    env,
    signal,
    onBytes: (event) => options.onBytes?.(event),
  });
  await chunks.open();
  if (stored) await env.chunks.changeManifest(manifest, { lastUsed: env.now() }).catch(() => undefined);
  origins.forEach((origin, part) => {
    if (origin instanceof HttpOrigin) origin.onPassing = (index, data) => chunks.offer(part, index, data);
  });

  const parts = manifest.parts.map((_, part) => new ChunkedSource(chunks, part));
  return {
    id: manifest.id,
    name: manifest.name,
    parts,
    totalBytes: manifest.totalBytes,
    fromStore,
    presentBytes: chunks.presentBytes,
    lostBytes: chunks.lostBytes,
    get loadedBytes() {
      return chunks.loadedBytes;
    },
    get complete() {
      return chunks.complete;
    },
    get stored() {
      return chunks.stored;
    },
    get joined() {
      return chunks.joined;
    },
    finish: async () => {
      for (const { early } of parts) early.forget();
      await chunks.finish();
    },
    close() {
      closing.abort();
      for (const { early } of parts) early.forget();
      chunks.forget();
    },
  };
}
