import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposing } from '../layout/input-method.ts';

interface TitleFieldProps {
  readonly title: string;
  /** Null: it stays as it was. */
  onDone(title: string | null): void;
}

/** A title that is being changed: Enter and leaving it keep the change, Escape does not. */
export function TitleField({ title, onDone }: TitleFieldProps) {
  const { t } = useTranslation('sidebar');
  const field = useRef<HTMLInputElement>(null);
  /** Enter also takes the focus away, which must not be a second answer. */
  const isDone = useRef(false);

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  function finish(changed: string | null): void {
    if (isDone.current) return;
    isDone.current = true;
    onDone(changed);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    event.stopPropagation(); // neither the list's keys nor the drawer's
    if (isComposing(event)) return;
    if (event.key === 'Enter') finish(event.currentTarget.value);
    if (event.key === 'Escape') finish(null);
  }

  return (
    <input
      ref={field}
      className="sidebar-rename"
      dir="auto"
      aria-label={t('item.newTitle')}
      defaultValue={title}
      maxLength={200}
      autoComplete="off"
      enterKeyHint="done"
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value)}
    />
  );
}
