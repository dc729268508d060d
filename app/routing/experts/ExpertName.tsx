import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { leaveToInputMethod } from '../../layout/input-method.ts';
import { expertNames, LONGEST_NAME, placeOf } from './expert-names.ts';

interface ExpertNameProps {
  readonly file: string;
  readonly layer: number;
  readonly expert: number;
}

/** What a person calls an expert: written down when the field is left, or at Enter. */
export function ExpertName({ file, layer, expert }: ExpertNameProps) {
  const { t } = useTranslation('experts');
  const kept = useStore(expertNames, ({ models }) => models.get(file)?.get(placeOf(layer, expert)) ?? '');
  const [written, setWritten] = useState<string | null>(null);

  function keep(): void {
    if (written !== null && written.trim() !== kept) expertNames.getState().name(file, layer, expert, written);
    setWritten(null);
  }

  return (
    <form
      className="expert-name"
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <input
        aria-label={t('name.label', { layer, expert })}
        placeholder={t('name.placeholder')}
        maxLength={LONGEST_NAME}
        value={written ?? kept}
        onChange={(event) => setWritten(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          leaveToInputMethod(event);
          if (event.key !== 'Escape' || written === null) return;
          event.stopPropagation();
          setWritten(null);
        }}
      />
    </form>
  );
}
