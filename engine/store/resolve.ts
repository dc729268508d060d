import { EngineError } from '../errors.ts';
import { formatBytes } from '../byte-count.ts';
import type { ChunkOrigin } from './chunk-origin.ts';
import { storedBytes } from './chunk-store.ts';
import type { StoreEnvironment } from './environment.ts';
import { fileOrigin, missingFileOrigin } from './file-origin.ts';
import { digestOfText } from './hash.ts';
import { HttpOrigin } from './http-origin.ts';
import type { Manifest, PartRecord } from './manifest.ts';
import { fileNameOf, type SourceDescription } from './model-source.ts';

/** A manifest with chunks of another size, from another version of Mixtab, is of no use. */
export async function usableManifest(id: string, env: StoreEnvironment): Promise<Manifest | undefined> {
  const manifest = await env.chunks.readManifest(id);
  return manifest?.chunkBytes === env.chunkBytes ? manifest : undefined;
}

/** What a source turns out to be, and where its bytes come from. */
export interface Resolved {
  readonly manifest: Manifest;
  readonly origins: readonly ChunkOrigin[];
}

/**
 * Asks the source for sizes and versions, unless the store has all of it.
 * @param before what the store has under this key
 */
export async function resolve(
  description: SourceDescription,
  before: Manifest | undefined,
  env: StoreEnvironment,
  signal: AbortSignal,
): Promise<Resolved> {
  switch (description.kind) {
    case 'url': {
      if (before && (await isAllThere(before, env))) return { manifest: before, origins: originsOf(before, env) };
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

/** Counted, because the mark may be wrong either way: a visit ended before it was set, or the browser removed data since. */
export async function isAllThere(manifest: Manifest, { chunks }: StoreEnvironment): Promise<boolean> {
  return (await storedBytes(chunks, manifest)) === manifest.totalBytes;
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
export interface StorageNeeds {
  readonly needed: number;
  readonly room: number;
}

/** @param reservedBytes what others are about to fill */
export async function storageNeeds(
  manifest: Manifest,
  before: Manifest | undefined,
  env: StoreEnvironment,
  reservedBytes = 0,
): Promise<StorageNeeds> {
  const { quota, usage } = (await env.storage?.estimate?.().catch(() => undefined)) ?? {};
  // Chunks of an older version go before the first new one is stored.
  const freed = before && before.version !== manifest.version ? await storedBytes(env.chunks, before) : 0;
  return {
    needed: manifest.totalBytes - (await storedBytes(env.chunks, manifest)),
    room: quota === undefined || usage === undefined ? Infinity : Math.max(0, quota - usage + freed - reservedBytes),
  };
}

export function noRoom({ needed, room }: StorageNeeds): EngineError {
  return new EngineError(
    'quota',
    `This model needs ${formatBytes(needed)} of storage, and the browser grants ${formatBytes(room)} more. ` +
      'Delete a stored model, or free disk space.',
  );
}

export function noStore(): EngineError {
  return new EngineError(
    'quota',
    'This browser lets the page store nothing, as private windows do, so that nothing can be downloaded to keep. ' +
      'Use a normal window, or open the model without keeping it.',
  );
}
