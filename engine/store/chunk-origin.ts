/** Bytes [start, end) of a file: one chunk, or a piece of one. */
export interface ChunkRange {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Where chunks come from that are not stored yet. */
export interface ChunkOrigin {
  readonly from: 'network' | 'file';
  /**
   * @param onBytes called with the number of bytes that arrived so far for this chunk; falls back to 0 when it begins anew
   * @throws EngineError `network`, `source-changed`
   */
  fetch(range: ChunkRange, signal: AbortSignal, onBytes: (count: number) => void): Promise<Uint8Array<ArrayBuffer>>;
  /** Lets go of a connection that is kept for the next chunk. */
  pause?(): void;
}
