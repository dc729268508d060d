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
