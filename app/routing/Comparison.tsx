import './comparison.css';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoutedAnswer } from '../state/chat-state.ts';
import { useChat } from '../state/stores.tsx';
import { loadOf } from './answer-routing.ts';
import { AnswerPicker } from './AnswerPicker.tsx';
import { ComparedAnswers } from './ComparedAnswers.tsx';
import type { RoutingRecord } from './routing-record.ts';

interface ComparisonProps {
  readonly record: RoutingRecord;
  readonly messageId: string | null;
}

/** Chooses a second answer and sets it beside the first. */
export default function Comparison({ record, messageId }: ComparisonProps) {
  const { t } = useTranslation('routing');
  const [other, setOther] = useState<RoutedAnswer | null>(null);
  const own = useOwnAnswer(record, messageId);
  const a = useMemo(() => ({ answer: own, load: loadOf(own.routing) }), [own]);
  const b = useMemo(() => (other === null ? null : { answer: other, load: loadOf(other.routing) }), [other]);
  return (
    <div className="comparison">
      <p className="comparison-intro">{t('compare.intro')}</p>
      <AnswerPicker exceptId={messageId} onChoose={setOther} />
      {b !== null && <ComparedAnswers a={a} b={b} />}
    </div>
  );
}

/** The answer that the view belongs to, with its question. */
function useOwnAnswer(routing: RoutingRecord, messageId: string | null): RoutedAnswer {
  const path = useChat((state) => state.path);
  return useMemo(() => {
    const message = path.find((entry) => entry.message.id === messageId)?.message;
    const question = path.find((entry) => entry.message.id === message?.parentId)?.message;
    return {
      messageId: messageId ?? '',
      question: question?.content ?? '',
      createdAt: message?.createdAt ?? 0,
      model: message?.role === 'assistant' ? message.model : '',
      routing,
    };
  }, [path, messageId, routing]);
}
