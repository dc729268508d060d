import { open, stat, type FileHandle } from 'node:fs/promises';
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
    if (!(await stat(path)).isFile()) throw new Error('it is no file');
    const handle = await open(path, 'r');
    return new DiskSource(basename(path), (await handle.stat()).size, handle);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw new EngineError('bad-request', `${path} cannot be opened: ${why}.`);
  }
}

/** Its handle stays open as long as the process lives: the command line loads one model and ends. */
class DiskSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #handle: FileHandle;

  constructor(name: string, size: number, handle: FileHandle) {
    this.name = name;
    this.size = size;
    this.#handle = handle;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    if (!(start >= 0 && start <= end && end <= this.size)) {
      throw new EngineError(
        'corrupt-file',
        `${this.name} is too short: it has ${this.size} bytes, and bytes ${start} to ${end} are needed.`,
      );
    }
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      signal?.throwIfAborted();
      const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) throw new EngineError('corrupt-file', `${this.name} became shorter while it was read.`);
      filled += bytesRead;
    }
    return bytes;
  }
}
