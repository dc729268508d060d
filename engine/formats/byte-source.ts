import { EngineError } from '../errors.ts';

/**
 * Random access to the bytes of one file, wherever they are: a URL with range requests, a `File`, IndexedDB, memory, or
 * a file on disk in Node. A split model is several of these.
 */
export interface ByteSource {
  /** File name, for messages. */
  readonly name: string;
  readonly size: number;
  /**
   * The bytes [start, end). The result may be a view, is never longer or shorter than asked, and belongs to the caller
   * only until the next call.
   * @throws EngineError `corrupt-file` where the range lies outside the file; `network` where it cannot be had.
   */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Where the bytes lie in a store that can give them before they are known to be right. */
  readonly early?: EarlyReads;
}

/** Bytes [start, end). */
export type ByteRange = readonly [start: number, end: number];

/**
 * Reading in order at the speed of the disk: bytes are given without comparing them with their hashes. Whoever reads so asks
 * afterwards, in idle time, what was wrong, and reads that again.
 */
export interface EarlyReads {
  /** As {@link ByteSource.read}. */
  read: ByteSource['read'];
  /**
   * Compares what was given since it was last asked, slowly. `ByteSource.read` gives the right bytes of the ranges that were wrong.
   * @throws the signal's reason
   */
  wrong(signal: AbortSignal): Promise<readonly ByteRange[]>;
}

/** @throws EngineError `corrupt-file` where [start, end) is no range of the file's bytes */
export function checkRange({ name, size }: Pick<ByteSource, 'name' | 'size'>, start: number, end: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= size) return;
  throw new EngineError(
    'corrupt-file',
    `${name} is too short: it has ${size} bytes, and bytes ${start} to ${end} are needed.`,
  );
}
