import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Replay } from '../../embed/replay.ts';
import { loadPart } from '../layout/load-part.ts';
import { saveFile } from '../sidebar/save-file.ts';
import { TRACE_FORMATS, type TraceFormat } from './traces/trace-formats.ts';

interface TraceExportProps {
  readonly replay: Replay;
  /** Of the file, without its ending. */
  readonly name: string;
}

/** The routing of one answer as a file for other programs. */
export function TraceExport({ replay: { model, question, routing }, name }: TraceExportProps) {
  const { t } = useTranslation('sharing');
  const [format, setFormat] = useState<TraceFormat>('json');
  const [problem, setProblem] = useState<string | null>(null);

  async function save(): Promise<void> {
    if (routing === null) return;
    setProblem(null);
    try {
      const { writeTraces } = await loadPart(() => import('./traces/trace-writer.ts'));
      const answers = [{ conversation: null, model, question, record: routing }];
      const { file } = await writeTraces(answers, { format, isOne: true, signal: new AbortController().signal });
      saveFile(file, `${name}.routing.${format}`);
    } catch (error) {
      setProblem(t('trace.failed', { reason: error instanceof Error ? error.message : String(error) }));
    }
  }

  return (
    <section aria-labelledby="share-trace">
      <h3 id="share-trace">{t('trace.title')}</h3>
      <p className="share-note">{t('trace.what')}</p>
      <div className="share-export">
        <FormatSelect format={format} onChange={setFormat} />
        <button type="button" className="button" onClick={() => void save()}>
          <Download size={16} aria-hidden="true" /> {t('trace.save')}
        </button>
      </div>
      {problem !== null && <p role="alert">{problem}</p>}
    </section>
  );
}

interface FormatSelectProps {
  readonly format: TraceFormat;
  readonly isDisabled?: boolean;
  onChange(format: TraceFormat): void;
}

export function FormatSelect({ format, isDisabled = false, onChange }: FormatSelectProps) {
  const { t } = useTranslation('sharing');
  return (
    <select
      aria-label={t('trace.format')}
      value={format}
      disabled={isDisabled}
      onChange={(event) => onChange(event.target.value as TraceFormat)}
    >
      {TRACE_FORMATS.map((one) => (
        <option key={one} value={one}>
          {t(`trace.${one}`)}
        </option>
      ))}
    </select>
  );
}
