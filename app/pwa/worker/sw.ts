/**
 * The service worker: keeps the page for offline visits, takes what other programs share, and leads from a notification to the
 * conversation that it is about.
 */
import { clientsClaim } from 'workbox-core';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { isShare, receiveShare } from './receive-share.ts';

/** What is used of the worker's global scope: the page's types, which the rest of this folder has, do not know it. */
interface ServiceWorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: NotificationClickEvent) => void): void;
}

interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface NotificationClickEvent extends Event {
  readonly notification: { readonly data: unknown; close(): void };
  waitUntil(promise: Promise<unknown>): void;
}

declare const self: ServiceWorkerScope & { readonly __WB_MANIFEST: (string | PrecacheEntry)[] };

// Before the routes: those answer no POST.
self.addEventListener('fetch', (event) => {
  if (isShare(event.request, self.registration.scope)) {
    event.respondWith(receiveShare(event.request, self.registration.scope));
  }
});

// The page, the worker and what they load. Models are not in here: the engine keeps them in IndexedDB.
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html')));

// The first visit is under control at once: a reload that comes early, offline, is answered.
clientsClaim();

// A new version waits until the person asks for it (`../service-worker.ts`).
self.addEventListener('message', ({ data }) => {
  if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'SKIP_WAITING') {
    void self.skipWaiting();
  }
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const hash = typeof event.notification.data === 'string' ? event.notification.data : '';
  event.waitUntil(show(hash));
});

/** In the window that is open, else in a new one. */
async function show(hash: string): Promise<void> {
  const { scope } = self.registration;
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = open.find(({ url }) => new URL(url).pathname === new URL(scope).pathname);
  if (page === undefined) {
    await self.clients.openWindow(new URL(hash, scope).href);
    return;
  }
  await page.focus();
  page.postMessage({ type: 'mixtab-show', hash });
}
