import './embed-dialog.css';
import { Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { replayFile } from '../../embed/replay.ts';
import { bytes } from '../layout/quantities.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';
import { replayOf } from '../sharing/replay-of-answer.ts';
import { fileNameOf, saveFile } from '../sidebar/save-file.ts';
import { useChat } from '../state/stores.tsx';
import { Snippet } from './Snippet.tsx';
import { scriptAddress, snippetOf } from './snippet.ts';

interface RecordFormProps {
  readonly record: RoutingRecord;
  readonly messageId: string;
}

/** The file, and what goes into the page beside it. */
export default function RecordForm({ record, messageId }: RecordFormProps) {
  const { t } = useTranslation('embed');
  const path = useChat((state) => state.path);
  const [saved, setSaved] = useState<string | null>(null);
  const replay = useMemo(() => replayOf(path, messageId, record), [path, messageId, record]);
  const file = useMemo(() => (replay === null ? null : replayFile(replay)), [replay]);
  if (replay === null || file === null) return <p>{t('record.tooLong')}</p>;
  const name = `${fileNameOf(replay.question, 'answer')}.mixtab.json`;
  return (
    <div className="embed-fields">
      <p>{t('record.what')}</p>
      <div>
        <button
          type="button"
          className="button button-primary"
          onClick={() => {
            saveFile(file, name);
            setSaved(name);
          }}
        >
          <Download size={16} aria-hidden="true" /> {t('record.save', { size: bytes(file.size) })}
        </button>
      </div>
      <p role="status">{saved !== null && t('record.saved', { name: saved })}</p>
      <Snippet text={snippetOf(scriptAddress(), { replay: name, routing: 'on' })} label={t('record.then')} />
    </div>
  );
}
