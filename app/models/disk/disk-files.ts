/**
 * Files of this device that are opened where they lie: of each model the handles by which the browser finds its files again, and
 * what the files were when they were opened.
 */
import { promisifyRequest } from 'idb-keyval';
import * as v from 'valibot';
import { keyvalStore } from '../../../idb/keyval-store.ts';
import { Count, Id, Name } from '../../state/records/bounds.ts';

/** What is used of a handle. The methods about permission are Chromium's. */
export type FileHandle = Pick<FileSystemFileHandle, 'kind' | 'name' | 'getFile' | 'isSameEntry'> & {
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
};

export interface DiskModel {
  readonly id: string;
  /** Of the first file. */
  readonly name: string;
  readonly handles: readonly FileHandle[];
  /** As they were when they were opened. */
  readonly files: readonly { readonly size: number; readonly lastModified: number }[];
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

/** More are a list that nobody looks through; the oldest go. */
const MAX_MODELS = 50;
/** A split model counts its parts with five digits, but nobody opens thousands of files. */
export const MAX_PARTS = 500;

const isHandle = (value: unknown): value is FileHandle =>
  typeof value === 'object' && value !== null && 'getFile' in value && typeof value.getFile === 'function';

const Kept: v.GenericSchema<unknown, DiskModel> = v.object({
  id: Id,
  name: Name,
  handles: v.pipe(v.array(v.custom<FileHandle>(isHandle)), v.minLength(1), v.maxLength(MAX_PARTS)),
  files: v.array(v.object({ size: Count, lastModified: v.number() })),
  openedAt: v.number(),
});

export interface DiskFiles {
  /** Last opened first. */
  list(): Promise<readonly DiskModel[]>;
  keep(model: DiskModel): Promise<void>;
  forget(id: string): Promise<void>;
}

export function openDiskFiles(database = 'mixtab-disk'): DiskFiles {
  const store = keyvalStore(database, 'models');

  async function list(objects: IDBObjectStore): Promise<readonly DiskModel[]> {
    const records = await promisifyRequest<unknown[]>(objects.getAll());
    return records.filter((record): record is DiskModel => v.is(Kept, record)).sort((a, b) => b.openedAt - a.openedAt);
  }

  return {
    list: () => store('readonly', list),
    keep: (model) =>
      store('readwrite', async (objects) => {
        await promisifyRequest(objects.put(model, model.id));
        for (const { id } of (await list(objects)).slice(MAX_MODELS)) objects.delete(id);
      }),
    forget: (id) => store('readwrite', (objects) => promisifyRequest(objects.delete(id))),
  };
}
