import { useTranslation } from 'react-i18next';
import type { Cell } from '../map-geometry.ts';

interface NamedExpertsProps {
  readonly layers: readonly number[];
  readonly experts: number;
  readonly names: ReadonlyMap<number, string>;
  onAsk(cell: Cell): void;
}

/** Experts that have names, which the map marks by a turned-down corner. */
export function NamedExperts({ layers, experts, names, onAsk }: NamedExpertsProps) {
  const { t } = useTranslation('experts');
  if (names.size === 0) return null;
  return (
    <div className="token-experts" role="group" aria-label={t('named.label')}>
      <span aria-hidden="true">{t('named.label')}</span>
      {[...names].map(([cell, name]) => {
        const row = Math.floor(cell / experts);
        const expert = cell % experts;
        const place = { layer: layers[row] ?? 0, expert };
        return (
          <button
            key={cell}
            type="button"
            className="token-expert"
            aria-label={t('named.ask', { ...place, name })}
            onClick={() => onAsk({ row, expert })}
          >
            {name} <small>{t('ofWord.short', place)}</small>
          </button>
        );
      })}
    </div>
  );
}
