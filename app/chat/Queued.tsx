import { useTranslation } from 'react-i18next';
import { useChat, useStores } from '../state/stores.tsx';
import { draftOf, NEW_CONVERSATION } from './draft-store.ts';

/** In the place of the answer, while the model loads that is to give it. */
export function Queued() {
  const { t } = useTranslation('chat');
  const { chat, drafts } = useStores();
  const stop = useChat((state) => state.stop);

  /** Back to where it was written, before what has been written there since. */
  async function edit(): Promise<void> {
    const taken = await chat.getState().takeBack();
    if (taken === null) return;
    const key = chat.getState().current?.id ?? NEW_CONVERSATION;
    const { text, attachments } = draftOf(drafts.getState(), key);
    drafts.getState().setText(key, [taken.content, text].filter((part) => part !== '').join('\n\n'));
    drafts.getState().setAttachments(key, [...taken.attachments, ...attachments]);
    document.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus();
  }

  return (
    <div className="message-queued">
      <p>{t('waiting.queued')}</p>
      <button type="button" className="text-button" onClick={() => void edit()}>
        {t('waiting.edit')}
      </button>
      <button type="button" className="text-button" onClick={() => void stop()}>
        {t('waiting.cancel')}
      </button>
    </div>
  );
}
