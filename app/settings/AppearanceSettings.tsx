import { Monitor, Moon, Sun } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isLanguage, LANGUAGES, matchLanguage } from '../i18n/languages.ts';
import { NotifyControl } from '../pwa/NotifyControl.tsx';
import { notificationsStore } from '../pwa/notifications.ts';
import { TEXT_SIZES } from '../state/settings-store.ts';
import { useSettings } from '../state/stores.tsx';
import { Segmented } from './Segmented.tsx';

const BROWSER = 'browser';

function NotifySettings() {
  const { t } = useTranslation('layout');
  const state = useStore(notificationsStore, (store) => store.state);
  const id = useId();
  if (state === 'unsupported') return null;
  return (
    <section className="settings-group" aria-labelledby={id}>
      <h3 id={id}>{t('background.title')}</h3>
      <p className="settings-note">{t('background.help')}</p>
      <NotifyControl />
    </section>
  );
}

export function AppearanceSettings() {
  const { t } = useTranslation(['settings', 'layout']);
  const { theme, textSize, language } = useSettings((state) => state);
  const { setTheme, setTextSize, setLanguage } = useSettings((state) => state);
  const id = useId();
  return (
    <>
      <section className="settings-group" aria-labelledby={`${id}-theme`}>
        <h3 id={`${id}-theme`}>{t('layout:settings.theme')}</h3>
        <Segmented
          label={t('layout:settings.theme')}
          value={theme}
          options={[
            {
              value: 'system',
              label: t('layout:settings.themes.system'),
              icon: <Monitor size={16} aria-hidden="true" />,
            },
            { value: 'light', label: t('layout:settings.themes.light'), icon: <Sun size={16} aria-hidden="true" /> },
            { value: 'dark', label: t('layout:settings.themes.dark'), icon: <Moon size={16} aria-hidden="true" /> },
          ]}
          onChange={setTheme}
        />
      </section>
      <section className="settings-group" aria-labelledby={`${id}-size`}>
        <h3 id={`${id}-size`}>{t('appearance.textSize')}</h3>
        <Segmented
          label={t('appearance.textSize')}
          value={textSize}
          options={TEXT_SIZES.map((size) => ({
            value: size,
            label: t(`appearance.textSizes.${size}`),
            isLabelHidden: true,
            icon: (
              <span className="text-size-letter" data-size={size} aria-hidden="true">
                {t('appearance.letter')}
              </span>
            ),
          }))}
          onChange={setTextSize}
        />
        <p className="text-sample">{t('appearance.sample')}</p>
      </section>
      <section className="settings-group">
        <label className="field">
          <span>{t('appearance.language')}</span>
          <select
            value={language ?? BROWSER}
            onChange={({ target: { value } }) => setLanguage(isLanguage(value) ? value : null)}
          >
            <option value={BROWSER}>
              {t('appearance.languageOfBrowser', { language: LANGUAGES[matchLanguage(navigator.languages)] })}
            </option>
            {Object.entries(LANGUAGES).map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
          <small>{t('appearance.languageHelp')}</small>
        </label>
      </section>
      <NotifySettings />
      <p className="settings-note">{t('appearance.motion')}</p>
    </>
  );
}
