import { useTranslation } from 'react-i18next';
import { samplingNames } from '../server/server-kinds.ts';
import { useKnownServer, useServer } from '../server/use-server.ts';

/** Where a server answers: what becomes of the settings there. */
export function ServerNote() {
  const { t } = useTranslation(['server', 'settings']);
  const server = useServer();
  const known = useKnownServer(server?.choice.source.url ?? null);
  if (server === null) return null;
  const names = samplingNames(known?.kind ?? 'other');
  const unsupported = [
    ...(['minP', 'topK', 'repetitionPenalty'] as const).filter((key) => names[key] === undefined),
    'thinkingLimit' as const,
  ].map((key) => `“${t(`settings:fields.${key}.name`)}”`);
  return (
    <p className="settings-note" role="note">
      {t('server:settings.note', { host: server.host })} {t('server:settings.unsupported', { what: unsupported })}
    </p>
  );
}
