import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PastAnswer } from '../state/chat-state.ts';
import { useChat, useStores } from '../state/stores.tsx';

type Answers =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly answers: readonly PastAnswer[] }
  | { readonly kind: 'failed' };

interface AnswerPickerProps {
  /** The answer to compare with: it cannot be chosen itself. */
  readonly exceptId: string | null;
  /** The one that is chosen, which may be of another conversation than the one that is shown. */
  readonly chosenId: string | null;
  onChoose(answer: PastAnswer | null): void;
}

const QUESTION_CHARACTERS = 70;

/** An answer of this conversation or of another one. */
export function AnswerPicker({ exceptId, chosenId, onChoose }: AnswerPickerProps) {
  const { t } = useTranslation('routing');
  const heads = useChat((state) => state.heads);
  const current = useChat((state) => state.current?.id ?? null);
  const [conversation, setConversation] = useState(current);
  const answers = useAnswers(conversation, exceptId);

  function choose(id: string): void {
    const found = answers.kind === 'ready' ? answers.answers.find(({ messageId }) => messageId === id) : undefined;
    onChoose(found ?? null);
  }

  return (
    <div className="comparison-picker">
      <label className="field">
        <span>{t('compare.conversation')}</span>
        <select
          value={conversation ?? ''}
          onChange={(event) => {
            setConversation(event.target.value);
            choose('');
          }}
        >
          {heads.map(({ id, title }) => (
            <option key={id} value={id}>
              {id === current ? `${t('compare.here')}: ${title}` : title}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{t('compare.answer')}</span>
        <select
          value={
            answers.kind === 'ready' && answers.answers.some((one) => one.messageId === chosenId)
              ? (chosenId ?? '')
              : ''
          }
          disabled={answers.kind !== 'ready' || answers.answers.length === 0}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">{t(answers.kind === 'loading' ? 'compare.loading' : 'compare.choose')}</option>
          {answers.kind === 'ready' &&
            answers.answers.map(({ messageId, question, host }) => (
              <option key={messageId} value={messageId}>
                {host === null ? shortened(question) : t('compare.fromHost', { question: shortened(question), host })}
              </option>
            ))}
        </select>
      </label>
      <p className="comparison-note" role="status">
        {answers.kind === 'failed' && t('compare.failed')}
        {answers.kind === 'ready' && answers.answers.length === 0 && t('compare.none')}
      </p>
    </div>
  );
}

export function shortened(question: string): string {
  const line = question.trim().replace(/\s+/g, ' ');
  const characters = [...line];
  return characters.length <= QUESTION_CHARACTERS ? line : `${characters.slice(0, QUESTION_CHARACTERS).join('')}…`;
}

function useAnswers(conversation: string | null, exceptId: string | null): Answers {
  const { chat } = useStores();
  const [found, setFound] = useState<{ readonly of: string | null; readonly answers: Answers }>({
    of: null,
    answers: { kind: 'loading' },
  });
  useEffect(() => {
    if (conversation === null) return;
    let isWanted = true;
    chat
      .getState()
      .pastAnswers(conversation)
      .then(
        (all) => ({ kind: 'ready', answers: all.filter(({ messageId }) => messageId !== exceptId) }) as const,
        () => ({ kind: 'failed' }) as const,
      )
      .then((answers) => {
        if (isWanted) setFound({ of: conversation, answers });
      })
      .catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [chat, conversation, exceptId]);
  return found.of === conversation ? found.answers : { kind: 'loading' };
}
