import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stageInWords } from '../models/ModelNotice.tsx';
import { useChat, useModel } from '../state/stores.tsx';

/** Says politely what changed, for those who do not see it: stages and ends, not every token. */
export function LiveStatus() {
  const { t } = useTranslation('layout');
  const model = useModel(({ status }) => {
    if (status.kind === 'loading') return `${stageInWords(status.progress.stage)}…`;
    return status.kind === 'ready' ? t('live.ready', { model: status.info.name }) : '';
  });
  const isAnswering = useChat((state) => state.answeringIn !== null);
  const [answer, setAnswer] = useState<'nothing' | 'answering' | 'complete'>('nothing');
  useEffect(() => {
    // An end is worth saying only where there was a beginning.
    setAnswer((said) => (isAnswering ? 'answering' : said === 'nothing' ? 'nothing' : 'complete'));
  }, [isAnswering]);
  return (
    <>
      <p className="visually-hidden" role="status">
        {model}
      </p>
      <p className="visually-hidden" role="status">
        {answer !== 'nothing' && t(`live.${answer}`)}
      </p>
    </>
  );
}
