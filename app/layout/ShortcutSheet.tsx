import './shortcut-sheet.css';
import { useTranslation } from 'react-i18next';
import { useSettings } from '../state/stores.tsx';
import { Dialog } from './Dialog.tsx';
import { Keys } from './Keys.tsx';
import { SHORTCUT_GROUPS, SHORTCUTS } from './shortcuts.ts';
import { useView } from './view-store.ts';

export function ShortcutSheet() {
  const { t } = useTranslation('layout');
  const isOpen = useView(({ panel }) => panel === 'shortcuts');
  const close = useView((view) => view.closePanel);
  const singleKeys = useSettings((state) => state.singleKeys);
  const setSingleKeys = useSettings((state) => state.setSingleKeys);
  return (
    <Dialog title={t('shortcuts.title')} isOpen={isOpen} onClose={close} size="wide">
      <div className="shortcut-groups">
        {SHORTCUT_GROUPS.map((group) => (
          <section key={group} aria-labelledby={`shortcuts-${group}`}>
            <h3 id={`shortcuts-${group}`}>{t(`shortcuts.groups.${group}`)}</h3>
            <dl>
              {SHORTCUTS.filter((shortcut) => shortcut.group === group).map(({ id, keys }) => (
                <div key={id}>
                  <dt>{t(`shortcuts.names.${id}`)}</dt>
                  {keys
                    .filter(({ held }) => held !== 'character' || singleKeys === 'on')
                    .map((combination) => (
                      <dd key={combination.held}>
                        <Keys keys={combination} />
                      </dd>
                    ))}
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="check-field">
        <input
          type="checkbox"
          checked={singleKeys === 'on'}
          onChange={(event) => setSingleKeys(event.target.checked ? 'on' : 'off')}
        />
        <span>
          {t('shortcuts.singleKeys')}
          <small>{t('shortcuts.singleKeysHelp')}</small>
        </span>
      </label>
    </Dialog>
  );
}
