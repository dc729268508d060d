/**
 * What the page was opened for: a shortcut of the installed app, a link of `web+mixtab:`, something that another program shared, files
 * that the system opens with Mixtab. At the start it stands in the address; where the app is open already, the browser hands it over
 * (`launchQueue`). See `tools/web-manifest.ts`.
 */
import { NEW_CONVERSATION, draftOf } from '../chat/draft-store.ts';
import { t } from '../i18n/i18n.ts';
import { viewStore } from '../layout/view-store.ts';
import type { FileHandle } from '../models/disk/disk-files.ts';
import { importFile } from '../sidebar/use-conversation-files.ts';
import { addressOf } from '../state/conversation-address.ts';
import { noticeStore } from '../state/notice-store.ts';
import type { Stores } from '../state/stores.tsx';
import { parseModelLink } from './model-link.ts';
import { MAX_SHARED_TEXT, type Share, takeShare, textOfShare } from './share-record.ts';

/** What is used of Chromium's `launchQueue`. */
interface LaunchQueue {
  setConsumer(
    consumer: (launch: { readonly targetURL?: string; readonly files?: readonly FileHandle[] }) => void,
  ): void;
}

/** Of an address, what says what to do: taken out once it is done, so that a reload does not do it again. */
const PARAMETERS = ['do', 'open', 'shared', 'share', 'title', 'text', 'url'] as const;

export function receiveLaunches(stores: Stores): void {
  const start = location.href;
  /** The browser hands over the launch that the page was opened by, too. */
  let isFirst = true;
  const done = doWhatIsAsked(stores, new URL(start));
  clearAddress();

  const { launchQueue } = window as { readonly launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(({ targetURL, files = [] }) => {
    const isOwnStart = isFirst && targetURL === start;
    isFirst = false;
    void done.then(async () => {
      if (targetURL !== undefined && !isOwnStart) await follow(stores, targetURL);
      if (files.length > 0) await openFiles(stores, files);
    });
  });

  // A notification was clicked: see `worker/sw.ts`.
  (navigator as Partial<Navigator>).serviceWorker?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'mixtab-show') return;
    if ('hash' in data && typeof data.hash === 'string' && data.hash.startsWith('#/')) location.hash = data.hash;
  });
}

/** In a page that is open: nothing of it is lost. */
async function follow(stores: Stores, target: string): Promise<void> {
  if (!URL.canParse(target)) return;
  const url = new URL(target);
  if (url.origin !== location.origin) return;
  if (url.hash.startsWith('#/')) location.hash = url.hash;
  await doWhatIsAsked(stores, url);
}

function clearAddress(): void {
  const address = new URL(location.href);
  const before = address.href;
  for (const name of PARAMETERS) address.searchParams.delete(name);
  if (address.href !== before) history.replaceState(history.state, '', address);
}

async function doWhatIsAsked(stores: Stores, { searchParams }: URL): Promise<void> {
  const action = searchParams.get('do');
  if (action === 'models') viewStore.getState().openPanel('models');
  if (action === 'new-chat') newChat(stores);
  const link = searchParams.get('open');
  if (link !== null) await openLink(stores, link);
  const shared = searchParams.get('shared');
  if (shared !== null) await showShared(stores, shared);
  if (searchParams.has('share')) {
    const field = (name: string): string => (searchParams.get(name) ?? '').slice(0, MAX_SHARED_TEXT);
    await intoNewChat(stores, { title: field('title'), text: field('text'), url: field('url'), files: [] });
  }
}

function newChat({ chat }: Stores): void {
  if (location.hash.startsWith('#/c/')) history.pushState(null, '', addressOf(null));
  if (chat.getState().current !== null) void chat.getState().newChat();
}

/** Looks the model up where models are looked up: what is fetched, and from where, is agreed to as ever. */
async function openLink({ hosts, panel }: Stores, link: string): Promise<void> {
  const address = parseModelLink(link);
  if (address === null) {
    noticeStore.getState().say('failed', t('models:link.refused'));
    return;
  }
  if (!(await hosts.getState().ask(address, address.replace(/^.*\//, '').slice(0, 200), 'link'))) return;
  panel.getState().lookUp(address);
  viewStore.getState().openPanel('models');
}

async function showShared(stores: Stores, id: string): Promise<void> {
  if (id === 'too-large') {
    noticeStore.getState().say('failed', t('chat:share.tooLarge'));
    return;
  }
  const share = await takeShare(id.slice(0, 64)).catch(() => null);
  if (share === null) noticeStore.getState().say('failed', t('chat:share.failed'));
  else await intoNewChat(stores, share);
}

/** As the draft of a new chat, below what stands there already. Nothing is sent. */
async function intoNewChat(stores: Stores, share: Share): Promise<void> {
  const { drafts } = stores;
  newChat(stores);
  const text = textOfShare(share);
  const before = draftOf(drafts.getState(), NEW_CONVERSATION).text;
  if (text !== '') drafts.getState().setText(NEW_CONVERSATION, before.trim() === '' ? text : `${before}\n\n${text}`);
  if (share.files.length > 0) await drafts.getState().addFiles(NEW_CONVERSATION, share.files);
}

/** Models open where they lie, exports are imported. */
async function openFiles({ chat, disk, model }: Stores, handles: readonly FileHandle[]): Promise<void> {
  const { say } = noticeStore.getState();
  const models = handles.filter(({ kind, name }) => kind === 'file' && /\.gguf$/i.test(name));
  const exports = handles.filter(({ kind, name }) => kind === 'file' && /\.json$/i.test(name));
  if (models.length + exports.length < handles.length) say('failed', t('models:link.notOurs'));
  for (const handle of exports) {
    try {
      await importFile(chat, await handle.getFile());
    } catch {
      say('failed', t('models:disk.unreadable', { name: handle.name }));
    }
  }
  if (models.length === 0) return;
  try {
    const source = await disk.getState().add(models);
    await chat.getState().stop();
    await model.getState().open(source);
  } catch {
    say('failed', t('models:disk.unreadable', { name: models[0]?.name ?? '' }));
  }
}
