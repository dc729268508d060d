import { Bell, BellOff } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { notificationsStore } from './notifications.ts';

/** Turns the system's notifications on and off; nothing where the browser has none. */
export function NotifyControl() {
  const { t } = useTranslation('layout');
  const { state, turnOn, turnOff, refresh } = useStore(notificationsStore);
  useEffect(refresh, [refresh]);
  switch (state) {
    case 'unsupported':
      return null;
    case 'denied':
      return <p className="panel-note">{t('background.denied')}</p>;
    case 'on':
      return (
        <button type="button" className="button" aria-pressed onClick={turnOff}>
          <Bell size={16} aria-hidden="true" /> {t('background.control')}
        </button>
      );
    case 'off':
      return (
        <button type="button" className="button" aria-pressed={false} onClick={() => void turnOn()}>
          <BellOff size={16} aria-hidden="true" /> {t('background.control')}
        </button>
      );
    default:
      return state satisfies never;
  }
}
