import { EngineError } from '../errors.ts';
import type { ChunkOrigin } from './chunk-origin.ts';

/** A file that the person gave. */
export function fileOrigin(file: File): ChunkOrigin {
  return {
    from: 'file',
    async fetch({ start, end }, signal, onBytes) {
      signal.throwIfAborted();
      let data: ArrayBuffer;
      try {
        data = await file.slice(start, end).arrayBuffer();
      } catch (error) {
        // Browsers refuse to read a file that was changed, moved or deleted since it was chosen.
        throw changed(file, error instanceof Error ? error.message : String(error));
      }
      if (data.byteLength !== end - start) throw changed(file, `${data.byteLength} bytes at ${start}`);
      onBytes(data.byteLength);
      return new Uint8Array(data);
    },
  };
}

function changed(file: File, detail: string): EngineError {
  return new EngineError(
    'source-changed',
    `${file.name} can no longer be read: it was changed, moved or deleted. Choose it again.`,
    detail,
  );
}

/** For a stored copy of a file that is not at hand. */
export function missingFileOrigin(name: string): ChunkOrigin {
  return {
    from: 'file',
    fetch: () =>
      Promise.reject(
        new EngineError(
          'source-changed',
          `The stored copy of ${name} is damaged or incomplete. Choose the file again.`,
        ),
      ),
  };
}
