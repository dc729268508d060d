import type { ModelSource } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { ByteSource } from '../formats/byte-source.ts';
import { formatBytes } from './byte-count.ts';
import type { ChunkOrigin } from './chunk-origin.ts';
import { canStore, changeManifest, readManifest, storedBytes } from './chunk-store.ts';
import { ChunkedSource, PREFETCH_CHUNKS } from './chunked-source.ts';
import { defaultEnvironment, type StoreEnvironment } from './environment.ts';
import { fileOrigin, missingFileOrigin } from './file-origin.ts';
import { digestOfText } from './hash.ts';
import { HttpOrigin } from './http-origin.ts';
import { type Manifest, type PartRecord } from './manifest.ts';
import { ModelChunks, type BytesEvent } from './model-chunks.ts';
import { describeSource, fileNameOf, type SourceDescription, type StoredSource } from './model-source.ts';

export interface OpenOptions {
  /** Ends the opening, and later every read, prefetch and {@link OpenedModel.finish}. */
  readonly signal?: AbortSignal;
  /** Called as bytes arrive; each byte of the model counts once, wherever it comes from. */
  readonly onBytes?: (event: BytesEvent) => void;
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
  /** Whether what arrives is stored. False where there is no IndexedDB, or no room for a file that is at hand anyway. */
  readonly stored: boolean;
  /** Loads what was never read, marks the stored copy as complete, and lets go of the memory. Reading goes on to work. */
  finish(): Promise<void>;
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
export async function openModel(source: ModelSource | StoredSource, options: OpenOptions = {}): Promise<OpenedModel> {
  const env = { ...defaultEnvironment(), ...options.environment };
  const closing = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
  signal.throwIfAborted();

  const description = describeSource(source);
  let stored = await canStore();
  const before = stored ? await usableManifest(description.id, env) : undefined;
  const resolved = await resolve(description, before, env, signal);
  const { manifest, origins } = resolved;
  const fromStore = stored && (await isAllThere(manifest));

  const storingIsOptional = description.kind !== 'url';
  if (stored && !fromStore) {
    const needs = await storageNeeds(manifest, before, env);
    if (needs.needed > needs.room) {
      if (!storingIsOptional) throw noRoom(needs);
      stored = false;
    }
  }
  const chunks = new ModelChunks({
    manifest,
    origins,
    stored,
    storingIsOptional,
    env,
    signal,
    onBytes: (event) => options.onBytes?.(event),
  });
  await chunks.open();
  if (stored) await changeManifest(manifest, { lastUsed: env.now() }).catch(() => undefined);
  origins.forEach((origin, part) => {
    if (origin instanceof HttpOrigin) origin.onPassing = (index, data) => chunks.offer(part, index, data);
  });

  return {
    id: manifest.id,
    name: manifest.name,
    parts: manifest.parts.map((_, part) => new ChunkedSource(chunks, part)),
    totalBytes: manifest.totalBytes,
    fromStore,
    get loadedBytes() {
      return chunks.loadedBytes;
    },
    get complete() {
      return chunks.complete;
    },
    get stored() {
      return chunks.stored;
    },
    finish: () => chunks.finish(PREFETCH_CHUNKS),
    close() {
      closing.abort();
      chunks.forget();
    },
  };
}

/** A manifest with chunks of another size, from another version of Mixtab, is of no use. */
async function usableManifest(id: string, env: StoreEnvironment): Promise<Manifest | undefined> {
  const manifest = await readManifest(id);
  return manifest?.chunkBytes === env.chunkBytes ? manifest : undefined;
}

interface Resolved {
  readonly manifest: Manifest;
  readonly origins: readonly ChunkOrigin[];
}

async function resolve(
  description: SourceDescription,
  before: Manifest | undefined,
  env: StoreEnvironment,
  signal: AbortSignal,
): Promise<Resolved> {
  switch (description.kind) {
    case 'url': {
      if (before && (await isAllThere(before))) return { manifest: before, origins: originsOf(before, env) };
      const origins = await Promise.all(
        description.urls.map((url) => HttpOrigin.probe(url, fileNameOf(url), env, signal)),
      );
      const parts = origins.map(({ file: { name, size, url, validator } }) => ({
        name,
        size,
        url,
        ...(validator === undefined ? {} : { validator }),
      }));
      return { manifest: await manifestOf(description, parts, before, env), origins };
    }
    case 'file': {
      const parts = description.files.map(({ name, size }) => ({ name, size }));
      return {
        manifest: await manifestOf(description, parts, before, env),
        origins: description.files.map(fileOrigin),
      };
    }
    case 'stored': {
      if (!before)
        throw new EngineError('bad-request', 'This model is no longer stored. Load it from its source again.');
      return { manifest: before, origins: originsOf(before, env) };
    }
    default:
      return description satisfies never;
  }
}

/** Complete, or complete but for the mark: a visit that ended after the last chunk. */
async function isAllThere(manifest: Manifest): Promise<boolean> {
  return manifest.complete || (await storedBytes(manifest)) === manifest.totalBytes;
}

/** Origins without a request: for what the store turns out to have lost. */
function originsOf(manifest: Manifest, env: StoreEnvironment): ChunkOrigin[] {
  return manifest.parts.map(({ name, size, url, validator }) =>
    url === undefined ? missingFileOrigin(name) : new HttpOrigin({ url, name, size, validator }, env),
  );
}

/** The stored manifest if it is of these very files, else a new one. */
async function manifestOf(
  { id, name }: { readonly id: string; readonly name: string },
  parts: readonly PartRecord[],
  before: Manifest | undefined,
  env: StoreEnvironment,
): Promise<Manifest> {
  const content = parts.map(({ size, validator = '' }) => `${size} ${validator}`).join('\n');
  const version = await digestOfText(`${env.chunkBytes}\n${content}`, env);
  if (before?.version === version) return before;
  const totalBytes = parts.reduce((sum, { size }) => sum + size, 0);
  const { chunkBytes } = env;
  return { id, version, name, parts, chunkBytes, totalBytes, complete: false, lastUsed: env.now() };
}

/** Bytes still to be stored, and how many the browser grants: infinitely many where it does not say. */
async function storageNeeds(
  manifest: Manifest,
  before: Manifest | undefined,
  env: StoreEnvironment,
): Promise<{ needed: number; room: number }> {
  const { quota, usage } = (await env.storage?.estimate?.().catch(() => undefined)) ?? {};
  // Chunks of an older version go before the first new one is stored.
  const freed = before && before.version !== manifest.version ? await storedBytes(before) : 0;
  return {
    needed: manifest.totalBytes - (await storedBytes(manifest)),
    room: quota === undefined || usage === undefined ? Infinity : Math.max(0, quota - usage + freed),
  };
}

function noRoom({ needed, room }: { readonly needed: number; readonly room: number }): EngineError {
  return new EngineError(
    'quota',
    `This model needs ${formatBytes(needed)} of storage, and the browser grants ${formatBytes(room)} more. ` +
      'Delete a stored model, or free disk space.',
  );
}
