import type { ComponentType, MouseEvent } from 'react';

interface ActionButtonProps {
  readonly label: string;
  readonly icon: ComponentType<{ readonly size: number; readonly 'aria-hidden': boolean }>;
  onClick(event: MouseEvent<HTMLButtonElement>): void;
}

/** A small button with a picture, in the row under a message. */
export function ActionButton({ label, icon: Icon, onClick }: ActionButtonProps) {
  return (
    <button type="button" className="icon-button" aria-label={label} data-tooltip={label} onClick={onClick}>
      <Icon size={16} aria-hidden />
    </button>
  );
}

/** For a button that is about to vanish: the focus stays with its message. */
export function focusOwnMessage({ currentTarget }: MouseEvent<HTMLElement>): void {
  currentTarget.closest('article')?.focus({ preventScroll: true });
}

/** For a message that is about to vanish: the focus stays in the conversation. */
export function focusConversation({ currentTarget }: MouseEvent<HTMLElement>): void {
  currentTarget.closest<HTMLElement>('.conversation-scroller')?.focus({ preventScroll: true });
}
