import './settings.css';
import { ChevronLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import { useMediaQuery } from '../layout/use-media-query.ts';
import { useView } from '../layout/view-store.ts';
import { SectionList } from './SectionList.tsx';
import { SectionTabs } from './SectionTabs.tsx';

/** Not part of the first load: nobody changes settings before the page is there. */
const LoadedSection = lazyPart(() => import('./Section.tsx'), ['settings']);

/** Below this a list of sections leads to one at a time; above, they are tabs. The same width as in the style sheet. */
const PHONE = '(max-width: 600px)';

interface SettingsPanelProps {
  readonly isOpen: boolean;
  onClose(): void;
}

export function SettingsPanel({ isOpen, onClose }: SettingsPanelProps) {
  const { t } = useTranslation('layout');
  const isPhone = useMediaQuery(PHONE);
  const section = useView((view) => view.settingsSection);
  const openSettings = useView((view) => view.openSettings);
  const isInSection = isPhone && section !== null;
  return (
    <Dialog
      title={isInSection ? t(`settings.sections.${section}`) : t('settings.title')}
      isOpen={isOpen}
      onClose={onClose}
      size="wide"
      lead={isInSection && <BackButton onClick={() => openSettings(null)} />}
    >
      {isPhone ? (
        section === null ? (
          <SectionList onSection={openSettings} />
        ) : (
          <LoadedSection section={section} />
        )
      ) : (
        <SectionTabs section={section ?? 'generation'} onSection={openSettings}>
          <LoadedSection section={section ?? 'generation'} />
        </SectionTabs>
      )}
    </Dialog>
  );
}

/** Takes the focus, because the entry of the list that had it is gone. */
function BackButton({ onClick }: { onClick(): void }) {
  const { t } = useTranslation('layout');
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button
      ref={button}
      type="button"
      className="icon-button dialog-back"
      aria-label={t('settings.back')}
      data-tooltip={t('settings.back')}
      onClick={onClick}
    >
      <ChevronLeft size={20} />
    </button>
  );
}
