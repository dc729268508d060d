import '../layout/menu.css';
import * as Menu from '@radix-ui/react-dropdown-menu';
import { ChevronDown, Info, LayoutGrid } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { MenuCheck } from '../layout/MenuCheck.tsx';
import { percent } from '../layout/quantities.ts';
import { ariaKeyShortcuts } from '../layout/shortcuts.ts';
import { useDialogFromMenu } from '../layout/use-dialog-from-menu.ts';
import { ServerChoices } from '../server/ServerChoices.tsx';
import { useServer } from '../server/use-server.ts';
import { isSameChoice } from '../state/model-choice.ts';
import { useChat, useModel, useStores } from '../state/stores.tsx';
import { shortSize, sizeInWords } from './model-words.ts';
import type { PanelTab } from './panel-store.ts';
import { useChooseModel } from './use-choose-model.ts';
import { useLoadedChoice, useModelsHere } from './use-models-here.ts';

interface ModelButtonProps {
  readonly isNarrow: boolean;
  onOpenPanel(): void;
}

/** Which model answers and how it stands with it; its menu holds the models that are here, and the way to more. */
export function ModelButton({ isNarrow, onOpenPanel }: ModelButtonProps) {
  const { t } = useTranslation('models');
  const { downloads, panel, disk } = useStores();
  const loaded = useModel(({ status }) => status.kind);
  const state = useServer() === null ? loaded : 'server';
  const choose = useChooseModel();

  const { trigger, onCloseAutoFocus, afterMenu } = useDialogFromMenu();

  function openPanel(tab: PanelTab): void {
    afterMenu(() => {
      panel.getState().show(tab);
      onOpenPanel();
    });
  }

  return (
    <Menu.Root
      modal={false} // a modal one writes a style element, which the content security policy forbids
      onOpenChange={(isOpen) => {
        if (isOpen) void downloads.getState().refresh();
        if (isOpen) void disk.getState().start();
      }}
    >
      <Menu.Trigger asChild>
        <button
          ref={trigger}
          type="button"
          className="model-button"
          aria-keyshortcuts={ariaKeyShortcuts('models')}
          data-model={state}
        >
          <span className="model-dot" aria-hidden="true" />
          <ModelButtonText isNarrow={isNarrow} />
          <ChevronDown size={16} aria-hidden="true" />
        </button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content
          className="menu"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={onCloseAutoFocus}
        >
          <Menu.Label className="menu-label">{t('menu.label')}</Menu.Label>
          <ModelChoices />
          <Menu.Separator className="menu-separator" />
          <ServerChoices onChoose={choose} onOpenTab={() => openPanel('server')} />
          <Menu.Item className="menu-item" onSelect={() => openPanel('current')}>
            <Info size={16} aria-hidden="true" />
            {t('menu.about')}
          </Menu.Item>
          <Menu.Item className="menu-item" onSelect={() => openPanel('catalogue')}>
            <LayoutGrid size={16} aria-hidden="true" />
            {t('menu.more')}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** The conversation's model, and what it says of itself, or that another is loaded. */
function ModelButtonText({ isNarrow }: { readonly isNarrow: boolean }) {
  const { t } = useTranslation(['models', 'layout', 'server']);
  const isSlow = useModel((state) => state.device?.isFallback === true);
  const info = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  const choice = useChat((state) => state.current?.model ?? null);
  const loaded = useLoadedChoice();
  const isOther = choice !== null && loaded !== null && !isSameChoice(choice, loaded);
  const name = useStateInWords();
  const server = useServer();
  if (server !== null) {
    return (
      <span className="model-button-text">
        <strong>{server.choice.name}</strong>
        <span>{t('server:menu.on', { host: server.host })}</span>
      </span>
    );
  }
  return (
    <span className="model-button-text">
      <strong>{isOther ? choice.name : name}</strong>
      {isOther && <span>{isNarrow ? t('button.willLoad') : t('button.other', { name: loaded.name })}</span>}
      {!isOther && info !== null && (
        <span>
          {isNarrow ? shortSize(info) : sizeInWords(info)}
          {isSlow && !isNarrow && ` · ${t('layout:header.model.slow')}`}
        </span>
      )}
    </span>
  );
}

function useStateInWords(): string {
  const { t } = useTranslation('layout');
  const status = useModel((state) => state.status);
  const isSilent = useModel((state) => state.silence !== null);
  if (isSilent) return t('header.model.silent');
  switch (status.kind) {
    case 'none':
      return t('header.model.none');
    case 'loading': {
      const { share, totalBytes } = status.progress;
      if (totalBytes === 0) return t('header.model.loading');
      return t('header.model.loadingShare', { share: percent(Math.floor(share * 100) / 100) });
    }
    case 'ready':
      return status.info.name;
    case 'failed':
      return t('header.model.failed');
    default:
      return status satisfies never;
  }
}

/** The models that are here. */
function ModelChoices() {
  const { t } = useTranslation('models');
  const loaded = useLoadedChoice();
  const server = useServer();
  const own = useChat((state) => state.current?.model ?? null);
  const current = server === null ? (own ?? loaded) : server.choice;
  const choose = useChooseModel();
  const choices = useModelsHere();
  return choices.map(({ choice, hint }) => {
    const isCurrent = current !== null && isSameChoice(choice, current);
    const isLoaded = loaded !== null && isSameChoice(choice, loaded);
    return (
      <Menu.CheckboxItem
        key={JSON.stringify(choice.source)}
        className="menu-item"
        checked={isCurrent}
        onSelect={() => choose(choice)}
      >
        <MenuCheck />
        <span className="menu-text">
          {isLoaded && loaded !== null ? loaded.name : choice.name}
          <span>
            {hint}
            {isLoaded && ` · ${t('menu.loaded')}`}
          </span>
        </span>
      </Menu.CheckboxItem>
    );
  });
}
