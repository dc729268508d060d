import { MessageCircleDashed } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useChat } from '../state/stores.tsx';
import { useIsTemporary } from '../state/use-is-temporary.ts';

/** On an empty page: whether the chat that begins is kept. */
export function TemporaryButton() {
  const { t } = useTranslation('layout');
  const isOn = useIsTemporary();
  const newChat = useChat((state) => state.newChat);
  const newTemporaryChat = useChat((state) => state.newTemporaryChat);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={t('temporary.title')}
      aria-pressed={isOn}
      data-tooltip={t(isOn ? 'temporary.end' : 'temporary.begin')}
      onClick={() => void (isOn ? newChat() : newTemporaryChat())}
    >
      <MessageCircleDashed size={20} />
    </button>
  );
}
