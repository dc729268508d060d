import { useTranslation } from 'react-i18next';

/** Says what files do that are dropped here. Nothing for screen readers: nobody drags by ear. */
export function DropShade() {
  const { t } = useTranslation('layout');
  return (
    <div className="drop-shade" aria-hidden="true">
      <p>
        <strong>{t('drop.title')}</strong>
        {t('drop.text')}
      </p>
    </div>
  );
}
