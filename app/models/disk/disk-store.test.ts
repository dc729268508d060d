// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import '../../i18n/i18n.ts';
import type { DiskFiles, DiskModel, FileHandle } from './disk-files.ts';
import { createDiskStore, type DiskStore } from './disk-store.ts';

interface FakeHandle extends FileHandle {
  file: File | null;
  permission: PermissionState;
  /** What the person says when the browser asks. */
  answer: PermissionState;
  readonly asked: ReturnType<typeof vi.fn>;
}

function handleOf(name: string, size = 10): FakeHandle {
  const asked = vi.fn<() => void>();
  const handle: FakeHandle = {
    kind: 'file',
    name,
    file: new File([new Uint8Array(size)], name, { lastModified: 1 }),
    permission: 'granted',
    answer: 'granted',
    asked,
    getFile: async () => {
      if (handle.permission !== 'granted') throw new DOMException('no', 'NotAllowedError');
      if (handle.file === null) throw new DOMException('gone', 'NotFoundError');
      return handle.file;
    },
    isSameEntry: async (other) => (other as unknown) === handle,
    queryPermission: async () => handle.permission,
    requestPermission: async () => {
      asked();
      return (handle.permission = handle.answer);
    },
  };
  return handle;
}

/** What the browser keeps between visits. */
function keptFiles(): DiskFiles {
  const kept = new Map<string, DiskModel>();
  return {
    list: async () => [...kept.values()],
    keep: async (model) => void kept.set(model.id, model),
    forget: async (id) => void kept.delete(id),
  };
}

async function opened(handle: FakeHandle): Promise<{ files: DiskFiles; id: string }> {
  const files = keptFiles();
  const { disk = '' } = await createDiskStore(files).getState().add([handle]);
  return { files, id: disk };
}

const why = (store: DiskStore): string | undefined => store.getState().question?.why;

test('at the next visit a file is found without asking where the browser lets it be read', async () => {
  const handle = handleOf('m.gguf');
  const { files, id } = await opened(handle);
  const next = createDiskStore(files);
  expect(await next.getState().peek(id)).toEqual({ kind: 'file', files: [handle.file], disk: id });
  expect(await next.getState().nameOf(id)).toBe('m');
});

test('permission is asked for in words, then by the browser, and only after the click', async () => {
  const handle = handleOf('m.gguf');
  const { files, id } = await opened(handle);
  handle.permission = 'prompt';
  const store = createDiskStore(files);
  expect(await store.getState().peek(id)).toBeNull();
  const found = store.getState().find(id, 'm', false);
  await vi.waitFor(() => expect(why(store)).toBe('permission'));
  expect(handle.asked).not.toHaveBeenCalled();
  await store.getState().agree();
  expect(await found).toMatchObject({ kind: 'file', disk: id });
  expect(store.getState().question).toBeNull();
});

test('a refusal is told, and can be taken back', async () => {
  const handle = handleOf('m.gguf');
  const { files, id } = await opened(handle);
  Object.assign(handle, { permission: 'prompt', answer: 'denied' });
  const store = createDiskStore(files);
  const found = store.getState().find(id, 'm', true);
  await vi.waitFor(() => expect(why(store)).toBe('denied'));
  handle.permission = 'granted';
  await store.getState().agree();
  expect(await found).toMatchObject({ kind: 'file' });
});

test('“Not now” is an error in words', async () => {
  const handle = handleOf('m.gguf');
  const { files, id } = await opened(handle);
  handle.permission = 'prompt';
  const store = createDiskStore(files);
  const found = store.getState().find(id, 'm', false);
  await vi.waitFor(() => expect(why(store)).toBe('permission'));
  store.getState().refuse();
  expect(await found).toMatchObject({
    code: 'not-loaded',
    message: expect.stringContaining('“m” was not opened') as string,
  });
});

test('a file that is gone is chosen again, and stays the model of its conversations', async () => {
  const handle = handleOf('m.gguf');
  const { files, id } = await opened(handle);
  handle.file = null;
  const store = createDiskStore(files);
  const found = store.getState().find(id, 'm', false);
  await vi.waitFor(() => expect(why(store)).toBe('missing'));
  const moved = handleOf('moved.gguf');
  await store.getState().agree([moved]);
  expect(await found).toEqual({ kind: 'file', files: [moved.file], disk: id });
  expect(await createDiskStore(files).getState().peek(id)).not.toBeNull();
});

test('a file that has changed is told of, and opened once that is wanted', async () => {
  const handle = handleOf('m.gguf');
  const { files, id } = await opened(handle);
  handle.file = new File([new Uint8Array(11)], 'm.gguf', { lastModified: 1 });
  const store = createDiskStore(files);
  expect(await store.getState().peek(id)).toBeNull();
  const found = store.getState().find(id, 'm', true);
  await vi.waitFor(() => expect(why(store)).toBe('changed'));
  await store.getState().agree();
  expect(await found).toMatchObject({ files: [handle.file] });
  expect(await store.getState().peek(id)).not.toBeNull(); // this is what it is now
});

test('a conversation from elsewhere names a file that is not known', async () => {
  const store = createDiskStore(keptFiles());
  const found = store.getState().find('from-elsewhere', 'm', false);
  await vi.waitFor(() => expect(why(store)).toBe('unknown'));
  const handle = handleOf('m.gguf');
  await store.getState().agree([handle]);
  expect(await found).toMatchObject({ disk: 'from-elsewhere' });
});

test('the same file has one entry, however often it is opened; parts are in order', async () => {
  const files = keptFiles();
  const [one, two] = [handleOf('m-00001-of-00002.gguf'), handleOf('m-00002-of-00002.gguf')];
  const first = await createDiskStore(files).getState().add([two, one]);
  const again = createDiskStore(files);
  const second = await again.getState().add([one, two]);
  expect(second.disk).toBe(first.disk);
  expect(second.files.map(({ name }) => name)).toEqual([one.name, two.name]);
  expect(again.getState().models).toHaveLength(1);
  await again.getState().forget(first.disk ?? '');
  expect(
    await createDiskStore(files)
      .getState()
      .nameOf(first.disk ?? ''),
  ).toBeNull();
});

test('the second of two questions ends the first', async () => {
  const handle = handleOf('m.gguf');
  const { files, id } = await opened(handle);
  handle.permission = 'prompt';
  const store = createDiskStore(files);
  const first = store.getState().find(id, 'm', false);
  await vi.waitFor(() => expect(why(store)).toBe('permission'));
  const second = store.getState().find(id, 'm', false);
  expect(await first).toMatchObject({ code: 'not-loaded' });
  await vi.waitFor(() => expect(why(store)).toBe('permission'));
  await store.getState().agree();
  expect(await second).toMatchObject({ kind: 'file' });
});
