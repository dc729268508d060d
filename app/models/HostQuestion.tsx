import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Dialog } from '../layout/Dialog.tsx';
import { useStores } from '../state/stores.tsx';

/** Asks before a model is fetched from an address that the person did not choose: it came in with a conversation. */
export function HostQuestion() {
  const { t } = useTranslation('models');
  const { hosts } = useStores();
  const question = useStore(hosts, (state) => state.question);
  const answer = useStore(hosts, (state) => state.answer);
  const host = question?.host ?? '';
  return (
    <Dialog title={t('hosts.title', { host })} isOpen={question !== null} onClose={() => answer(false)} size="small">
      <p>{t(question?.from === 'link' ? 'hosts.textLink' : 'hosts.text', { host, name: question?.model ?? '' })}</p>
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => answer(true)}>
          {t('hosts.agree', { host })}
        </button>
        <button type="button" className="button" onClick={() => answer(false)}>
          {t('hosts.refuse')}
        </button>
      </div>
    </Dialog>
  );
}
