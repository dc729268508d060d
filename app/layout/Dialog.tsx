import './dialog.css';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PartBoundary } from './BrokenPart.tsx';
import { leaveToInputMethod } from './input-method.ts';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  onClose(): void;
  readonly children: ReactNode;
  /** `small`: a question. `wide`: room for two columns. On phones all but the small ones fill the screen. */
  readonly size?: 'small' | 'medium' | 'wide';
  /** Before the title, such as a way back. */
  readonly lead?: ReactNode;
}

/** A modal dialog on the browser's own `<dialog>`: it keeps the focus, closes on Escape and gives the focus back. */
export function Dialog({ title, isOpen, onClose, children, size = 'medium', lead }: DialogProps) {
  const { t } = useTranslation('layout');
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const box = dialog.current;
    if (box === null) return;
    if (isOpen && !box.open) box.showModal();
    if (!isOpen && box.open) box.close();
  }, [isOpen]);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      data-size={size}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // Escape. The page learns of it now and not by `close`, which comes later than a key that is pressed in between.
        if (event.target === dialog.current) onClose();
      }}
      onClose={(event) => {
        // Not where it was told to close, or was opened again since, nor for a dialog within this one, whose event React lets
        // pass through here.
        if (isOpen && event.target === dialog.current && !dialog.current.open) onClose();
      }}
      // Firefox and Safari close a dialog on an Escape that is meant for an input method's suggestions.
      onKeyDown={leaveToInputMethod}
      onPointerDown={(event) => {
        // The dialog's own box is covered by its content: what hits the dialog itself is the backdrop.
        if (event.target === dialog.current) onClose();
      }}
    >
      {isOpen && (
        <div className="dialog-content">
          <header className="dialog-head">
            {lead}
            <h2 id={titleId}>{title}</h2>
            <button
              type="button"
              className="icon-button"
              aria-label={t('close')}
              data-tooltip={t('close')}
              onClick={onClose}
            >
              <X size={20} />
            </button>
          </header>
          <div className="dialog-body">
            <PartBoundary onClose={onClose}>{children}</PartBoundary>
          </div>
        </div>
      )}
    </dialog>
  );
}
