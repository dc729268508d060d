import { ShieldCheck, Trash2, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoredModel } from '../../engine/api.ts';
import { timeAgo } from '../layout/dates.ts';
import { bytes, percent } from '../layout/quantities.ts';
import { useModel, useStores } from '../state/stores.tsx';
import { canOpen, storedChoice, useChooseModel } from './use-choose-model.ts';

interface StoredModelRowProps {
  readonly model: StoredModel;
  onOpened(): void;
}

/** A stored model: what it takes, where it is from, when it was used; to open and to delete. */
export function StoredModelRow({ model, onOpened }: StoredModelRowProps) {
  const { t } = useTranslation('models');
  const [asks, setAsks] = useState(false);
  const { name, url, lostBytes = 0 } = model;
  return (
    <li className="row">
      <div className="row-text">
        <strong>{name}</strong>
        <StoredFacts model={model} />
      </div>
      {asks ? (
        <Confirmation model={model} onKeep={() => setAsks(false)} />
      ) : (
        <div className="row-actions">
          <OpenStored model={model} onOpened={onOpened} />
          <button
            type="button"
            className="icon-button"
            aria-label={t('storage.deleteModel', { name })}
            onClick={() => setAsks(true)}
          >
            <Trash2 size={16} />
          </button>
        </div>
      )}
      {lostBytes > 0 && (
        <p className="row-warning">
          <TriangleAlert size={14} aria-hidden="true" />
          {url === null
            ? t('storage.lostLocal', { size: bytes(lostBytes) })
            : t('storage.lost', { size: bytes(lostBytes) })}
        </p>
      )}
    </li>
  );
}

function StoredFacts({ model }: StoredFactsProps) {
  const { t } = useTranslation('models');
  const isLoaded = useIsLoaded(model);
  const { complete, storedBytes, totalBytes, url, lastUsed, verified } = model;
  const facts = [
    complete
      ? bytes(totalBytes)
      : t('storage.partial', {
          part: bytes(storedBytes),
          total: bytes(totalBytes),
          percent: percent(storedBytes / totalBytes),
        }),
    isLoaded ? t('storage.loaded') : null,
    lastUsed > 0 ? t('storage.lastUsed', { ago: timeAgo(lastUsed) }) : t('storage.neverUsed'),
    url === null ? t('storage.local') : t('storage.from', { host: new URL(url).host }),
  ];
  return (
    <>
      <span className="row-numbers">{facts.filter((fact) => fact !== null).join(' · ')}</span>
      {verified && (
        <span className="row-numbers row-mark">
          <ShieldCheck size={14} aria-hidden="true" /> {t('storage.verified')}
        </span>
      )}
    </>
  );
}

interface StoredFactsProps {
  readonly model: StoredModel;
}

function OpenStored({ model, onOpened }: StoredModelRowProps) {
  const { t } = useTranslation('models');
  const choose = useChooseModel();
  const isLoaded = useIsLoaded(model);
  const { name, url } = model;
  // What is missing of a model that came from a file cannot be fetched.
  if (isLoaded || (url === null && !model.complete)) return null;
  const isWhole = canOpen(model);
  return (
    <button
      type="button"
      className="button"
      aria-label={isWhole ? t('storage.openModel', { name }) : t('storage.resumeModel', { name })}
      onClick={() => {
        choose(storedChoice(model));
        onOpened();
      }}
    >
      {isWhole ? t('storage.open') : t('storage.resume')}
    </button>
  );
}

function useIsLoaded({ id }: StoredModel): boolean {
  return useModel(({ status }) => status.kind === 'ready' && status.info.id === id);
}

function Confirmation({ model, onKeep }: { readonly model: StoredModel; onKeep(): void }) {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const keep = useRef<HTMLButtonElement>(null);
  // The button that asked is gone: the focus goes to the safe answer.
  useEffect(() => keep.current?.focus(), []);
  const words = { name: model.name, size: bytes(model.storedBytes) };
  return (
    <div className="row-confirm" role="group" aria-label={t('storage.deleteModel', { name: model.name })}>
      <p>{model.url === null ? t('storage.sureLocal', words) : t('storage.sure', words)}</p>
      <div className="row-actions">
        <button
          type="button"
          className="button button-danger"
          onClick={() => void downloads.getState().deleteModel(model.id)}
        >
          {t('storage.delete')}
        </button>
        <button type="button" className="button" ref={keep} onClick={onKeep}>
          {t('storage.keep')}
        </button>
      </div>
    </div>
  );
}
