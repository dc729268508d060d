/** What is known of one stored model. Its chunks are separate records; they count only under the manifest's version. */
export interface Manifest {
  /** The URL of the first part, or `file:` with name, size and date of a file that the person gave. */
  readonly id: string;
  /** Changes with the content of the files, so that chunks of two versions are never mixed. */
  readonly version: string;
  readonly name: string;
  readonly parts: readonly PartRecord[];
  /** Size of a chunk; the last of a part may be shorter. */
  readonly chunkBytes: number;
  readonly totalBytes: number;
  /** Set after the last chunk was stored. Where chunks are missing all the same, the browser has removed them since. */
  readonly complete: boolean;
  /** Hex SHA-256 of each part as it was published and found to be stored; null for parts without a published one. */
  readonly sha256?: readonly (string | null)[] | undefined;
  /** Milliseconds since the epoch. */
  readonly lastUsed: number;
}

export interface PartRecord {
  readonly name: string;
  readonly size: number;
  /** Absent for files that the person gave. */
  readonly url?: string;
  /** What the server said to tell one version of the file from another. */
  readonly validator?: string;
}

export function chunkCount(size: number, chunkBytes: number): number {
  return Math.ceil(size / chunkBytes);
}

/** Bytes of chunk `index` of a part of `size` bytes. */
export function chunkLength(size: number, chunkBytes: number, index: number): number {
  return Math.min(chunkBytes, size - index * chunkBytes);
}

const MAX_PARTS = 100_000; // the name of a part counts them with five digits

/**
 * A manifest as it lies in the store, where another version of the page, or anything else, may have written it. Checked by
 * hand: sizes must add up, which no schema says, and the worker needs no library for it.
 *
 * @returns undefined where it is not one: the model is then fetched as if it had never been.
 */
export function asManifest(id: string, value: unknown): Manifest | undefined {
  const manifest = value as Partial<Record<keyof Manifest, unknown>> | null | undefined;
  if (typeof manifest !== 'object' || manifest === null || manifest.id !== id) return undefined;
  const { version, name, parts, chunkBytes, totalBytes, complete, sha256, lastUsed } = manifest;
  if (typeof version !== 'string' || typeof name !== 'string' || typeof complete !== 'boolean') return undefined;
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > MAX_PARTS || !parts.every(isPart)) return undefined;
  if (!isSize(chunkBytes) || chunkBytes === 0 || !isSize(totalBytes) || !Number.isFinite(lastUsed)) return undefined;
  if (parts.reduce((sum, { size }) => sum + size, 0) !== totalBytes) return undefined;
  const isChecked = Array.isArray(sha256) && sha256.length === parts.length && sha256.every(isDigest);
  if (sha256 !== undefined && !isChecked) return undefined;
  return manifest as Manifest;
}

function isPart(value: unknown): value is PartRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { name, size, url, validator } = value as Partial<Record<keyof PartRecord, unknown>>;
  const hasAddress = url === undefined || (typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url));
  return typeof name === 'string' && isSize(size) && hasAddress && ['undefined', 'string'].includes(typeof validator);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isDigest(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
}

/** Stands for a manifest that is none, so that what lies under it can be deleted. */
export function unreadableManifest(id: string): Manifest {
  return { id, version: '', name: id, parts: [], chunkBytes: 1, totalBytes: 0, complete: false, lastUsed: 0 };
}
