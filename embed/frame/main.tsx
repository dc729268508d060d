/** Entry point of embed.html: a chat in a frame of somebody else's page. It knows nothing of the visitor's conversations. */
import '../../app/styles/base.css';
import './words.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { missingSupport } from '../../app/browser-support.ts';
import { surviveTranslation } from '../../app/layout/translated-text.ts';
import { findBundledModel } from '../../app/models/bundled.ts';
import { createHub } from '../../app/models/hub.ts';
import { loadPart } from '../../app/layout/load-part.ts';
import { FILES, linkInAddress } from '../../app/sharing/link-address.ts';
import { trustOwnScripts } from '../../app/trusted-types.ts';
import type { Replay } from '../replay.ts';
import { FrameChat } from './chat.ts';
import type { FrameState } from './frame-state.ts';
import { Frame } from './Frame.tsx';
import { HostPort } from './host-port.ts';
import { findCopy } from './copies.ts';
import { openEngine } from './ladder.ts';
import { optionsInAddress, wantsPlay } from './options-in-address.ts';

const root = document.getElementById('root');
if (root !== null) start(root);

function start(element: HTMLElement): void {
  trustOwnScripts();
  surviveTranslation(document);
  const bundled = findBundledModel();
  const hub = createHub();
  const chat: FrameChat = new FrameChat(
    {
      openEngine,
      findCopy: (source, signal) => findCopy(source, { bundled, hub }, signal),
      bundled,
      hub,
      missing: missingSupport,
    },
    (name, detail) => port.tell(name, detail),
  );
  const port = new HostPort(
    {
      start: () => chat.start().then(nothing),
      ask: ({ text }) => chat.ask(text),
      stop: () => chat.stop().then(nothing),
      clear: () => chat.clear().then(nothing),
      setMessages: ({ messages }) => chat.setMessages(messages).then(nothing),
      setModel: ({ model }) => chat.setModel(model).then(nothing),
      setOptions: ({ options }) => chat.setOptions(options).then(nothing),
      setReplay: async ({ text }) => {
        chat.setReplay(text);
        return {};
      },
    },
    (options) => {
      chat.setOptions(options).catch(() => undefined);
      chat.tellState();
      port.tell('size', { height });
    },
  );
  let height = 0;
  const options = optionsInAddress(location.hash);
  const link = linkInAddress(location.hash);
  if (link !== null) void chat.playFrom('link', () => readLink(link)).catch(() => undefined);
  else if (location.hash === FILES) void chat.setOptions({ routing: 'on', replay: 'file' });
  else
    void chat.setOptions(options).then(() => {
      // A recording costs nobody anything: a frame without a script beside it may play it unasked.
      if (options.replay !== undefined && wantsPlay(location.hash)) return chat.start().then(nothing);
      return undefined;
    }, nothing);
  if (window.parent === window) standAlone();
  createRoot(element).render(
    <StrictMode>
      <Frame
        chat={chat}
        bundled={bundled}
        onHeight={(next) => {
          if (next === height) return;
          height = next;
          port.tell('size', { height });
        }}
      />
    </StrictMode>,
  );
  port.listen();
  chat.store.subscribe(keepOffline);
}

/** A page of its own, and no frame: as wide as one reads, and another link in its address is another answer. */
function standAlone(): void {
  document.documentElement.dataset['alone'] = '';
  addEventListener('hashchange', () => {
    if (linkInAddress(location.hash) !== null || location.hash === FILES) location.reload();
  });
}

async function readLink(link: string): Promise<Replay> {
  const { readAnswerLink } = await loadPart(() => import('../../app/sharing/answer-link.ts'));
  return readAnswerLink(link);
}

let isKept = false;

/** Once somebody has started it, and not before: browsers keep a copy of the page within each site that embeds it. */
function keepOffline({ stage }: FrameState): void {
  if (isKept || (stage.kind !== 'ready' && stage.kind !== 'replay')) return;
  isKept = true;
  // Denied, or from a server while somebody develops: then it needs the network.
  navigator.serviceWorker?.register('./sw.js').catch(() => undefined);
}

/** JSON-RPC has no result without a value. */
function nothing(): object {
  return {};
}
