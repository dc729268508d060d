import { Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Theme } from '../state/settings-store.ts';
import { useSettings } from '../state/stores.tsx';

const THEMES: readonly { readonly theme: Theme; readonly Icon: typeof Sun }[] = [
  { theme: 'system', Icon: Monitor },
  { theme: 'light', Icon: Sun },
  { theme: 'dark', Icon: Moon },
];

export function ThemeSwitch() {
  const { t } = useTranslation('layout');
  const current = useSettings((state) => state.theme);
  const setTheme = useSettings((state) => state.setTheme);
  return (
    <fieldset className="theme-switch">
      <legend className="visually-hidden">{t('settings.theme')}</legend>
      {THEMES.map(({ theme, Icon }) => (
        <label key={theme} data-tooltip={t(`settings.themes.${theme}`)}>
          <input
            type="radio"
            name="theme"
            aria-label={t(`settings.themes.${theme}`)}
            checked={current === theme}
            onChange={() => setTheme(theme)}
          />
          <Icon size={16} aria-hidden="true" />
        </label>
      ))}
    </fieldset>
  );
}
