// The engine in a worker, as the page has it, with a look at what the store does for it.
import { expose } from 'comlink';
import type { LoadStage } from '../../../engine/api.ts';
import { readGguf } from '../../../engine/formats/gguf.ts';
import { Session } from '../../../engine/generate/session.ts';
import { openGpu } from '../../../engine/gpu/device.ts';
import { LocalEngine } from '../../../engine/local-engine.ts';
import { defaultEnvironment } from '../../../engine/store/environment.ts';
import { joinChunks } from '../../../engine/store/join-chunks.ts';
import { type OpenedModel, openModel } from '../../../engine/store/open-model.ts';

/** Read at a time, as the upload of weights does. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** As an upload reads; chunk by chunk with the hash of each compared; or the bare Blobs, four at a time. */
export type ReadingHow = 'early' | 'checked' | 'blobs';

export interface LoadBench {
  /** Milliseconds from the call to the end of each stage. */
  load(url: string): Promise<Readonly<Record<string, number>>>;
  /** Milliseconds that reading all of a stored copy takes. */
  read(url: string, how: ReadingHow): Promise<number>;
  /** Milliseconds that the weights of a stored copy take from memory to the adapter, without the disk. */
  upload(url: string): Promise<number>;
  /** Bytes [start, end) of the stored copy. */
  slice(url: string, start: number, end: number): Promise<Uint8Array>;
  /** An answer of a few tokens. */
  answer(): Promise<string>;
  /** Makes of a copy what earlier versions stored. Milliseconds. */
  asBefore(url: string): Promise<number>;
  /** Milliseconds until a copy of that form is in the present one. */
  join(url: string): Promise<number>;
  /** Chunks that lie by themselves, and blocks. */
  records(url: string): Promise<readonly [chunks: number, blocks: number]>;
}

const engine = new LocalEngine(navigator.gpu);

const open = (url: string): Promise<OpenedModel> => openModel({ kind: 'url', url });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** What the browser's store gives without the engine. */
async function readBlobs(url: string): Promise<number> {
  const { chunks } = defaultEnvironment();
  const manifest = await chunks.readManifest(url);
  if (manifest === undefined) throw new Error(`${url} is not stored`);
  const { id, version } = manifest;
  const next = (await chunks.storedRecords(manifest)).blocks.values();
  const readOn = async (): Promise<void> => {
    for (const [part, index] of next) {
      const block = await chunks.readBlock({ id, version, part, index });
      await block?.data.arrayBuffer();
    }
  };
  return timed(() => Promise.all([readOn(), readOn(), readOn(), readOn()]));
}

const bench: LoadBench = {
  load: async (url) => {
    const start = performance.now();
    const ends: Record<string, number> = {};
    let stage: LoadStage | undefined;
    await engine.load({ kind: 'url', url }, {}, (progress) => {
      if (stage !== undefined && stage !== progress.stage) ends[stage] = performance.now() - start;
      ({ stage } = progress);
    });
    return { ...ends, ready: performance.now() - start };
  },

  read: async (url, how) => {
    if (how === 'blobs') return readBlobs(url);
    const opened = await open(url);
    const ms = await timed(async () => {
      for (const part of opened.parts) {
        const from = how === 'checked' ? part : (part.early ?? part);
        for (let at = 0; at < part.size; at += PIECE_BYTES) await from.read(at, Math.min(part.size, at + PIECE_BYTES));
      }
    });
    opened.close();
    return ms;
  },

  upload: async (url) => {
    const opened = await open(url);
    const gguf = await readGguf(opened.parts);
    const gpu = await openGpu(navigator.gpu);
    const bytes = new Uint8Array(PIECE_BYTES);
    const parts = opened.parts.map(({ name, size }) => ({
      ...{ name, size },
      read: (start: number, end: number) => Promise.resolve(bytes.subarray(0, end - start)),
    }));
    const start = performance.now();
    let ms = NaN;
    const weights = (): void => void (ms = performance.now() - start);
    const session = await Session.load(gpu, { ...gguf, parts }, {}, undefined, { weights });
    session.destroy();
    opened.close();
    return ms;
  },

  slice: async (url, start, end) => {
    const opened = await open(url);
    const bytes = (await opened.parts[0]?.read(start, end)) ?? new Uint8Array(0);
    opened.close();
    return bytes.slice();
  },

  answer: async () => {
    let text = '';
    const request = { prompt: { kind: 'text', text: 'Once' }, maxTokens: 3 } as const;
    await engine.generate(request, (events) => {
      for (const event of events) if (event.type === 'token') text += event.token.text;
    });
    return text;
  },

  asBefore: async (url) => {
    const { chunks } = defaultEnvironment();
    const manifest = await chunks.readManifest(url);
    if (manifest === undefined) throw new Error(`${url} is not stored`);
    const { id, version } = manifest;
    return timed(async () => {
      for (const [part, first] of (await chunks.storedRecords(manifest)).blocks) {
        const block = { id, version, part, index: first };
        for (let index = first; ; index++) {
          const record = index < first + 4 ? await chunks.readChunk({ ...block, index }) : undefined;
          if (record === undefined || record.data.byteLength === 0) break;
          await chunks.writeChunk({ ...block, index }, record);
        }
        await chunks.deleteBlock(block);
      }
    });
  },

  join: async (url) => {
    const environment = defaultEnvironment();
    const manifest = await environment.chunks.readManifest(url);
    if (manifest === undefined) throw new Error(`${url} is not stored`);
    return timed(() => joinChunks(manifest, environment));
  },

  records: async (url) => {
    const { chunks } = defaultEnvironment();
    const manifest = await chunks.readManifest(url);
    if (manifest === undefined) return [0, 0];
    const stored = await chunks.storedRecords(manifest);
    return [stored.chunks.length, stored.blocks.length];
  },
};

expose(bench);
