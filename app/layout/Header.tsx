import './header.css';
import { ChevronDown, PanelLeft, SlidersHorizontal, SquarePen } from 'lucide-react';
import type { RefObject } from 'react';
import { shortSize, sizeInWords } from '../models/ModelFacts.tsx';
import { useChat, useModel } from '../state/stores.tsx';

interface HeaderProps {
  readonly isNarrow: boolean;
  readonly drawerButton: RefObject<HTMLButtonElement | null>;
  onOpenDrawer(): void;
  onOpenModel(): void;
  onOpenSettings(): void;
  onNewChat(): void;
}

export function Header({ isNarrow, drawerButton, onOpenDrawer, onOpenModel, onOpenSettings, onNewChat }: HeaderProps) {
  const title = useChat((state) => state.current?.title);
  return (
    <header className="header">
      {isNarrow && (
        <button
          ref={drawerButton}
          type="button"
          className="icon-button"
          aria-label="Show conversations"
          onClick={onOpenDrawer}
        >
          <PanelLeft size={20} />
        </button>
      )}
      <h1 className="visually-hidden">{title ?? 'Mixtab'}</h1>
      <ModelButton isNarrow={isNarrow} onClick={onOpenModel} />
      <span className="header-space" />
      <button type="button" className="icon-button" aria-label="Settings" title="Settings" onClick={onOpenSettings}>
        <SlidersHorizontal size={20} />
      </button>
      {isNarrow && (
        <button type="button" className="icon-button" aria-label="New chat" onClick={onNewChat}>
          <SquarePen size={20} />
        </button>
      )}
    </header>
  );
}

function ModelButton({ isNarrow, onClick }: { readonly isNarrow: boolean; onClick(): void }) {
  const status = useModel((state) => state.status);
  const isSlow = useModel((state) => state.device?.isFallback === true);
  const info = status.kind === 'ready' ? status.info : null;
  return (
    <button type="button" className="model-button" aria-haspopup="dialog" onClick={onClick}>
      <span className="model-button-text">
        <strong>{info?.name ?? (status.kind === 'loading' ? 'Loading…' : 'No model')}</strong>
        {info !== null && (
          <span>
            {isNarrow ? shortSize(info) : sizeInWords(info)}
            {isSlow && !isNarrow && ' · software adapter: slow'}
          </span>
        )}
      </span>
      <ChevronDown size={16} aria-hidden="true" />
    </button>
  );
}
