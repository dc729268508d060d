import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ByteSource } from '../formats/byte-source.ts';

/** Hashed between two looks at the clock: a millisecond or two. */
const SLICE_BYTES = 256 * 1024;
/** Longest work without a pause: a token that is due meanwhile does not wait longer. */
const LONGEST_RUN_MS = 4;
/** Read at a time: a chunk of the store. */
const READ_BYTES = 4 * 1024 * 1024;

/**
 * Hex SHA-256 of a file of any size. WebCrypto wants all of it at once, so that this is done in JavaScript, slice by slice,
 * between whatever else the thread has to do.
 * @param onBytes called with the number of bytes so far
 */
export async function sha256Of(
  source: ByteSource,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<string> {
  const hash = sha256.create();
  let rested = performance.now();
  for (let at = 0; at < source.size; at += READ_BYTES) {
    const data = await source.read(at, Math.min(source.size, at + READ_BYTES), signal);
    for (let start = 0; start < data.length; start += SLICE_BYTES) {
      hash.update(data.subarray(start, start + SLICE_BYTES));
      if (performance.now() - rested < LONGEST_RUN_MS) continue;
      await letOthersRun();
      rested = performance.now();
      signal.throwIfAborted();
    }
    onBytes(at + data.length);
  }
  return bytesToHex(hash.digest());
}

/** Unlike a promise that is resolved already, this lets messages, timers and the GPU's answers come first. */
function letOthersRun(): Promise<void> {
  return new Promise((resolve) => {
    // A timer would wait for at least 4 ms, longer than a slice takes.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}
