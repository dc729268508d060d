import './model-button.css';
import * as Menu from '@radix-ui/react-dropdown-menu';
import { Check, ChevronDown, Info, LayoutGrid } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bytes } from '../layout/quantities.ts';
import type { ModelChoice } from '../state/conversation.ts';
import { choiceOf, isSameChoice } from '../state/model-choice.ts';
import { useChat, useModel, useStores } from '../state/stores.tsx';
import { isBundledUrl } from './bundled.ts';
import { shortSize, sizeInWords } from './model-words.ts';
import type { PanelTab } from './panel-store.ts';
import { storedChoice, useChooseModel } from './use-choose-model.ts';

interface ModelButtonProps {
  readonly isNarrow: boolean;
  onOpenPanel(): void;
}

/** Names the model of the open conversation; its menu holds the models that are here, and the way to more. */
export function ModelButton({ isNarrow, onOpenPanel }: ModelButtonProps) {
  const { t } = useTranslation('models');
  const { downloads, panel } = useStores();
  const name = useModelName();

  function openPanel(tab: PanelTab): void {
    panel.getState().show(tab);
    onOpenPanel();
  }

  return (
    <Menu.Root
      onOpenChange={(isOpen) => {
        if (isOpen) void downloads.getState().refresh();
      }}
    >
      <Menu.Trigger asChild>
        <button type="button" className="model-button" title={t('button.menu', { name })}>
          <ModelButtonText isNarrow={isNarrow} name={name} />
          <ChevronDown size={16} aria-hidden="true" />
        </button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          <Menu.Label className="menu-label">{t('menu.label')}</Menu.Label>
          <ModelChoices />
          <Menu.Separator className="menu-separator" />
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

function ModelButtonText({ isNarrow, name }: { readonly isNarrow: boolean; readonly name: string }) {
  const { t } = useTranslation('models');
  const isSlow = useModel((state) => state.device?.isFallback === true);
  const info = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  const choice = useChat((state) => state.current?.model ?? null);
  const loaded = useLoadedChoice();
  const isOther = choice !== null && loaded !== null && !isSameChoice(choice, loaded);
  return (
    <span className="model-button-text">
      <strong>{name}</strong>
      {isOther && (
        <span>
          {t('button.other', { name: loaded.name })} · {t('button.willLoad')}
        </span>
      )}
      {!isOther && info !== null && (
        <span>
          {isNarrow ? shortSize(info) : sizeInWords(info)}
          {isSlow && !isNarrow && ` · ${t('button.slow')}`}
        </span>
      )}
    </span>
  );
}

/** Of the open conversation; else of what is loaded. */
function useModelName(): string {
  const { t } = useTranslation('models');
  const status = useModel((state) => state.status);
  const choice = useChat((state) => state.current?.model ?? null);
  if (status.kind === 'loading') return t('button.loading');
  if (choice !== null) return choice.name;
  return status.kind === 'ready' ? status.info.name : t('button.none');
}

function useLoadedChoice(): ModelChoice | null {
  const status = useModel((state) => state.status);
  const bundled = useModel((state) => state.bundled);
  return status.kind === 'ready' ? choiceOf(status.source, status.info, bundled) : null;
}

/** The bundled model, and those that are stored whole. */
function ModelChoices() {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const bundled = useModel((state) => state.bundled);
  const storage = useStore(downloads, (state) => state.storage);
  const loaded = useLoadedChoice();
  const current = useChat((state) => state.current?.model ?? null) ?? loaded;
  const choose = useChooseModel();
  const stored =
    storage.kind === 'read' ? storage.report.models.filter(({ complete, url }) => complete && !(url !== null && isBundledUrl(bundled, url))) : [];

  const choices = [
    ...(bundled === null
      ? []
      : [{ choice: bundledChoice(bundled.name), hint: `${bytes(bundled.bytes)} · ${t('menu.bundled')}` }]),
    ...stored.map((model) => ({ choice: storedChoice(model), hint: bytes(model.totalBytes) })),
  ];
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
        <span className="menu-check">
          <Menu.ItemIndicator>
            <Check size={16} aria-hidden="true" />
          </Menu.ItemIndicator>
        </span>
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

function bundledChoice(name: string): ModelChoice {
  return { name, source: { kind: 'bundled' } };
}
