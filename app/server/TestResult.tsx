import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { count } from '../layout/quantities.ts';
import type { Diagnosis } from './diagnose.ts';
import { likelyKinds, originSetting, SERVER_NAMES } from './server-kinds.ts';

interface TestResultProps {
  readonly url: string;
  readonly diagnosis: Diagnosis;
}

/** How a test ended, and what to do. */
export function TestResult({ url, diagnosis }: TestResultProps) {
  const { t } = useTranslation('server');
  const { host } = new URL(url);
  if (diagnosis.kind === 'ok') {
    const { kind, models } = diagnosis.found;
    return (
      <p className="server-ok">
        <CircleCheck size={18} aria-hidden="true" />
        <span>
          {models.length === 0
            ? t('test.noModels', { host })
            : kind === 'other'
              ? t('test.ok', { host })
              : t('test.okKind', { host, kind: SERVER_NAMES[kind] })}{' '}
          {models.length > 0 && t('test.models', { count: models.length, formatted: count(models.length) })}
        </span>
      </p>
    );
  }
  const { kind, detail } = diagnosis;
  const words = { host, origin: location.origin };
  return (
    <div className="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>
          <strong>{t(`test.${kind}.title`, words)}</strong>
        </p>
        <p>{t(`test.${kind}.text`, words)}</p>
        {kind === 'cors' && <OriginSettings url={url} />}
        {detail !== '' && <ErrorDetail detail={detail} />}
      </div>
    </div>
  );
}

/** The line that starts each of the known servers, so that it lets this page ask. */
function OriginSettings({ url }: { readonly url: string }) {
  const { t } = useTranslation('server');
  return (
    <dl className="origin-settings">
      {likelyKinds(url).map((kind) => (
        <div key={kind}>
          <dt>
            {SERVER_NAMES[kind]}
            {kind === 'sglang' && ` (${t('test.sglangAllows')})`}
            {kind === 'llama-server' && ` (${t('test.llamaOlder')})`}
          </dt>
          <dd>
            <code>{originSetting(kind, location.origin)}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
