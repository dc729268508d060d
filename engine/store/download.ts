import type { DownloadOptions, DownloadProgress, ModelSource, StoredModel } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { ChunkStore } from './chunk-store.ts';
import { defaultEnvironment, type StoreEnvironment } from './environment.ts';
import { type OpenedModel, openModel } from './open-model.ts';
import { storageReport } from './report.ts';
import { sha256Of } from './verify.ts';

/** Progress is told at most this often: pieces of a body arrive much faster than anyone reads. */
const PROGRESS_MS = 100;

export interface DownloadContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
  /** Bytes of the browser's storage that other downloads are about to fill. */
  readonly reservedBytes?: number;
  readonly environment?: Partial<StoreEnvironment>;
}

/**
 * Brings a model into the store, and compares it with the SHA-256 that was published for it. What has arrived stays when it
 * ends early.
 * @throws EngineError `network`, `source-changed`, `quota`, `wrong-content`, `bad-request`, `aborted` where it is deleted meanwhile
 */
export async function downloadModel(
  source: ModelSource,
  options: DownloadOptions,
  { signal, onProgress, reservedBytes, environment = {} }: DownloadContext,
): Promise<StoredModel> {
  const { chunks } = { ...defaultEnvironment(), ...environment };
  const { tell, end: endTelling } = throttled(onProgress, environment.now);
  tell({ stage: 'header', loadedBytes: 0, totalBytes: 0 });
  let isDownloading = false; // the header's bytes, and those that are read again to verify them, are told otherwise
  const opened = await openModel(source, {
    signal,
    storing: 'required',
    onBytes: ({ loadedBytes }) => {
      if (isDownloading) tellDownloaded(loadedBytes);
    },
    ...(reservedBytes !== undefined && { reservedBytes }),
    environment,
  });
  function tellDownloaded(arrivedBytes: number): void {
    const { totalBytes, presentBytes, lostBytes } = opened;
    const loadedBytes = Math.min(totalBytes, presentBytes + arrivedBytes);
    tell({ stage: 'download', loadedBytes, totalBytes, ...(lostBytes > 0 && { lostBytes }) });
  }
  try {
    const { totalBytes } = opened;
    const published = publishedHashes(options, opened);
    isDownloading = true;
    tellDownloaded(0);
    await opened.finish();
    isDownloading = false;
    await verify(chunks, opened, published, signal, (loadedBytes) =>
      tell({ stage: 'verify', loadedBytes, totalBytes }),
    );
    // A chunk that had rotted was loaded again on the way.
    if (!opened.complete) await opened.finish();
    tell({ stage: 'done', loadedBytes: totalBytes, totalBytes });
    return await storedModel(opened, environment);
  } finally {
    endTelling();
    opened.close();
  }
}

/** One a part, in lower case; null where nothing was published. */
function publishedHashes({ sha256 }: DownloadOptions, { parts, name }: OpenedModel): readonly (string | null)[] {
  if (sha256 === undefined) return parts.map(() => null);
  const isHash = (hash: string | null): boolean => hash === null || /^[0-9a-f]{64}$/i.test(hash);
  if (sha256.length !== parts.length || !sha256.every(isHash))
    throw new EngineError(
      'bad-request',
      `${name} comes in ${parts.length} files, and each needs a SHA-256 of 64 hexadecimal digits, or none.`,
    );
  return sha256.map((hash) => hash?.toLowerCase() ?? null);
}

async function verify(
  chunks: ChunkStore,
  { id, name, parts }: OpenedModel,
  published: readonly (string | null)[],
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  if (published.every((hash) => hash === null)) return;
  const manifest = await chunks.readManifest(id);
  const known = manifest?.sha256;
  let before = 0;
  for (const [part, source] of parts.entries()) {
    const expected = published[part] ?? null;
    if (expected !== null && known?.[part] !== expected) {
      const found = await sha256Of(source, signal, (count) => onBytes(before + count));
      if (found !== expected) {
        await chunks.deleteModel(id);
        throw new EngineError(
          'wrong-content',
          `What was downloaded of ${name} is not what was published: its SHA-256 differs. The copy was deleted. ` +
            'Download it again; if that does not help, the file on the server is another one.',
          `${source.name}: ${found} instead of ${expected}`,
        );
      }
    }
    before += source.size;
    onBytes(before);
  }
  if (manifest)
    await chunks.changeManifest(manifest, { sha256: published.map((hash, part) => hash ?? known?.[part] ?? null) });
}

async function storedModel({ id, name }: OpenedModel, environment: Partial<StoreEnvironment>): Promise<StoredModel> {
  const { models } = await storageReport(environment);
  const model = models.find((each) => each.id === id);
  if (model === undefined) throw new EngineError('aborted', `${name} was deleted while it was downloaded.`);
  return model;
}

/**
 * Tells the beginning and the end of each stage at once, and between them as often as someone can read. What is held back is
 * told a little later, unless something newer was: a download that then stands still must not look as if less had arrived.
 */
function throttled(
  onProgress: (progress: DownloadProgress) => void,
  now: () => number = Date.now,
): { readonly tell: (progress: DownloadProgress) => void; readonly end: () => void } {
  let told: DownloadProgress | undefined;
  let toldAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tellNow(progress: DownloadProgress): void {
    told = progress;
    toldAt = now();
    onProgress(progress);
  }

  return {
    tell: (progress) => {
      clearTimeout(timer);
      if (told?.stage === progress.stage && told.loadedBytes === progress.loadedBytes) return;
      const isEnd = progress.loadedBytes === progress.totalBytes;
      const waitMs = toldAt + PROGRESS_MS - now();
      if (told?.stage !== progress.stage || isEnd || waitMs <= 0) tellNow(progress);
      else timer = setTimeout(tellNow, waitMs, progress);
    },
    end: () => clearTimeout(timer),
  };
}
