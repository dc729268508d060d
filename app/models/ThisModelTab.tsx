import './storage.css';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelInfo } from '../../engine/api.ts';
import { bytes, count, percent, parameters } from '../layout/quantities.ts';
import { useModel, useStores } from '../state/stores.tsx';
import { FactList } from '../layout/FactList.tsx';
import { ContextSelect } from './ContextSelect.tsx';
import { DeviceLine } from './DeviceLine.tsx';
import { MemoryBar } from './MemoryBar.tsx';
import { modelKey } from './model-key.ts';
import { sizeInWords, tokens } from './model-words.ts';
import { useMemory } from './use-memory.ts';
import { useOpenModel } from './use-open-model.ts';

/** The loaded model: what it is, and what it takes. */
export function ThisModelTab({ onOpened }: { onOpened(): void }) {
  const info = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  return (
    <>
      {info === null ? <NoModel /> : <Facts info={info} />}
      <BackToBundled onOpened={onOpened} />
      <DeviceLine />
    </>
  );
}

function NoModel() {
  const { t } = useTranslation('models');
  const { panel } = useStores();
  return (
    <div className="empty-note">
      <p>{t('current.none')}</p>
      <button type="button" className="button" onClick={() => panel.getState().show('catalogue')}>
        {t('current.seeCatalogue')}
      </button>
    </div>
  );
}

function Facts({ info }: { readonly info: ModelInfo }) {
  const { t } = useTranslation('models');
  const memory = useMemory();
  const { contextLength, trainedContextLength } = info;
  const facts: readonly (readonly [string, string])[] = [
    [t('preview.architecture'), info.architecture],
    [
      t('preview.experts'),
      t('current.experts', {
        used: count(info.expertsUsed),
        total: count(info.experts),
        moe: count(info.moeLayers.length),
        layers: count(info.layers),
      }),
    ],
    [t('preview.quantization'), info.quantization],
    [t('current.context'), t('current.contextOf', { now: count(contextLength), longest: count(trainedContextLength) })],
    [t('current.vocabulary'), tokens(info.vocabularySize)],
    [t('preview.file'), bytes(info.fileBytes)],
    [t('preview.license'), info.license ?? t('preview.licenseUnknown')],
  ];
  return (
    <section className="panel-section" aria-label={t('current.label')}>
      <p className="model-name">
        <strong>{info.name}</strong>
        <span>{sizeInWords(info)}</span>
      </p>
      <FactList facts={facts} className="facts" />
      <ActiveShare info={info} />
      {memory !== null && <MemoryBar memory={memory} />}
      <Context info={info} />
      {!info.hasChatTemplate && <p className="panel-note">{t('preview.noTemplate')}</p>}
    </section>
  );
}

/** What makes a Mixture of Experts worth it: how little of it works on a token. */
function ActiveShare({ info }: { readonly info: ModelInfo }) {
  const { t } = useTranslation('models');
  const share = info.activeParameters / info.parameters;
  return (
    <figure className="memory active-share">
      <figcaption>{t('current.activeTitle')}</figcaption>
      <div className="memory-bar" aria-hidden="true">
        <span data-share="active" style={{ flexGrow: share }} />
        <span data-share="idle" style={{ flexGrow: 1 - share }} />
      </div>
      <p className="panel-note">
        {t('current.activeLine', {
          active: parameters(info.activeParameters),
          total: parameters(info.parameters),
          percent: percent(share),
          bytes: bytes(info.bytesPerToken),
        })}
      </p>
    </figure>
  );
}

function Context({ info }: { readonly info: ModelInfo }) {
  const { t } = useTranslation('models');
  const { preferences } = useStores();
  const { reload } = useOpenModel();
  const key = useModel(({ status }) => (status.kind === 'none' ? info.id : modelKey(status.source)));
  const chosen = useStore(preferences, ({ contextLengths }) => contextLengths.get(key) ?? null);
  return (
    <ContextSelect
      label={t('current.chooseContext')}
      hint={t('current.chooseContextHint')}
      value={chosen}
      longest={info.trainedContextLength}
      onChange={(length) => {
        // A model from a file comes back by its key in the store after a reload.
        for (const id of new Set([key, info.id])) preferences.getState().setContextLength(id, length);
        reload();
      }}
    />
  );
}

function BackToBundled({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation('models');
  const { openBundled } = useOpenModel();
  const bundled = useModel((state) => state.bundled);
  const isBundled = useModel(
    ({ status }) => status.kind !== 'none' && status.source.kind === 'url' && status.source.url === bundled?.url,
  );
  if (bundled === null || isBundled) return null;
  return (
    <div className="panel-section">
      <button
        type="button"
        className="button"
        onClick={() => {
          openBundled();
          onOpened();
        }}
      >
        {t('current.useBundled')}
      </button>
    </div>
  );
}
