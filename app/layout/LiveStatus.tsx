import { STAGE_WORDS } from '../models/ModelNotice.tsx';
import { useChat, useModel } from '../state/stores.tsx';

/** Says politely what changed, for those who do not see it: stages and ends, not every token. */
export function LiveStatus() {
  const model = useModel(({ status }) => {
    if (status.kind === 'loading') return `${STAGE_WORDS[status.progress.stage]}…`;
    return status.kind === 'ready' ? `${status.info.name} is ready.` : '';
  });
  const answer = useChat(({ answering, messages }) => {
    if (answering) return 'Mixtab is answering…';
    const last = messages.at(-1);
    return last?.role === 'assistant' && last.status.kind === 'done' ? 'The answer is complete.' : '';
  });
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
