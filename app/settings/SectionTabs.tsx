import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { SETTINGS_SECTIONS, type SettingsSection } from '../layout/view-store.ts';
import { SECTION_ICONS } from './section-icons.ts';
import { isComposing } from '../layout/input-method.ts';

interface SectionTabsProps {
  readonly section: SettingsSection;
  onSection(section: SettingsSection): void;
  readonly children: ReactNode;
}

/** How far each key moves among the tabs, which stand below each other. */
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Tabs as the ARIA practices have them: one is in the tab order, arrow keys go from one to the next. */
export function SectionTabs({ section, onSection, children }: SectionTabsProps) {
  const { t } = useTranslation('layout');
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const count = SETTINGS_SECTIONS.length;
    const index = SETTINGS_SECTIONS.indexOf(section);
    const step = STEPS[event.key];
    const target =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? count - 1
          : step === undefined
            ? null
            : (index + step + count) % count;
    const next = target === null ? undefined : SETTINGS_SECTIONS[target];
    if (next === undefined) return;
    event.preventDefault();
    onSection(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  }

  return (
    <div className="settings-tabs">
      <div ref={list} role="tablist" aria-orientation="vertical" aria-label={t('settings.title')} onKeyDown={onKeyDown}>
        {SETTINGS_SECTIONS.map((one) => {
          const Icon = SECTION_ICONS[one];
          return (
            <button
              key={one}
              type="button"
              role="tab"
              id={`tab-${one}`}
              aria-selected={one === section}
              aria-controls="settings-tabpanel"
              tabIndex={one === section ? 0 : -1}
              onClick={() => onSection(one)}
            >
              <Icon size={18} aria-hidden="true" /> {t(`settings.sections.${one}`)}
            </button>
          );
        })}
      </div>
      <div
        key={section} // each section starts at its top
        role="tabpanel"
        id="settings-tabpanel"
        className="settings-section"
        aria-labelledby={`tab-${section}`}
        tabIndex={0}
      >
        {children}
      </div>
    </div>
  );
}
