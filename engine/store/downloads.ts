import type { DownloadOptions, DownloadProgress, ModelSource, StoredModel } from '../api.ts';
import { EngineError } from '../errors.ts';
import { downloadModel } from './download.ts';
import type { StoreEnvironment } from './environment.ts';

interface RunningDownload {
  readonly controller: AbortController;
  /** Bytes that it has still to store. */
  remainingBytes: number;
}

/** The downloads under way, by the names that the page gave them. */
export class Downloads {
  readonly #running = new Map<string, RunningDownload>();
  readonly #environment: Partial<StoreEnvironment>;

  constructor(environment: Partial<StoreEnvironment> = {}) {
    this.#environment = environment;
  }

  /** @throws EngineError as {@link downloadModel}, and `bad-request` where one of this name is under way */
  async run(
    task: string,
    source: ModelSource,
    options: DownloadOptions,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<StoredModel> {
    if (this.#running.has(task)) throw new EngineError('bad-request', `A download named ${task} is under way already.`);
    const download: RunningDownload = { controller: new AbortController(), remainingBytes: 0 };
    const reservedBytes = [...this.#running.values()].reduce((sum, { remainingBytes }) => sum + remainingBytes, 0);
    this.#running.set(task, download);
    try {
      return await downloadModel(source, options, {
        signal: download.controller.signal,
        reservedBytes,
        environment: this.#environment,
        onProgress: (progress) => {
          const isArriving = progress.stage === 'download';
          download.remainingBytes = isArriving ? progress.totalBytes - progress.loadedBytes : 0;
          onProgress(progress);
        },
      });
    } finally {
      this.#running.delete(task);
    }
  }

  /** What has arrived stays. Nothing happens where there is none of this name. */
  cancel(task: string): void {
    this.#running.get(task)?.controller.abort();
  }
}
