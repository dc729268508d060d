import './embed-dialog.css';
import { Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Replay, ReplayError, writeReplay } from '../../embed/replay.ts';
import { bytes } from '../layout/quantities.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';
import { fileNameOf, saveFile } from '../sidebar/save-file.ts';
import type { PathEntry } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';
import { Snippet } from './Snippet.tsx';
import { scriptAddress, snippetOf } from './snippet.ts';

interface RecordFormProps {
  readonly record: RoutingRecord;
  readonly messageId: string;
}

/** Where nothing is known of the speed. */
const USUAL_TOKEN_MS = 40;

/** The file, and what goes into the page beside it. */
export default function RecordForm({ record, messageId }: RecordFormProps) {
  const { t } = useTranslation('embed');
  const path = useChat((state) => state.path);
  const [saved, setSaved] = useState<string | null>(null);
  const replay = useMemo(() => replayOf(path, messageId, record), [path, messageId, record]);
  const file = useMemo(() => (replay === null ? null : fileOf(replay)), [replay]);
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

function replayOf(path: readonly PathEntry[], messageId: string, routing: RoutingRecord): Replay | null {
  const at = path.findIndex(({ message }) => message.id === messageId);
  const answer = path[at]?.message;
  const question = path[at - 1]?.message;
  if (answer?.role !== 'assistant') return null;
  const timings = answer.status.kind === 'done' ? answer.status.timings : null;
  const outputTokens = timings?.outputTokens ?? routing.count;
  return {
    model: answer.model.slice(0, 200),
    question: question?.role === 'user' ? question.content : '',
    answer: answer.content,
    reasoning: answer.reasoning ?? '',
    tokenMs: timings !== null && outputTokens > 0 ? timings.decodeMs / outputTokens : USUAL_TOKEN_MS,
    promptTokens: timings?.promptTokens ?? 0,
    outputTokens,
    routing,
  };
}

/** Null where it is longer than a recording may be. */
function fileOf(replay: Replay): Blob | null {
  try {
    return new Blob([writeReplay(replay)], { type: 'application/json' });
  } catch (error) {
    if (error instanceof ReplayError) return null;
    throw error;
  }
}
