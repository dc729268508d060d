import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../engine/errors.ts';
import type { ByteSource } from '../engine/formats/byte-source.ts';
import { splitPartNames } from '../engine/formats/gguf.ts';

/**
 * The parts of a model on disk: the one file, or all parts of a split one, by the path of any of them.
 * @throws EngineError `bad-request` where a file is missing or cannot be read
 */
export async function openDiskModel(path: string): Promise<ByteSource[]> {
  const names = splitPartNames(basename(path)) ?? [basename(path)];
  return Promise.all(names.map((name) => openFile(join(dirname(path), name))));
}

async function openFile(path: string): Promise<ByteSource> {
  try {
    const about = await stat(path);
    if (!about.isFile()) throw new Error('it is no file');
    await access(path, constants.R_OK);
    return new DiskSource(path, about.size);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw new EngineError('bad-request', `${path} cannot be opened: ${why}.`);
  }
}

/** Opens the file anew for each read, as nobody says when the last one was: that is cheap beside a tensor. */
class DiskSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #path: string;

  constructor(path: string, size: number) {
    this.name = basename(path);
    this.size = size;
    this.#path = path;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    if (!(start >= 0 && start <= end && end <= this.size)) {
      throw new EngineError(
        'corrupt-file',
        `${this.name} is too short: it has ${this.size} bytes, and bytes ${start} to ${end} are needed.`,
      );
    }
    const bytes = new Uint8Array(end - start);
    const handle = await open(this.#path, 'r');
    try {
      for (let filled = 0; filled < bytes.length;) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) throw new EngineError('corrupt-file', `${this.name} became shorter while it was read.`);
        filled += bytesRead;
      }
    } finally {
      await handle.close();
    }
    return bytes;
  }
}
