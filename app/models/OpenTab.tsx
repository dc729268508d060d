import { FileUp } from 'lucide-react';
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelSource } from '../../engine/api.ts';
import { useStores } from '../state/stores.tsx';
import { canPickFiles, pickModelFiles } from './disk/pick-files.ts';
import { fileNameOfUrl } from './model-name.ts';
import { type ModelReference, parseReference } from './model-reference.ts';
import { PreviewCard } from './PreviewCard.tsx';
import { RepoFiles } from './RepoFiles.tsx';
import { leaveToInputMethod } from '../layout/input-method.ts';

/** What was asked for last, by address or by files. */
type Asked =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'repo'; readonly reference: Extract<ModelReference, { kind: 'repo' }> }
  | { readonly kind: 'source'; readonly source: ModelSource; readonly name: string };

/** Any model: from the hub, from another server, from this device. */
export function OpenTab({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation('models');
  const { panel, disk } = useStores();
  const address = useStore(panel, (state) => state.address);
  const lookUps = useStore(panel, (state) => state.lookUps);
  const [asked, setAsked] = useState<Asked>({ kind: 'nothing' });
  const [problem, setProblem] = useState<string | null>(null);

  const lookUp = useCallback(
    (text: string): void => {
      const reference = parseReference(text);
      switch (reference.kind) {
        case 'invalid':
          setProblem(t(`open.problems.${reference.problem}`));
          setAsked({ kind: 'nothing' });
          return;
        case 'repo':
          setProblem(null);
          setAsked({ kind: 'repo', reference });
          return;
        case 'file':
          setProblem(null);
          setAsked({ kind: 'source', source: { kind: 'url', url: reference.url }, name: fileNameOfUrl(reference.url) });
          return;
        default:
          reference satisfies never;
      }
    },
    [t],
  );

  /** Files that the browser finds again need no copy. */
  async function pickFiles(): Promise<void> {
    try {
      const handles = await pickModelFiles();
      if (handles === null) return;
      const models = handles.filter(({ name }) => /\.gguf$/i.test(name));
      const source = models.length === 0 ? null : await disk.getState().add(models);
      setProblem(source === null ? t('open.problems.no-gguf') : null);
      setAsked(source === null ? { kind: 'nothing' } : { kind: 'source', source, name: models[0]?.name ?? '' });
    } catch {
      setProblem(t('disk.notRead'));
    }
  }

  function takeFiles(files: readonly File[]): void {
    const models = files.filter(({ name }) => /\.gguf$/i.test(name));
    const [first] = models;
    if (first === undefined) {
      setProblem(t('open.problems.no-gguf'));
      setAsked({ kind: 'nothing' });
      return;
    }
    setProblem(null);
    setAsked({ kind: 'source', source: { kind: 'file', files: models }, name: first.name });
  }

  // The catalogue asked for this.
  useEffect(() => {
    if (lookUps > 0) lookUp(panel.getState().address);
  }, [lookUps, lookUp, panel]);

  return (
    <>
      <p className="panel-note">{t('open.intro')}</p>
      <form
        className="field-row"
        onKeyDown={leaveToInputMethod}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          lookUp(address);
        }}
      >
        <label className="field">
          <span>{t('open.address')}</span>
          <input
            type="text"
            dir="auto"
            inputMode="url"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            placeholder={t('open.placeholder')}
            value={address}
            aria-describedby="open-hint"
            aria-invalid={problem !== null}
            onChange={(event) => panel.getState().setAddress(event.target.value)}
          />
        </label>
        <button type="submit" className="button button-primary">
          {t('open.lookUp')}
        </button>
      </form>
      <p className="panel-note" id="open-hint">
        {t('open.hint')}
      </p>
      <label className="file-field">
        <input
          type="file"
          className="visually-hidden"
          accept=".gguf"
          multiple
          aria-label={t('open.files')}
          onClick={(event) => {
            if (!canPickFiles()) return;
            event.preventDefault();
            void pickFiles();
          }}
          onChange={(event) => {
            takeFiles([...(event.target.files ?? [])]);
            event.target.value = ''; // the same files may be chosen again
          }}
        />
        <FileUp size={18} aria-hidden="true" />
        {t('open.filesHint')}
      </label>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      {asked.kind === 'repo' && (
        <RepoFiles
          key={`${asked.reference.repo} ${asked.reference.revision} ${asked.reference.quantization ?? ''}`}
          repo={asked.reference.repo}
          revision={asked.reference.revision}
          quantization={asked.reference.quantization}
          onOpened={onOpened}
        />
      )}
      {asked.kind === 'source' && (
        <PreviewCard source={asked.source} name={asked.name} heading="h3" onOpened={onOpened} />
      )}
    </>
  );
}
