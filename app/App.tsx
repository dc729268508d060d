import './app.css';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Composer } from './chat/Composer.tsx';
import { Conversation } from './chat/Conversation.tsx';
import { NEW_CONVERSATION } from './chat/draft-store.ts';
import { EmbedDialog } from './embed/EmbedDialog.tsx';
import { PartBoundary } from './layout/BrokenPart.tsx';
import { useCanAsk } from './chat/use-can-ask.ts';
import { DockNote } from './layout/DockNote.tsx';
import { DropShade } from './layout/DropShade.tsx';
import { Header } from './layout/Header.tsx';
import { LiveStatus } from './layout/LiveStatus.tsx';
import { ShortcutSheet } from './layout/ShortcutSheet.tsx';
import { Toasts } from './layout/Toasts.tsx';
import { useFileDrop } from './layout/use-file-drop.ts';
import { usePageShortcuts } from './layout/use-page-shortcuts.ts';
import { useScreenKeyboard } from './layout/use-screen-keyboard.ts';
import { useSidebar } from './layout/use-sidebar.ts';
import { useView, viewStore } from './layout/view-store.ts';
import { DiskQuestion } from './models/disk/DiskQuestion.tsx';
import { HostQuestion } from './models/HostQuestion.tsx';
import { ModelNotice } from './models/ModelNotice.tsx';
import { ModelPanel } from './models/ModelPanel.tsx';
import { Unsupported } from './models/Unsupported.tsx';
import { useOpenModel } from './models/use-open-model.ts';
import { ServerQuestion } from './server/ServerQuestion.tsx';
import { useServer } from './server/use-server.ts';
import { Sidebar } from './sidebar/Sidebar.tsx';
import { TabNotice } from './sidebar/TabNotice.tsx';
import { UnsavedNotice } from './sidebar/UnsavedNotice.tsx';
import { SettingsPanel } from './settings/SettingsPanel.tsx';
import { useAppearance } from './settings/use-appearance.ts';
import { useChat, useModel, useStores } from './state/stores.tsx';
import { TuningPart } from './tuning/TuningPart.tsx';

export function App() {
  const hasNoAdapter = useModel(({ status }) => status.kind === 'failed' && status.error.code === 'no-webgpu');
  const goesOn = useView((view) => view.goesOnWithServer);
  const { panel } = useStores();
  useAppearance();
  useEffect(() => {
    if (!goesOn) return;
    panel.getState().show('server');
    viewStore.getState().openPanel('models');
  }, [goesOn, panel]);
  if (!hasNoAdapter || goesOn) return <ChatPage />;
  return <Unsupported missing="no-adapter" onUseServer={() => viewStore.setState({ goesOnWithServer: true })} />;
}

function ChatPage() {
  const { t } = useTranslation('layout');
  const { chat, drafts } = useStores();
  const field = useRef<HTMLTextAreaElement>(null);
  const { frame, button: sidebarButton, isDrawer, closeDrawer, ...sidebar } = useSidebar();
  const { openPanel, openSettings } = useView((view) => view);
  const canAsk = useCanAsk();
  const server = useServer();
  const title = useChat((state) => state.current?.title);

  useEffect(() => {
    document.title = title === undefined ? t('appName') : t('documentTitle', { title });
  }, [t, title]);

  useScreenKeyboard();

  const isDropping = useFileDrop(useTakeFiles());

  // A keyboard is at hand on wide screens; on a phone, focusing would pull the screen keyboard up.
  useEffect(() => {
    if (!isDrawer) field.current?.focus();
  }, [isDrawer]);

  function newChat(): void {
    closeDrawer();
    void chat.getState().newChat();
    field.current?.focus();
  }

  function takeSuggestion(suggestion: string): void {
    if (canAsk) void chat.getState().send(suggestion);
    else drafts.getState().setText(chat.getState().current?.id ?? NEW_CONVERSATION, suggestion);
    field.current?.focus({ preventScroll: true });
  }

  usePageShortcuts({ field, newChat, toggleSidebar: sidebar.toggle, search: sidebar.search });

  return (
    <div className="app">
      <div className="app-sidebar" ref={frame}>
        {sidebar.isRendered && (
          <PartBoundary>
            <Sidebar isDrawer={isDrawer} isOpen={sidebar.isOpen} onClose={closeDrawer} onNewChat={newChat} />
          </PartBoundary>
        )}
        {sidebar.coversPage && <div className="drawer-shade" onPointerDown={closeDrawer} />}
      </div>
      <div className="app-page" inert={sidebar.coversPage}>
        <Header
          isNarrow={isDrawer}
          isSidebarShown={sidebar.isOpen}
          sidebarButton={sidebarButton}
          onToggleSidebar={sidebar.toggle}
          onOpenModel={() => openPanel('models')}
          onOpenSettings={() => openSettings(null)}
          onNewChat={newChat}
        />
        <main className="app-main">
          <PartBoundary>
            <Conversation onSuggestion={takeSuggestion} onOpenModel={() => openPanel('models')} />
          </PartBoundary>
          <div className="dock">
            <UnsavedNotice />
            {/* A server needs neither the graphics processor nor a model here. */}
            {server === null && (
              <TabNotice>
                <ModelNotice onOpenModel={() => openPanel('models')} />
                <TuningPart />
              </TabNotice>
            )}
            <Composer
              field={field}
              onOpenModel={() => openPanel('models')}
              onOpenSettings={() => openSettings('generation')}
            />
            <DockNote />
          </div>
        </main>
        <LiveStatus />
      </div>
      <Toasts />
      <Panels />
      {isDropping && <DropShade />}
    </div>
  );
}

/** A model is opened; other files go to the message that is being written. */
function useTakeFiles(): (files: readonly File[]) => void {
  const { chat, drafts } = useStores();
  const { openFiles } = useOpenModel();
  const closePanel = useView((view) => view.closePanel);
  return useCallback(
    (files) => {
      const models = files.filter(isModelFile);
      const others = files.filter((file) => !isModelFile(file));
      closePanel();
      if (models.length > 0) openFiles(models);
      if (others.length > 0) void drafts.getState().addFiles(chat.getState().current?.id ?? NEW_CONVERSATION, others);
    },
    [chat, drafts, openFiles, closePanel],
  );
}

function isModelFile(file: File): boolean {
  return file.name.toLowerCase().endsWith('.gguf');
}

/** Settings come first: where one panel opens another, it must close, and give back the focus, before the other opens. */
function Panels() {
  const panel = useView((view) => view.panel);
  const closePanel = useView((view) => view.closePanel);
  return (
    <>
      <SettingsPanel isOpen={panel === 'settings'} onClose={closePanel} />
      <ModelPanel isOpen={panel === 'models'} onClose={closePanel} />
      <EmbedDialog isOpen={panel === 'embed'} onClose={closePanel} />
      <ShortcutSheet />
      <HostQuestion />
      <ServerQuestion />
      <DiskQuestion />
    </>
  );
}
