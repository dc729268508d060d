import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelInfo } from '../../engine/api.ts';
import type { ModelStatus } from '../state/model-store.ts';
import { useModel } from '../state/stores.tsx';
import { parameters, percent } from './quantities.ts';
import { ariaKeyShortcuts } from './shortcuts.ts';

interface ModelButtonProps {
  readonly isNarrow: boolean;
  onClick(): void;
}

/** Which model answers and how it stands with it; opens the panel of models. */
export function ModelButton({ isNarrow, onClick }: ModelButtonProps) {
  const { t } = useTranslation('layout');
  const status = useModel((state) => state.status);
  const isSlow = useModel((state) => state.device?.isFallback === true);
  return (
    <button
      type="button"
      className="model-button"
      aria-haspopup="dialog"
      aria-keyshortcuts={ariaKeyShortcuts('models')}
      data-state={status.kind}
      onClick={onClick}
    >
      <span className="model-dot" aria-hidden="true" />
      <span className="model-button-text">
        <strong>{useModelName(status)}</strong>
        {status.kind === 'ready' && (
          <span>
            {sizeOf(status.info)}
            {isSlow && !isNarrow && ` · ${t('header.model.slow')}`}
          </span>
        )}
      </span>
      <ChevronDown size={16} aria-hidden="true" />
    </button>
  );

  function sizeOf(info: ModelInfo): string {
    const size = { total: parameters(info.parameters), active: parameters(info.activeParameters) };
    return isNarrow ? t('header.model.shortSize', size) : t('header.model.size', size);
  }
}

function useModelName(status: ModelStatus): string {
  const { t } = useTranslation('layout');
  switch (status.kind) {
    case 'none':
      return t('header.model.none');
    case 'loading': {
      const { loadedBytes, totalBytes } = status.progress;
      if (totalBytes === 0) return t('header.model.loading');
      return t('header.model.loadingShare', { share: percent(Math.floor((loadedBytes / totalBytes) * 100) / 100) });
    }
    case 'ready':
      return status.info.name;
    case 'failed':
      return t('header.model.failed');
    default:
      return status satisfies never;
  }
}
