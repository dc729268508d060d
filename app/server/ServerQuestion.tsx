import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import { useStores } from '../state/stores.tsx';

const QuestionBody = lazyPart(() => import('./ServerQuestionBody.tsx'));

/** What the person is asked before anything is sent to a server: whether it may, and for its key. */
export function ServerQuestion() {
  const { t } = useTranslation(['server', 'models']);
  const { servers } = useStores();
  const question = useStore(servers, (state) => state.question);
  const answer = useStore(servers, (state) => state.answer);
  const url = question === null ? null : question.kind === 'key' ? question.url : question.choice.source.url;
  const host = url === null ? '' : new URL(url).host;
  return (
    <Dialog
      title={t(question?.kind === 'key' ? 'server:key.title' : 'server:consent.title', { host })}
      isOpen={question !== null}
      onClose={() => answer(false)}
      size="small"
    >
      {question !== null && (
        <QuestionBody question={question} host={host} loading={<p role="status">{t('models:panel.loading')}</p>} />
      )}
    </Dialog>
  );
}
