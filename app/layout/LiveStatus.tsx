import { useEffect, useState } from 'react';
import { STAGE_WORDS } from '../models/ModelNotice.tsx';
import { useChat, useModel } from '../state/stores.tsx';

/** Says politely what changed, for those who do not see it: stages and ends, not every token. */
export function LiveStatus() {
  const model = useModel(({ status }) => {
    if (status.kind === 'loading') return `${STAGE_WORDS[status.progress.stage]}…`;
    return status.kind === 'ready' ? `${status.info.name} is ready.` : '';
  });
  const answering = useChat((state) => state.answering);
  const [answer, setAnswer] = useState('');
  useEffect(() => {
    // An end is worth saying only where there was a beginning.
    setAnswer((said) => (answering ? 'Mixtab is answering…' : said === '' ? '' : 'The answer is complete.'));
  }, [answering]);
  return (
    <>
      <p className="visually-hidden" role="status">
        {model}
      </p>
      <p className="visually-hidden" role="status">
        {answer}
      </p>
    </>
  );
}
