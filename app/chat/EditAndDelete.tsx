import { Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../state/conversation.ts';
import { useChat, useDrafts } from '../state/stores.tsx';
import { ActionButton, focusConversation } from './ActionButton.tsx';

/** What can be done with any message while nothing is being written. */
export function EditAndDelete({ message: { id, role } }: { readonly message: Message }) {
  const { t } = useTranslation('chat');
  const deleteMessage = useChat((state) => state.deleteMessage);
  const edit = useDrafts((state) => state.edit);
  const isQuestion = role === 'user';
  return (
    <>
      <ActionButton
        label={isQuestion ? t('actions.editQuestion') : t('actions.editAnswer')}
        icon={Pencil}
        onClick={() => edit(id)}
      />
      <ActionButton
        label={isQuestion ? t('actions.deleteQuestion') : t('actions.deleteAnswer')}
        icon={Trash2}
        onClick={(event) => {
          focusConversation(event);
          void deleteMessage(id);
        }}
      />
    </>
  );
}
