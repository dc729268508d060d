import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Dialog } from '../../layout/Dialog.tsx';
import { useStores } from '../../state/stores.tsx';
import type { FileHandle } from './disk-files.ts';
import type { DiskReason } from './disk-store.ts';
import { canPickFiles, pickModelFiles } from './pick-files.ts';

/** Files that have to be chosen again. */
const GONE: ReadonlySet<DiskReason> = new Set(['missing', 'unknown']);

/** Asks before files of this device are read again, in words, and says what became of them. */
export function DiskQuestion() {
  const { t } = useTranslation('models');
  const { disk } = useStores();
  const question = useStore(disk, (state) => state.question);
  const { agree, refuse } = disk.getState();
  const [isBusy, setBusy] = useState(false);
  const name = question?.name ?? '';
  const why = question?.why ?? 'permission';

  async function answer(handles?: Promise<readonly FileHandle[] | null>): Promise<void> {
    setBusy(true);
    try {
      const chosen = await handles;
      if (chosen !== null) await agree(chosen);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={t(`disk.titles.${why}`, { name })} isOpen={question !== null} onClose={refuse} size="small">
      <p>{t(`disk.texts.${why}`, { name })}</p>
      <div className="button-row">
        {GONE.has(why) ? (
          canPickFiles() && (
            <button
              type="button"
              className="button button-primary"
              disabled={isBusy}
              onClick={() => void answer(pickModelFiles())}
            >
              {t('disk.chooseAgain')}
            </button>
          )
        ) : (
          <button type="button" className="button button-primary" disabled={isBusy} onClick={() => void answer()}>
            {why === 'changed' ? t('disk.openChanged') : t('disk.allow')}
          </button>
        )}
        <button type="button" className="button" onClick={refuse}>
          {t('disk.notNow')}
        </button>
      </div>
    </Dialog>
  );
}
