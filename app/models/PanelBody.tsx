import './model-panel.css';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { ServerTab } from '../server/ServerTab.tsx';
import { useStores } from '../state/stores.tsx';
import { CatalogueTab } from './CatalogueTab.tsx';
import { EngineNotice } from './EngineNotice.tsx';
import { OpenTab } from './OpenTab.tsx';
import { PANEL_TABS, type PanelTab } from './panel-store.ts';
import { StorageTab } from './StorageTab.tsx';
import { Tabs } from './Tabs.tsx';
import { ThisModelTab } from './ThisModelTab.tsx';

interface PanelBodyProps {
  onClose(): void;
}

export default function PanelBody({ onClose }: PanelBodyProps) {
  const { t } = useTranslation('models');
  const { panel } = useStores();
  const tab = useStore(panel, (state) => state.tab);
  return (
    <>
      <EngineNotice onOpenModel={() => panel.getState().show('catalogue')} />
      <Tabs
        label={t('panel.tabs')}
        tabs={PANEL_TABS.map((key) => ({ key, label: t(`panel.${key}`) }))}
        selected={tab}
        onSelect={panel.getState().show}
      >
        <TabContent tab={tab} onOpened={onClose} />
      </Tabs>
    </>
  );
}

function TabContent({ tab, onOpened }: { readonly tab: PanelTab; onOpened(): void }) {
  switch (tab) {
    case 'catalogue':
      return <CatalogueTab onOpened={onOpened} />;
    case 'open':
      return <OpenTab onOpened={onOpened} />;
    case 'server':
      return <ServerTab onOpened={onOpened} />;
    case 'storage':
      return <StorageTab onOpened={onOpened} />;
    case 'current':
      return <ThisModelTab onOpened={onOpened} />;
    default:
      return tab satisfies never;
  }
}
