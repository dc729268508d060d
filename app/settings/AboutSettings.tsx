import { Download, Keyboard } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Mark } from '../icons/Mark.tsx';
import { useView } from '../layout/view-store.ts';
import { installStore } from '../pwa/install-store.ts';
import { pageVersion, sourceAddress } from './page-version.ts';

export function AboutSettings() {
  const { t } = useTranslation('settings');
  const openPanel = useView((view) => view.openPanel);
  const source = sourceAddress();
  const install = useStore(installStore, (state) => state.install);
  return (
    <>
      <div className="about-head">
        <Mark size={48} />
        <p>
          <strong translate="no">Mixtab</strong>
          <span translate="no">{pageVersion()}</span>
        </p>
      </div>
      <p>{t('about.what')}</p>
      <h3>{t('about.privacy')}</h3>
      <p>{t('about.privacyText')}</p>
      <h3>{t('about.moe')}</h3>
      <p>{t('about.moeText')}</p>
      <h3>{t('about.model')}</h3>
      <p>{t('about.modelText')}</p>
      <h3>{t('about.source')}</h3>
      <p>
        {t('about.sourceText')}{' '}
        {source !== null && (
          <a href={source} target="_blank" rel="noopener">
            {t('about.sourceLink')}
          </a>
        )}
      </p>
      <h3>{t('about.licence')}</h3>
      <p>
        {t('about.licenceText')} {/* Written at build by tools/licences.ts. */}
        <a href="./licences.txt" target="_blank" rel="noopener">
          {t('about.libraries')}
        </a>
      </p>
      <div className="button-row">
        <button type="button" className="button" onClick={() => openPanel('shortcuts')}>
          <Keyboard size={16} aria-hidden="true" /> {t('about.shortcuts')}
        </button>
        {install !== null && (
          <button type="button" className="button" onClick={() => void install()}>
            <Download size={16} aria-hidden="true" /> {t('about.install')}
          </button>
        )}
      </div>
    </>
  );
}
