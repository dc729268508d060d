import './sharing.css';
import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadPart } from '../layout/load-part.ts';
import { count } from '../layout/quantities.ts';
import { saveFile } from '../sidebar/save-file.ts';
import { useChat, useStores } from '../state/stores.tsx';
import { FormatSelect } from './TraceExport.tsx';
import type { TracedAnswer } from './traces/traced-answer.ts';
import type { TraceFormat } from './traces/trace-formats.ts';

type Saving =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly all: number }
  | { readonly kind: 'saved'; readonly answers: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** The routing of all answers that are kept, as one file: conversation after conversation, until it is cancelled. */
export default function AllTraces() {
  const { t } = useTranslation('sharing');
  const { chat } = useStores();
  const conversations = useChat((state) => state.heads.length);
  const [format, setFormat] = useState<TraceFormat>('json');
  const [saving, setSaving] = useState<Saving>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function* answers(): AsyncGenerator<TracedAnswer> {
    const { heads, pastAnswers } = chat.getState();
    for (const [done, { id, title }] of heads.entries()) {
      setSaving({ kind: 'running', done, all: heads.length });
      for (const { model, question, routing } of await pastAnswers(id))
        if (routing !== null) yield { conversation: title, model, question, record: routing };
    }
  }

  async function save(): Promise<void> {
    const controller = new AbortController();
    running.current = controller;
    setSaving({ kind: 'running', done: 0, all: conversations });
    try {
      const { writeTraces } = await loadPart(() => import('./traces/trace-writer.ts'));
      const written = await writeTraces(answers(), { format, isOne: false, signal: controller.signal });
      if (written.answers > 0)
        saveFile(written.file, `mixtab-routing-${new Date().toISOString().slice(0, 10)}.${format}`);
      setSaving({ kind: 'saved', answers: written.answers });
    } catch (error) {
      if (controller.signal.aborted) setSaving({ kind: 'idle' });
      else setSaving({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  const isRunning = saving.kind === 'running';
  return (
    <section className="settings-group" aria-labelledby="settings-traces">
      <h3 id="settings-traces">{t('trace.all')}</h3>
      <p className="settings-note">{t('trace.allWhat')}</p>
      <div className="share-export">
        <FormatSelect format={format} isDisabled={isRunning} onChange={setFormat} />
        <button
          type="button"
          className="button"
          disabled={isRunning || conversations === 0}
          onClick={() => void save()}
        >
          <Download size={16} aria-hidden="true" /> {t('trace.saveAll')}
        </button>
      </div>
      {isRunning && (
        <div className="share-progress">
          <progress aria-label={t('trace.all')} max={saving.all} value={saving.done} />
          <span>
            {t('trace.progress', { count: saving.all, formatted: count(saving.done), all: count(saving.all) })}
          </span>
          <button type="button" className="text-button" onClick={() => running.current?.abort()}>
            {t('trace.cancel')}
          </button>
        </div>
      )}
      <p className="settings-note" role="status">
        {saving.kind === 'saved' &&
          (saving.answers === 0
            ? t('trace.none')
            : t('trace.saved', { count: saving.answers, formatted: count(saving.answers) }))}
      </p>
      {saving.kind === 'failed' && (
        <p className="field-problem" role="alert">
          {t('trace.failed', { reason: saving.reason })}
        </p>
      )}
    </section>
  );
}
