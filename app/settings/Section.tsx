import type { ReactNode } from 'react';
import type { SettingsSection } from '../layout/view-store.ts';
import { AboutSettings } from './AboutSettings.tsx';
import { AppearanceSettings } from './AppearanceSettings.tsx';
import { DataSettings } from './DataSettings.tsx';
import { DeviceSettings } from './DeviceSettings.tsx';
import { GenerationSettings } from './GenerationSettings.tsx';

/** What one section of the settings shows. The default export of a chunk that is loaded with the panel. */
export default function Section({ section }: { readonly section: SettingsSection }) {
  return <div className="settings-content">{contentOf(section)}</div>;
}

function contentOf(section: SettingsSection): ReactNode {
  switch (section) {
    case 'generation':
      return <GenerationSettings />;
    case 'appearance':
      return <AppearanceSettings />;
    case 'data':
      return <DataSettings />;
    case 'device':
      return <DeviceSettings />;
    case 'about':
      return <AboutSettings />;
    default:
      return section satisfies never;
  }
}
