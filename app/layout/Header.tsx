import './header.css';
import { Download, PanelLeft, SlidersHorizontal, SquarePen, WifiOff } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DownloadIndicator } from '../models/DownloadIndicator.tsx';
import { ModelButton } from '../models/ModelButton.tsx';
import { installStore } from '../pwa/install-store.ts';
import { useOnline } from '../pwa/use-online.ts';
import { useChat } from '../state/stores.tsx';
import { HeaderTitle } from './HeaderTitle.tsx';
import { ariaKeyShortcuts } from './shortcuts.ts';
import { TemporaryButton } from './TemporaryButton.tsx';

interface HeaderProps {
  readonly isNarrow: boolean;
  readonly isSidebarShown: boolean;
  readonly sidebarButton: RefObject<HTMLButtonElement | null>;
  onToggleSidebar(): void;
  onOpenModel(): void;
  onOpenSettings(): void;
  onNewChat(): void;
}

export function Header(props: HeaderProps) {
  const { isNarrow, isSidebarShown, sidebarButton, onToggleSidebar, onOpenModel, onOpenSettings, onNewChat } = props;
  const { t } = useTranslation('layout');
  const isEmpty = useChat((state) => state.path.length === 0);
  const sidebarLabel = t(isSidebarShown ? 'header.hideConversations' : 'header.showConversations');
  return (
    <header className="header">
      <button
        ref={sidebarButton}
        type="button"
        className="icon-button"
        aria-label={sidebarLabel}
        data-tooltip={sidebarLabel}
        aria-expanded={isSidebarShown}
        aria-keyshortcuts={ariaKeyShortcuts('toggleSidebar')}
        onClick={onToggleSidebar}
      >
        <PanelLeft size={20} />
      </button>
      <ModelButton isNarrow={isNarrow} onOpenPanel={onOpenModel} />
      <HeaderTitle isNarrow={isNarrow} />
      <DownloadIndicator onOpenPanel={onOpenModel} />
      <Offline />
      <Install isNarrow={isNarrow} />
      <button
        type="button"
        className="icon-button"
        aria-label={t('header.settings')}
        data-tooltip={t('header.settings')}
        aria-keyshortcuts={ariaKeyShortcuts('settings')}
        onClick={onOpenSettings}
      >
        <SlidersHorizontal size={20} />
      </button>
      {isEmpty && <TemporaryButton />}
      {(isNarrow ? !isEmpty : !isSidebarShown) && (
        <button
          type="button"
          className="icon-button"
          aria-label={t('header.newChat')}
          data-tooltip={t('header.newChat')}
          aria-keyshortcuts={ariaKeyShortcuts('newChat')}
          onClick={onNewChat}
        >
          <SquarePen size={20} />
        </button>
      )}
    </header>
  );
}

function Offline() {
  const { t } = useTranslation('layout');
  const isOnline = useOnline();
  return (
    <span className="header-status" role="status">
      {!isOnline && (
        <span data-tooltip={t('header.offlineHint')}>
          <WifiOff size={16} aria-hidden="true" />
          {t('header.offline')}
        </span>
      )}
    </span>
  );
}

function Install({ isNarrow }: { readonly isNarrow: boolean }) {
  const { t } = useTranslation('layout');
  const install = useStore(installStore, (state) => state.install);
  if (install === null) return null;
  return (
    <button
      type="button"
      className={isNarrow ? 'icon-button' : 'text-button'}
      aria-label={isNarrow ? t('header.install') : undefined}
      data-tooltip={t('header.installHint')}
      onClick={() => void install()}
    >
      <Download size={isNarrow ? 20 : 16} aria-hidden="true" />
      {!isNarrow && t('header.install')}
    </button>
  );
}
