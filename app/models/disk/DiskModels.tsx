import { HardDrive, X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bytes } from '../../layout/quantities.ts';
import { useStores } from '../../state/stores.tsx';
import { useChooseModel } from '../use-choose-model.ts';

/** Files of this device that are opened where they lie: they take no room here, and can be opened again or forgotten. */
export function DiskModels({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation('models');
  const { disk } = useStores();
  const models = useStore(disk, (state) => state.models);
  const choose = useChooseModel();
  useEffect(() => void disk.getState().start(), [disk]);
  if (models.length === 0) return null;
  return (
    <section className="panel-section" aria-labelledby="disk-models">
      <h3 id="disk-models">{t('disk.title')}</h3>
      <p className="panel-note">{t('disk.note')}</p>
      <ul className="rows">
        {models.map(({ id, name, files }) => (
          <li className="row" key={id}>
            <div className="row-text">
              <strong>{name}</strong>
              <span className="row-numbers">
                <HardDrive size={14} aria-hidden="true" />
                {bytes(files.reduce((sum, { size }) => sum + size, 0))}
              </span>
            </div>
            <div className="row-actions">
              <button
                type="button"
                className="button"
                aria-label={t('disk.open', { name })}
                onClick={() => {
                  choose({ name, source: { kind: 'disk', id } });
                  onOpened();
                }}
              >
                {t('storage.open')}
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={t('disk.forget', { name })}
                data-tooltip={t('disk.forget', { name })}
                onClick={() => void disk.getState().forget(id)}
              >
                <X size={16} />
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
