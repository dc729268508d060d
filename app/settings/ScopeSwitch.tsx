import { useTranslation } from 'react-i18next';
import { Segmented } from './Segmented.tsx';
import type { ScopedSampling } from './use-scoped-sampling.ts';

/** Whether what is changed below holds in all conversations, or in the open one only. */
export function ScopeSwitch({ scoped: { scope, setScope, overridden } }: { readonly scoped: ScopedSampling }) {
  const { t } = useTranslation('settings');
  return (
    <div className="scope">
      <Segmented
        label={t('scope.label')}
        value={scope}
        options={[
          { value: 'everywhere', label: t('scope.everywhere') },
          { value: 'conversation', label: t('scope.conversation') },
        ]}
        onChange={setScope}
      />
      <p className="settings-note">
        {scope === 'conversation'
          ? t('scope.conversationHelp')
          : overridden.length > 0
            ? t('scope.overridden', { count: overridden.length })
            : t('scope.everywhereHelp')}
      </p>
    </div>
  );
}
