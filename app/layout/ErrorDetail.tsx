import { useTranslation } from 'react-i18next';

/** What a developer wants to know of an error, folded away. */
export function ErrorDetail({ detail }: { readonly detail: string }) {
  const { t } = useTranslation('layout');
  return (
    <details className="error-detail">
      <summary>{t('details')}</summary>
      <pre translate="no">{detail}</pre>
    </details>
  );
}
