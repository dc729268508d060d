import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { SETTINGS_SECTIONS, type SettingsSection } from '../layout/view-store.ts';
import { SECTION_ICONS } from './section-icons.ts';

/** The way into the sections on a phone. */
export function SectionList({ onSection }: { onSection(section: SettingsSection): void }) {
  const { t } = useTranslation('layout');
  return (
    <ul className="section-list">
      {SETTINGS_SECTIONS.map((section) => {
        const Icon = SECTION_ICONS[section];
        return (
          <li key={section}>
            <button type="button" onClick={() => onSection(section)}>
              <Icon size={20} aria-hidden="true" />
              <span>
                <strong>{t(`settings.sections.${section}`)}</strong>
                <small>{t(`settings.sectionHints.${section}`)}</small>
              </span>
              <ChevronRight size={18} aria-hidden="true" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
