// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { updateStore } from '../state/update-store.ts';
import { keepPageOffline } from './service-worker.ts';

interface Options {
  onNeedRefresh(): void;
  onNeedReload(): void;
}

const plugin = vi.hoisted(() => ({ options: null as unknown, update: vi.fn<() => Promise<void>>(async () => {}) }));
vi.mock('virtual:pwa-register', () => ({
  registerSW: (options: unknown) => {
    plugin.options = options;
    return plugin.update;
  },
}));

const reload = vi.fn<() => void>();
let options: Options;
beforeEach(() => {
  updateStore.setState({ apply: null });
  plugin.update.mockClear();
  reload.mockReset();
  vi.spyOn(location, 'reload').mockImplementation(reload);
  keepPageOffline();
  options = plugin.options as Options;
  options.onNeedRefresh();
});

test('the tab that asks for the new version reloads into it', () => {
  updateStore.getState().apply?.();
  expect(plugin.update).toHaveBeenCalledOnce();
  expect(reload).not.toHaveBeenCalled();
  options.onNeedReload();
  expect(reload).toHaveBeenCalledOnce();
});

test('a tab in which nobody asked for it goes on, and reloads when somebody does', () => {
  options.onNeedReload();
  expect(reload).not.toHaveBeenCalled();
  updateStore.getState().apply?.();
  expect(plugin.update).not.toHaveBeenCalled(); // there is none that waits any more
  expect(reload).toHaveBeenCalledOnce();
});
