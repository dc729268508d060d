import './preview-card.css';
import { RotateCcw, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelPreview, ModelSource } from '../../engine/api.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { bytes, count, parameters } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import { FactList } from '../layout/FactList.tsx';
import { ContextSelect } from './ContextSelect.tsx';
import { MemoryBar } from './MemoryBar.tsx';
import { modelKey } from './model-key.ts';
import { tokens } from './model-words.ts';
import { PreviewActions } from './PreviewActions.tsx';
import { useSpeedHere } from './speed/use-speed-here.ts';
import { usePreview } from './use-preview.ts';
import { Verdict } from './Verdict.tsx';

interface PreviewCardProps {
  /** Must keep its identity while the card stands. */
  readonly source: ModelSource;
  /** What it is called until the file has told its name. */
  readonly name: string;
  /** Below the heading of what it stands in. */
  readonly heading?: 'h3' | 'h4';
  onOpened(): void;
}

/** What the header of a file tells before anything else of it is downloaded, and what can be done with the model. */
export function PreviewCard({ source, name, heading: Heading = 'h4', onOpened }: PreviewCardProps) {
  const { t } = useTranslation('models');
  const { preferences } = useStores();
  const key = modelKey(source);
  const context = useStore(preferences, ({ contextLengths }) => contextLengths.get(key) ?? null);
  const { state, retry } = usePreview(source, context);
  const titleId = useId();
  const preview = state.kind === 'read' ? state.preview : state.kind === 'reading' ? state.previous : null;

  function setContext(length: number | null): void {
    preferences.getState().setContextLength(key, length);
    if (preview !== null && preview.id !== key) preferences.getState().setContextLength(preview.id, length);
  }

  return (
    <section className="preview" aria-labelledby={titleId} aria-busy={state.kind === 'reading'}>
      <Heading id={titleId}>{preview?.name ?? name}</Heading>
      {state.kind === 'failed' && (
        <div className="alert" role="alert">
          <TriangleAlert size={18} aria-hidden="true" />
          <div>
            <p>{state.error.message}</p>
            {state.error.detail !== undefined && <ErrorDetail detail={state.error.detail} />}
            <button type="button" className="button" onClick={retry}>
              <RotateCcw size={16} /> {t('preview.retry')}
            </button>
          </div>
        </div>
      )}
      {state.kind === 'reading' && preview === null && (
        <p className="preview-reading" role="status">
          <span className="spinner" aria-hidden="true" />
          {t('preview.reading')}
        </p>
      )}
      {preview !== null && (
        <>
          <PreviewFacts preview={preview} />
          <ContextSelect
            label={t('preview.context')}
            hint={t('preview.contextHint')}
            value={context}
            longest={preview.trainedContextLength}
            onChange={setContext}
          />
          {preview.memory !== null && <MemoryBar memory={preview.memory} />}
          <Verdict verdict={preview.verdict} onTakeContext={setContext} />
          {!preview.hasChatTemplate && <p className="panel-note">{t('preview.noTemplate')}</p>}
          <PreviewActions preview={preview} source={source} onOpened={onOpened} />
        </>
      )}
    </section>
  );
}

function PreviewFacts({ preview }: { readonly preview: ModelPreview }) {
  const { t } = useTranslation('models');
  const { experts, expertsUsed } = preview;
  const isMixture = experts > 0;
  const speed = useSpeedHere({ cost: preview.decode });
  const facts: readonly (readonly [string, string])[] = [
    [
      t('preview.parameters'),
      isMixture
        ? `${parameters(preview.parameters)}, ${t('preview.active', { size: parameters(preview.activeParameters) })}`
        : parameters(preview.parameters),
    ],
    [
      t('preview.experts'),
      isMixture ? t('preview.expertsUsed', { used: count(expertsUsed), total: count(experts) }) : t('preview.dense'),
    ],
    [t('preview.quantization'), preview.quantization],
    [t('preview.file'), t('preview.parts', { count: preview.parts, size: bytes(preview.fileBytes) })],
    [t('preview.perToken'), bytes(preview.bytesPerToken)],
    ...(speed === null ? [] : [[t('speed.label'), speed] as const]),
    [t('preview.trained'), tokens(preview.trainedContextLength)],
    [t('preview.license'), preview.license ?? t('preview.licenseUnknown')],
    [t('preview.architecture'), preview.architecture],
  ];
  return <FactList facts={facts} className="facts" />;
}
