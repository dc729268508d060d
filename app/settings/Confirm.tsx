import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';

interface ConfirmProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly question: string;
  readonly confirmLabel: string;
  readonly isDisabled: boolean;
  onConfirm(): void;
}

/** A button for what cannot be undone: it asks before. */
export function Confirm({ label, icon, question, confirmLabel, isDisabled, onConfirm }: ConfirmProps) {
  const { t } = useTranslation('settings');
  const [asks, setAsks] = useState(false);
  return (
    <>
      <div className="button-row">
        <button
          type="button"
          className="button button-danger"
          aria-haspopup="dialog"
          disabled={isDisabled}
          onClick={() => setAsks(true)}
        >
          {icon} {label}
        </button>
      </div>
      <Dialog title={label} isOpen={asks} onClose={() => setAsks(false)} size="small">
        <p>{question}</p>
        <div className="button-row">
          <button
            type="button"
            className="button button-danger"
            onClick={() => {
              setAsks(false);
              onConfirm();
            }}
          >
            {confirmLabel}
          </button>
          <button type="button" className="button" onClick={() => setAsks(false)}>
            {t('cancel')}
          </button>
        </div>
      </Dialog>
    </>
  );
}
