import { Monitor, Moon, Sun } from 'lucide-react';
import type { Theme } from '../state/settings-store.ts';
import { useSettings } from '../state/stores.tsx';

const THEMES: readonly { readonly theme: Theme; readonly label: string; readonly Icon: typeof Sun }[] = [
  { theme: 'system', label: 'Like the system', Icon: Monitor },
  { theme: 'light', label: 'Light', Icon: Sun },
  { theme: 'dark', label: 'Dark', Icon: Moon },
];

export function ThemeSwitch() {
  const current = useSettings((state) => state.theme);
  const setTheme = useSettings((state) => state.setTheme);
  return (
    <fieldset className="theme-switch">
      <legend className="visually-hidden">Theme</legend>
      {THEMES.map(({ theme, label, Icon }) => (
        <label key={theme} title={label}>
          <input
            type="radio"
            name="theme"
            aria-label={label}
            checked={current === theme}
            onChange={() => setTheme(theme)}
          />
          <Icon size={16} aria-hidden="true" />
        </label>
      ))}
    </fieldset>
  );
}
