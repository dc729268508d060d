import './expert-card.css';
import { Volume2, VolumeX, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count, percent } from '../../layout/quantities.ts';
import { Segmented } from '../../settings/Segmented.tsx';
import type { Cell } from '../map-geometry.ts';
import type { RoutingRecord } from '../routing-record.ts';
import { timesChosen } from './expert-paint.ts';
import { ExpertName } from './ExpertName.tsx';
import { FavouriteWords } from './FavouriteWords.tsx';
import { type Scope, useSample } from './use-sample.ts';
import { useShippedSample } from './use-shipped-sample.ts';

interface ExpertCardProps {
  readonly record: RoutingRecord;
  /** Name of the model that answered. */
  readonly model: string;
  readonly cell: Cell;
  /** Null where experts cannot be steered. */
  readonly onSteer: ((how: 'mute' | 'boost') => void) | null;
  onClose(): void;
}

/** An expert that was asked for: its words, its name, and what can be done with it. */
export default function ExpertCard({ record, model, cell, onSteer, onClose }: ExpertCardProps) {
  const { t } = useTranslation(['experts', 'layout']);
  const [wanted, setScope] = useState<Scope>('conversation');
  const shipped = useShippedSample(record);
  const scope = wanted === 'shipped' && shipped === null ? 'conversation' : wanted;
  const sample = useSample(record, model, cell, scope, shipped);
  const layer = record.layers[cell.row] ?? 0;
  const times = timesChosen(record, cell.row, cell.expert);
  const title = t('card.title', { layer, expert: cell.expert });

  return (
    <section className="expert-card" aria-label={title}>
      <header className="expert-card-head">
        <h2>{title}</h2>
        {record.file !== undefined && (
          <ExpertName key={`${layer}:${cell.expert}`} file={record.file} layer={layer} expert={cell.expert} />
        )}
        <button
          type="button"
          className="icon-button"
          aria-label={t('card.close')}
          data-tooltip={t('card.close')}
          onClick={onClose}
        >
          <X size={18} />
        </button>
      </header>
      <p className="expert-card-facts">
        {t('card.here', {
          count: times,
          formatted: count(times),
          all: count(record.count),
          percent: percent(times / record.count),
          chance: percent(record.used / record.experts),
        })}
      </p>
      <div className="expert-card-scopes">
        <span aria-hidden="true">{t('words.title')}</span>
        <Segmented<Scope>
          label={t('words.title')}
          value={scope}
          options={[
            { value: 'conversation', label: t('scope.conversation') },
            { value: 'all', label: t('scope.all') },
            ...(shipped === null ? [] : [{ value: 'shipped' as const, label: t('scope.shipped') }]),
          ]}
          onChange={setScope}
        />
      </div>
      <FavouriteWords state={sample} />
      {onSteer !== null && (
        <div className="expert-card-actions">
          <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => onSteer('mute')}>
            <VolumeX size={16} aria-hidden="true" />
            {t('card.mute')}
          </button>
          <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => onSteer('boost')}>
            <Volume2 size={16} aria-hidden="true" />
            {t('card.boost')}
          </button>
        </div>
      )}
    </section>
  );
}
