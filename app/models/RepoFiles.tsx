import { ExternalLink, RotateCcw, ShieldCheck, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelSource } from '../../engine/api.ts';
import { bytes } from '../layout/quantities.ts';
import { DetailsToggle } from './DetailsToggle.tsx';
import type { RepoModel } from './gguf-files.ts';
import type { HubProblemKind } from './hub.ts';
import { hubFileUrl } from './model-reference.ts';
import { PreviewCard } from './PreviewCard.tsx';
import { useRepo } from './use-repo.ts';

interface RepoFilesProps {
  readonly repo: string;
  readonly revision: string;
  /** Asked for in the address: this file is looked into at once. */
  readonly quantization: string | null;
  onOpened(): void;
}

/** The GGUF models of a repository, to look into. */
export function RepoFiles({ repo, revision, quantization, onOpened }: RepoFilesProps) {
  const { t } = useTranslation('models');
  const { state, retry } = useRepo(repo, revision);
  switch (state.kind) {
    case 'reading':
      return (
        <p className="preview-reading" role="status">
          <span className="spinner" aria-hidden="true" />
          {t('open.hub.reading', { repo })}
        </p>
      );
    case 'failed':
      return <RepoProblem repo={repo} problem={state.problem} onRetry={retry} />;
    case 'read':
      if (state.models.length === 0) return <p className="empty-note">{t('open.hub.none')}</p>;
      return (
        <section className="repo" aria-labelledby="repo-files">
          <h3 id="repo-files">{t('open.hub.files', { count: state.models.length, repo })}</h3>
          <ul className="rows">
            {state.models.map((model) => (
              <RepoFile
                key={model.files[0]?.path ?? model.name}
                model={model}
                repo={repo}
                revision={revision}
                isAsked={isAsked(model, quantization)}
                onOpened={onOpened}
              />
            ))}
          </ul>
        </section>
      );
    default:
      return state satisfies never;
  }
}

function isAsked(model: RepoModel, asked: string | null): boolean {
  if (asked === null) return false;
  return model.quantization === asked.toUpperCase() || model.files[0]?.path === asked;
}

interface RepoFileProps {
  readonly model: RepoModel;
  readonly repo: string;
  readonly revision: string;
  readonly isAsked: boolean;
  onOpened(): void;
}

function RepoFile({ model, repo, revision, isAsked: isAskedFor, onOpened }: RepoFileProps) {
  const { t } = useTranslation('models');
  const [isOpen, setOpen] = useState(isAskedFor);
  const { name, files, missingParts, quantization } = model;
  const path = files[0]?.path ?? '';
  const source = useMemo<ModelSource>(
    () => ({ kind: 'url', url: hubFileUrl(repo, revision, path) }),
    [repo, revision, path],
  );
  const isPublished = files.every(({ sha256 }) => sha256 !== null);
  const facts = [
    quantization,
    bytes(model.bytes),
    files.length > 1 ? t('open.hub.parts', { count: files.length }) : null,
  ].filter((fact) => fact !== null);
  return (
    <li className="row row-file">
      <div className="row-text">
        <strong>{name}</strong>
        <span className="row-numbers">
          {facts.join(' · ')}
          {isPublished && (
            <span className="row-mark">
              <ShieldCheck size={14} aria-hidden="true" /> {t('open.hub.digest')}
            </span>
          )}
        </span>
        {missingParts > 0 && (
          <span className="field-problem">{t('open.hub.missingParts', { count: missingParts })}</span>
        )}
      </div>
      <div className="row-actions">
        {missingParts === 0 && <DetailsToggle name={name} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />}
      </div>
      {isOpen && <PreviewCard source={source} name={name} onOpened={onOpened} />}
    </li>
  );
}

interface RepoProblemProps {
  readonly repo: string;
  readonly problem: HubProblemKind;
  onRetry(): void;
}

function RepoProblem({ repo, problem, onRetry }: RepoProblemProps) {
  const { t } = useTranslation('models');
  return (
    <div className="alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{t(`open.hub.${problem}`)}</p>
        <div className="button-row">
          <button type="button" className="button" onClick={onRetry}>
            <RotateCcw size={16} /> {t('open.hub.retry')}
          </button>
          <a className="button" href={`https://huggingface.co/${repo}`} target="_blank" rel="noopener noreferrer">
            <ExternalLink size={16} /> {t('open.hub.page')}
          </a>
        </div>
      </div>
    </div>
  );
}
