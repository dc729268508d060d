import './tool-calls.css';
import { Wrench } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ToolCall } from '../../engine/api.ts';
import { TextPieces } from './markdown/PlainText.tsx';

/** Calls of tools that a model wrote although it has none: what it wanted, as it wrote it. */
export function ToolCalls({ calls }: { readonly calls: readonly ToolCall[] }) {
  return calls.map((call, index) => <Call key={index} call={call} />);
}

function Call({ call }: { readonly call: ToolCall }) {
  const { t } = useTranslation('chat');
  const title = useId();
  return (
    <section className="tool-call" aria-labelledby={title}>
      <p id={title} className="tool-call-title">
        <Wrench size={16} aria-hidden="true" />
        {call.name === '' ? t('toolCall.title') : t('toolCall.named', { name: call.name })}
      </p>
      <pre className="tool-call-text" dir="ltr" tabIndex={0} aria-label={t('toolCall.text')}>
        <TextPieces text={call.arguments} />
      </pre>
      <p className="tool-call-note">{t('toolCall.note')}</p>
    </section>
  );
}
