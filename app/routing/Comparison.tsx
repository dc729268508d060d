import './comparison.css';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PastAnswer } from '../state/chat-state.ts';
import { useChat, useStores } from '../state/stores.tsx';
import { loadOf } from './answer-routing.ts';
import { AnswerPicker } from './AnswerPicker.tsx';
import { ComparedAnswers } from './ComparedAnswers.tsx';
import type { ComparedAnswer } from './compare/compared-answer.ts';
import { usualOther } from './compare/usual-other.ts';
import { Parting } from './Parting.tsx';
import type { RoutingRecord } from './routing-record.ts';
import { alignRecords } from './where-they-part.ts';

interface ComparisonProps {
  /** Null where the answer's routing is not known: then only its words are compared. */
  readonly record: RoutingRecord | null;
  readonly messageId: string | null;
  /** An answer of this conversation to compare with at once: it is A. */
  readonly withId?: string;
}

/** Chooses a second answer and sets it beside the first. */
export default function Comparison({ record, messageId, withId }: ComparisonProps) {
  const { t } = useTranslation('routing');
  const [other, setOther] = useState<PastAnswer | null>(null);
  const own = useOwnAnswer(record, messageId);
  const { chat } = useStores();
  const conversation = useChat((state) => state.current?.id ?? null);
  /** Begun with what is most often wanted; from then on it is the person's. */
  const preselect = useEffectEvent((answers: readonly PastAnswer[]) => {
    const named = answers.find((answer) => answer.messageId === withId);
    setOther((before) => before ?? named ?? (withId === undefined ? usualOther(answers, own) : null));
  });
  useEffect(() => {
    if (conversation === null) return;
    void chat
      .getState()
      .pastAnswers(conversation)
      .then(preselect, () => undefined); // the choice below says that it cannot be read
  }, [chat, conversation, withId]);
  const compared = useMemo(() => {
    if (other === null) return null;
    // The older one is A.
    return other.messageId === withId || other.createdAt < own.createdAt
      ? sideBySide(other, own)
      : sideBySide(own, other);
  }, [own, other, withId]);
  return (
    <div className="comparison">
      <p className="comparison-intro">{t('compare.intro')}</p>
      <AnswerPicker exceptId={messageId} chosenId={other?.messageId ?? null} onChoose={setOther} />
      {compared !== null && (
        <>
          <Parting a={compared.a} b={compared.b} />
          {compared.loads === null ? (
            <p className="comparison-note">{t('compare.noRouting')}</p>
          ) : (
            <ComparedAnswers a={compared.loads.a} b={compared.loads.b} />
          )}
        </>
      )}
    </div>
  );
}

interface SideBySide {
  readonly a: PastAnswer;
  readonly b: PastAnswer;
  /** Null where the routing of one of them is not known. */
  readonly loads: { readonly a: ComparedAnswer; readonly b: ComparedAnswer } | null;
}

function sideBySide(own: PastAnswer, other: PastAnswer): SideBySide {
  if (own.routing === null || other.routing === null) return { a: own, b: other, loads: null };
  const [ofA, ofB] = alignRecords(own.routing, other.routing);
  const a = { ...own, routing: ofA };
  const b = { ...other, routing: ofB };
  return {
    a,
    b,
    loads: { a: { answer: a, routing: ofA, load: loadOf(ofA) }, b: { answer: b, routing: ofB, load: loadOf(ofB) } },
  };
}

/** The answer that the view belongs to, with its question. */
function useOwnAnswer(routing: RoutingRecord | null, messageId: string | null): PastAnswer {
  const path = useChat((state) => state.path);
  return useMemo(() => {
    const message = path.find((entry) => entry.message.id === messageId)?.message;
    const question = path.find((entry) => entry.message.id === message?.parentId)?.message;
    const answer = message?.role === 'assistant' ? message : null;
    return {
      messageId: messageId ?? '',
      question: question?.content ?? '',
      createdAt: message?.createdAt ?? 0,
      model: answer?.model ?? '',
      host: answer?.host ?? null,
      content: answer?.content ?? '',
      reasoning: answer?.reasoning ?? null,
      routing,
    };
  }, [path, messageId, routing]);
}
