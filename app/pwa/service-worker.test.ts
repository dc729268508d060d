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

/** What the page asks of the browser's service worker. */
function pretendServiceWorker(waiting: object | null): EventTarget {
  const container = Object.assign(new EventTarget(), { getRegistration: async () => ({ waiting }) });
  Object.defineProperty(navigator, 'serviceWorker', { value: container, configurable: true });
  return container;
}

test('the tab that asks for the new version reloads once it has taken over', async () => {
  const container = pretendServiceWorker({});
  updateStore.getState().apply?.();
  await vi.waitFor(() => expect(plugin.update).toHaveBeenCalledOnce());
  expect(reload).not.toHaveBeenCalled();
  container.dispatchEvent(new Event('controllerchange'));
  expect(reload).toHaveBeenCalledOnce();
});

test('a tab in which nobody asked for it goes on, and reloads when somebody does', async () => {
  const container = pretendServiceWorker(null); // it has taken over
  options.onNeedReload();
  container.dispatchEvent(new Event('controllerchange'));
  expect(reload).not.toHaveBeenCalled();
  updateStore.getState().apply?.();
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce());
  expect(plugin.update).not.toHaveBeenCalled();
});
