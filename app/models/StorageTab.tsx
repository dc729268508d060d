import './storage.css';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useModel, useStores } from '../state/stores.tsx';
import { DiskModels } from './disk/DiskModels.tsx';
import { NotifyControl } from '../pwa/NotifyControl.tsx';
import { DownloadRow } from './DownloadRow.tsx';
import { SpaceBar } from './SpaceBar.tsx';
import { StoredModelRow } from './StoredModelRow.tsx';

/** Downloads, what the browser keeps of models, how much room there is, and whether it will stay. */
export function StorageTab({ onOpened }: { onOpened(): void }) {
  const { downloads } = useStores();
  const status = useModel(({ status }) => status.kind);
  useEffect(() => void downloads.getState().refresh(), [downloads, status]);
  return (
    <>
      <Downloads onOpened={onOpened} />
      <StoredModels onOpened={onOpened} />
      <DiskModels onOpened={onOpened} />
      <SpaceBar />
      <Persistence />
    </>
  );
}

function Downloads({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation('models');
  const { downloads, panel } = useStores();
  const list = useStore(downloads, (state) => state.downloads);
  const isRunning = list.some(({ status }) => status.kind === 'running' || status.kind === 'queued');
  return (
    <section className="panel-section" aria-labelledby="downloads">
      <h3 id="downloads">{t('downloads.title')}</h3>
      {list.length === 0 ? (
        <div className="empty-note">
          <p>{t('downloads.none')}</p>
          <button type="button" className="button" onClick={() => panel.getState().show('catalogue')}>
            {t('downloads.toCatalogue')}
          </button>
        </div>
      ) : (
        <ul className="rows">
          {list.map((download) => (
            <DownloadRow key={download.id} download={download} onOpened={onOpened} />
          ))}
        </ul>
      )}
      {isRunning && (
        <>
          <p className="panel-note">{t('downloads.keepsGoing')}</p>
          <NotifyControl />
        </>
      )}
    </section>
  );
}

function StoredModels({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const storage = useStore(downloads, (state) => state.storage);
  const list = useStore(downloads, (state) => state.downloads);
  // What is being downloaded is listed above.
  const models =
    storage.kind === 'read'
      ? storage.report.models.filter(
          ({ id, complete }) =>
            complete || !list.some((download) => download.id === id && download.status.kind !== 'done'),
        )
      : [];
  return (
    <section className="panel-section" aria-labelledby="stored-models">
      <h3 id="stored-models">{t('storage.title')}</h3>
      {storage.kind === 'reading' && <p className="panel-note">{t('storage.reading')}</p>}
      {storage.kind === 'failed' && (
        <p className="field-problem" role="alert">
          {storage.error.message}
        </p>
      )}
      {storage.kind === 'read' && models.length === 0 && <p className="empty-note">{t('storage.none')}</p>}
      <ul className="rows">
        {models.map((model) => (
          <StoredModelRow key={model.id} model={model} onOpened={onOpened} />
        ))}
      </ul>
    </section>
  );
}

function Persistence() {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const persistence = useStore(downloads, (state) => state.persistence);
  if (persistence === 'unknown') return null;
  return (
    <section className="panel-section" aria-labelledby="persistence">
      <h3 id="persistence">{t('storage.persistence')}</h3>
      <p className="panel-note" role="status">
        {t(`storage.${persistence}`)}
      </p>
      {persistence !== 'granted' && (
        <button type="button" className="button" onClick={() => void downloads.getState().askPersistence()}>
          {t('storage.ask')}
        </button>
      )}
    </section>
  );
}
