/** Models of this device that are opened where they lie, and what the person is asked before they are. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineErrorData, ModelSource } from '../../../engine/api.ts';
import { t } from '../../i18n/i18n.ts';
import type { DiskSources } from '../../state/model-choice.ts';
import { type DiskFiles, type DiskModel, type FileHandle, MAX_PARTS, openDiskFiles } from './disk-files.ts';

/** Why the person is asked: the browser wants it; it was refused; the files are gone; they are others; nothing is known of them. */
export type DiskReason = 'permission' | 'denied' | 'missing' | 'changed' | 'unknown';

export interface DiskQuestion {
  readonly id: string;
  readonly name: string;
  readonly why: DiskReason;
}

export type DiskSource = Extract<ModelSource, { kind: 'file' }>;

export interface DiskState extends DiskSources {
  /** Last opened first. */
  readonly models: readonly DiskModel[];
  readonly question: DiskQuestion | null;
  /** Reads the list. */
  start(): Promise<void>;
  /** Keeps the way to files that the person gave. Handles of files that are known already stay what they are. */
  add(handles: readonly FileHandle[]): Promise<DiskSource>;
  forget(id: string): Promise<void>;
  /** To the question: yes, in answer to a click. `handles`: of the files that were chosen in place of those that are gone. */
  agree(handles?: readonly FileHandle[]): Promise<void>;
  refuse(): void;
}

export type DiskStore = StoreApi<DiskState>;

type Look =
  { readonly kind: 'found'; readonly source: DiskSource } | { readonly kind: 'asks'; readonly why: DiskReason };

export function createDiskStore(files: DiskFiles = openDiskFiles(), now: () => number = Date.now): DiskStore {
  /** Whoever waits for the answer to the question. */
  let waiting: ((source: DiskSource | null) => void) | null = null;
  let reading: Promise<void> | null = null;

  return createStore<DiskState>((set, get) => {
    async function modelOf(id: string): Promise<DiskModel | undefined> {
      await get().start();
      return get().models.find((model) => model.id === id);
    }

    async function keep(model: DiskModel): Promise<void> {
      set({ models: [model, ...get().models.filter(({ id }) => id !== model.id)] });
      // Where the browser does not keep it, it is there until the page is closed.
      await files.keep(model).catch(() => undefined);
    }

    /** @param mayAsk whether the browser's own question may come: it wants a click before */
    async function look(id: string, mayAsk: boolean, isChangeAgreed: boolean): Promise<Look> {
      const model = await modelOf(id);
      if (model === undefined) return { kind: 'asks', why: 'unknown' };
      const permission = await permissionOf(model.handles, mayAsk);
      if (permission !== 'granted') return { kind: 'asks', why: permission === 'denied' ? 'denied' : 'permission' };
      let found: File[];
      try {
        found = await Promise.all(model.handles.map((handle) => handle.getFile()));
      } catch (error) {
        const isDenied = error instanceof DOMException && error.name === 'NotAllowedError';
        return { kind: 'asks', why: isDenied ? 'permission' : 'missing' };
      }
      const isSame = found.every(
        ({ size, lastModified }, index) =>
          model.files[index]?.size === size && model.files[index].lastModified === lastModified,
      );
      if (!isSame && !isChangeAgreed) return { kind: 'asks', why: 'changed' };
      await keep({ ...model, files: found.map(sizeAndTime), openedAt: now() });
      return { kind: 'found', source: { kind: 'file', files: found, disk: id } };
    }

    function settle(source: DiskSource | null): void {
      set({ question: null });
      waiting?.(source);
      waiting = null;
    }

    return {
      models: [],
      question: null,

      start: () =>
        (reading ??= files.list().then(
          (models) => {
            // What was opened before the list was read is newer.
            const begun = new Set(get().models.map(({ id }) => id));
            set({ models: [...get().models, ...models.filter(({ id }) => !begun.has(id))] });
          },
          () => {
            reading = null; // it may be readable the next time
          },
        )),

      add: async (given) => {
        const handles = given.slice(0, MAX_PARTS).toSorted((a, b) => (a.name < b.name ? -1 : 1));
        const found = await Promise.all(handles.map((handle) => handle.getFile()));
        await get().start();
        const known = await sameModel(get().models, handles);
        const id = known?.id ?? crypto.randomUUID();
        const name = (found[0]?.name ?? '').replace(/\.gguf$/i, '');
        await keep({ id, name, handles, files: found.map(sizeAndTime), openedAt: now() });
        return { kind: 'file', files: found, disk: id };
      },

      forget: async (id) => {
        set({ models: get().models.filter((model) => model.id !== id) });
        await files.forget(id).catch(() => undefined);
      },

      peek: async (id) => {
        const found = await look(id, false, false);
        return found.kind === 'found' ? found.source : null;
      },

      nameOf: async (id) => (await modelOf(id))?.name ?? null,

      find: async (id, name, isAsked) => {
        const found = await look(id, isAsked, false);
        if (found.kind === 'found') return found.source;
        settle(null); // one question at a time: the one before is no longer wanted
        set({ question: { id, name, why: found.why } });
        const source = await new Promise<DiskSource | null>((resolve) => (waiting = resolve));
        return source ?? notOpened(name);
      },

      agree: async (handles) => {
        const { question } = get();
        if (question === null) return;
        const { id, name } = question;
        if (handles !== undefined && handles.length > 0) {
          const sorted = handles.toSorted((a, b) => (a.name < b.name ? -1 : 1));
          const found = await Promise.all(sorted.map((handle) => handle.getFile()));
          await keep({ id, name, handles: sorted, files: found.map(sizeAndTime), openedAt: now() });
        }
        const found = await look(id, true, question.why === 'changed');
        if (get().question !== question) return; // answered otherwise meanwhile
        if (found.kind === 'found') settle(found.source);
        // Asked in vain: the person closed the browser's question, or refused.
        else set({ question: { id, name, why: found.why === 'permission' ? 'denied' : found.why } });
      },

      refuse: () => settle(null),
    };
  });
}

function sizeAndTime({ size, lastModified }: File): DiskModel['files'][number] {
  return { size, lastModified };
}

function notOpened(name: string): EngineErrorData {
  return { code: 'not-loaded', message: t('models:disk.notOpened', { name }) };
}

/** Browsers without permissions (and files of the page's own) let every handle be read. */
async function permissionOf(handles: readonly FileHandle[], mayAsk: boolean): Promise<PermissionState> {
  for (const handle of handles) {
    let state = (await handle.queryPermission?.({ mode: 'read' })) ?? 'granted';
    if (state === 'prompt' && mayAsk) {
      // Without a click, or with one too long ago, the browser throws.
      state = (await handle.requestPermission?.({ mode: 'read' }).catch(() => 'prompt' as const)) ?? state;
    }
    if (state !== 'granted') return state;
  }
  return 'granted';
}

async function sameModel(models: readonly DiskModel[], handles: readonly FileHandle[]): Promise<DiskModel | undefined> {
  for (const model of models) {
    if (model.handles.length !== handles.length) continue;
    const same = await Promise.all(model.handles.map((each, index) => isSame(each, handles[index])));
    if (same.every(Boolean)) return model;
  }
  return undefined;
}

async function isSame(handle: FileHandle, other: FileHandle | undefined): Promise<boolean> {
  try {
    return other !== undefined && (await handle.isSameEntry(other));
  } catch {
    return false;
  }
}
