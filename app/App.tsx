import './app.css';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Composer } from './chat/Composer.tsx';
import { Conversation } from './chat/Conversation.tsx';
import { NEW_CONVERSATION } from './chat/draft-store.ts';
import { Sidebar } from './chat/Sidebar.tsx';
import { Header } from './layout/Header.tsx';
import { LiveStatus } from './layout/LiveStatus.tsx';
import { Toasts } from './layout/Toasts.tsx';
import { useFileDrop } from './layout/use-file-drop.ts';
import { useMediaQuery } from './layout/use-media-query.ts';
import { ModelNotice } from './models/ModelNotice.tsx';
import { ModelPanel } from './models/ModelPanel.tsx';
import { Unsupported } from './models/Unsupported.tsx';
import { useOpenModel } from './models/use-open-model.ts';
import { SettingsPanel } from './settings/SettingsPanel.tsx';
import { useTheme } from './settings/use-theme.ts';
import { useChat, useModel, useSettings, useStores } from './state/stores.tsx';

/** Below this the sidebar becomes a drawer; the same width as in the style sheets. */
const NARROW = '(max-width: 800px)';

type Panel = 'none' | 'model' | 'settings';

export function App() {
  const hasNoAdapter = useModel(({ status }) => status.kind === 'failed' && status.error.code === 'no-webgpu');
  useTheme(useSettings((state) => state.theme));
  return hasNoAdapter ? <Unsupported missing="no-adapter" /> : <ChatPage />;
}

function ChatPage() {
  const isNarrow = useMediaQuery(NARROW);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [panel, setPanel] = useState<Panel>('none');
  const field = useRef<HTMLTextAreaElement>(null);
  const { chat, drafts } = useStores();
  const isReady = useModel((state) => state.status.kind === 'ready');
  const answering = useChat((state) => state.answering);
  const coversPage = isNarrow && isDrawerOpen;
  const drawerButton = useRef<HTMLButtonElement>(null);
  const title = useChat((state) => state.current?.title);

  useEffect(() => {
    document.title = title === undefined ? 'Mixtab' : `${title} · Mixtab`;
  }, [title]);

  const closeDrawer = useCallback(() => {
    setDrawerOpen(false);
    // After the page behind it is no longer inert.
    requestAnimationFrame(() => drawerButton.current?.focus());
  }, []);

  /** The draft that is open. */
  const draftKey = useCallback(() => chat.getState().current?.id ?? NEW_CONVERSATION, [chat]);

  const { openFiles } = useOpenModel();
  const isDropping = useFileDrop(
    useCallback(
      (files) => {
        const models = files.filter(({ name }) => name.endsWith('.gguf'));
        const texts = files.filter(({ name }) => !name.endsWith('.gguf'));
        if (texts.length > 0) void drafts.getState().addFiles(draftKey(), texts);
        if (models.length === 0) return;
        // What is wrong with a model is said in the panel, where it can be mended.
        if (openFiles(models) !== null) setPanel('model');
        else setPanel('none');
      },
      [openFiles, drafts, draftKey],
    ),
  );

  // A keyboard is at hand on wide screens; on a phone, focusing would pull the screen keyboard up.
  useEffect(() => {
    if (!isNarrow) field.current?.focus();
  }, [isNarrow]);

  function newChat(): void {
    setDrawerOpen(false);
    void chat.getState().newChat();
    field.current?.focus();
  }

  function takeSuggestion(suggestion: string): void {
    if (isReady && !answering) void chat.getState().send(suggestion);
    else drafts.getState().setText(draftKey(), suggestion);
    field.current?.focus({ preventScroll: true });
  }

  return (
    <div className="app">
      <Sidebar isDrawer={isNarrow} isOpen={isDrawerOpen} onClose={closeDrawer} onNewChat={newChat} />
      {coversPage && <div className="drawer-shade" onPointerDown={closeDrawer} />}
      <div className="app-page" inert={coversPage}>
        <Header
          isNarrow={isNarrow}
          drawerButton={drawerButton}
          onOpenDrawer={() => setDrawerOpen(true)}
          onOpenModel={() => setPanel('model')}
          onOpenSettings={() => setPanel('settings')}
          onNewChat={newChat}
        />
        <main className="app-main">
          <Conversation onSuggestion={takeSuggestion} onOpenModel={() => setPanel('model')} />
          <div className="dock">
            <ModelNotice onOpenModel={() => setPanel('model')} />
            <Composer field={field} onOpenModel={() => setPanel('model')} onOpenSettings={() => setPanel('settings')} />
            <p className="dock-note">Runs on this device. Small models make mistakes.</p>
          </div>
        </main>
        <LiveStatus />
        <Toasts />
      </div>
      <ModelPanel isOpen={panel === 'model'} onClose={() => setPanel('none')} />
      <SettingsPanel isOpen={panel === 'settings'} onClose={() => setPanel('none')} />
      {isDropping && (
        <div className="drop-shade" aria-hidden="true">
          Drop a text file to attach it, or a GGUF file to open it
        </div>
      )}
    </div>
  );
}
