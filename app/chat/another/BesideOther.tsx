import './another.css';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PastAnswer } from '../../state/chat-state.ts';
import { useChat } from '../../state/stores.tsx';
import { Markdown } from '../markdown/Markdown.tsx';

/** The answer of the other model, to the left of this one; nothing where it was deleted. */
export default function BesideOther({ messageId }: { readonly messageId: string }) {
  const { t } = useTranslation('another');
  const conversation = useChat((state) => state.current?.id);
  const pastAnswers = useChat((state) => state.pastAnswers);
  const [other, setOther] = useState<PastAnswer | 'failed' | null>(null);

  useEffect(() => {
    if (conversation === undefined) return;
    let isCurrent = true;
    pastAnswers(conversation).then(
      (answers) => isCurrent && setOther(answers.find((answer) => answer.messageId === messageId) ?? null),
      () => isCurrent && setOther('failed'),
    );
    return () => {
      isCurrent = false;
    };
  }, [conversation, pastAnswers, messageId]);

  if (other === null) return null;
  if (other === 'failed') return <p className="answer-notice">{t('failed')}</p>;
  return (
    <section className="beside-other" aria-label={t('other', { model: other.model })}>
      <p className="beside-name">{other.model}</p>
      <Markdown text={other.content} isStreaming={false} />
    </section>
  );
}
