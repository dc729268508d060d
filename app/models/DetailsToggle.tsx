import { useTranslation } from 'react-i18next';

interface DetailsToggleProps {
  /** Of what is shown. */
  readonly name: string;
  readonly isOpen: boolean;
  onToggle(): void;
}

/** Shows and hides the preview of a model below its row. */
export function DetailsToggle({ name, isOpen, onToggle }: DetailsToggleProps) {
  const { t } = useTranslation('models');
  return (
    <button
      type="button"
      className="button"
      aria-expanded={isOpen}
      aria-label={isOpen ? t('catalogue.close', { name }) : t('catalogue.look', { name })}
      onClick={onToggle}
    >
      {isOpen ? t('catalogue.hide') : t('catalogue.details')}
    </button>
  );
}
