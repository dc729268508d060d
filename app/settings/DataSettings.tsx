import { Download, HardDrive, Trash2, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { StorageReport } from '../../engine/api.ts';
import { ImportProgress } from '../layout/ImportProgress.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import { bytes, count } from '../layout/quantities.ts';
import { useView } from '../layout/view-store.ts';
import { fileNameOf, saveFile } from '../sidebar/save-file.ts';
import { restInWords } from '../sidebar/use-conversation-files.ts';
import type { ChatState, ImportResult } from '../state/chat-state.ts';
import { setAsideStore } from '../state/records/set-aside.ts';
import { useChat, useStores } from '../state/stores.tsx';
import { Confirm } from './Confirm.tsx';

const AllTraces = lazyPart(() => import('../sharing/AllTraces.tsx'), ['sharing']);

/** What was done last with the conversations. */
type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'imported'; readonly result: ImportResult }
  | { readonly kind: 'deleted'; readonly conversations: number }
  | { readonly kind: 'failed'; readonly message: string };

export function DataSettings() {
  const { t } = useTranslation('settings');
  const { chat } = useStores();
  const conversations = useChat((state) => state.heads.length);
  const current = useChat((state) => state.current);
  const isAnswering = useChat((state) => state.answeringIn !== null);
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'nothing' });

  async function attempt(action: () => Promise<Outcome>): Promise<void> {
    try {
      setOutcome(await action());
    } catch (error) {
      setOutcome({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  const exportTo = (id: string | null, format: 'markdown' | 'json', name: string): Promise<void> =>
    attempt(async () => {
      saveFile(await chat.getState().exportConversations(id, format), name);
      return { kind: 'nothing' };
    });

  async function deleteAll(): Promise<Outcome> {
    const { heads, newChat, remove, forgetDeleted } = chat.getState();
    await newChat();
    for (const { id } of heads) await remove(id);
    forgetDeleted(); // the question before was the way back
    return { kind: 'deleted', conversations: heads.length };
  }

  return (
    <>
      <section className="settings-group" aria-labelledby="settings-conversations">
        <h3 id="settings-conversations">{t('data.conversations')}</h3>
        <p className="settings-note">{t('data.here', { count: conversations })}</p>
        <div className="button-row">
          <button
            type="button"
            className="button"
            disabled={conversations === 0}
            onClick={() => void exportTo(null, 'json', `mixtab-${today()}.json`)}
          >
            <Download size={16} aria-hidden="true" /> {t('data.exportAll')}
          </button>
          {current !== null && (
            <button
              type="button"
              className="button"
              onClick={() => void exportTo(current.id, 'markdown', `${fileNameOf(current.title, 'conversation')}.md`)}
            >
              <Download size={16} aria-hidden="true" /> {t('data.exportOpen')}
            </button>
          )}
          <label className="button file-button">
            <input
              type="file"
              className="visually-hidden"
              accept=".json,application/json"
              onChange={({ target }) => {
                const file = target.files?.[0];
                target.value = ''; // the same file may be chosen again
                if (file === undefined) return;
                void attempt(async () => ({
                  kind: 'imported',
                  result: await chat.getState().importConversations(file),
                }));
              }}
            />
            <Upload size={16} aria-hidden="true" /> {t('data.import')}
          </label>
        </div>
        <Confirm
          label={t('data.deleteAll')}
          icon={<Trash2 size={16} aria-hidden="true" />}
          question={t('data.deleteAllQuestion', { count: conversations })}
          confirmLabel={t('data.deleteAllConfirm', { count: conversations })}
          isDisabled={conversations === 0 || isAnswering}
          onConfirm={() => void attempt(deleteAll)}
        />
        <ImportProgress />
        <OutcomeLine outcome={outcome} />
      </section>
      <AllTraces />
      <SetAside />
      <StorageSummary />
    </>
  );
}

function OutcomeLine({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslation('settings');
  if (outcome.kind === 'failed') {
    return (
      <p className="field-problem" role="alert">
        {outcome.message}
      </p>
    );
  }
  return (
    <p className="settings-note" role="status">
      {outcome.kind === 'deleted' && t('data.deleted', { count: outcome.conversations })}
      {outcome.kind === 'imported' && (
        <>
          {t('data.imported', {
            count: outcome.result.conversations,
            messages: count(outcome.result.messages),
          })}{' '}
          {outcome.result.skipped > 0 && t('data.skipped', { count: outcome.result.skipped })}{' '}
          {restInWords(outcome.result)}
        </>
      )}
    </p>
  );
}

/** Records that did not parse. Nothing while there are none. */
function SetAside() {
  const { t } = useTranslation('settings');
  const { chat } = useStores();
  const version = useStore(setAsideStore, (state) => state.version);
  const [kept, setKept] = useState<Awaited<ReturnType<ChatState['setAsideFile']>>>(null);
  useEffect(() => {
    let isShown = true;
    chat
      .getState()
      .setAsideFile()
      .then(
        (read) => isShown && setKept(read),
        () => undefined, // a store that cannot be read says so elsewhere
      );
    return () => {
      isShown = false;
    };
  }, [chat, version]);
  if (kept === null) return null;
  return (
    <section className="settings-group" aria-labelledby="settings-set-aside">
      <h3 id="settings-set-aside">{t('data.setAside')}</h3>
      <p className="settings-note">{t('data.setAsideNote', { count: kept.count })}</p>
      <div className="button-row">
        <button
          type="button"
          className="button"
          onClick={() => saveFile(kept.file, `mixtab-set-aside-${today()}.json`)}
        >
          <Download size={16} aria-hidden="true" /> {t('data.setAsideSave')}
        </button>
      </div>
      <Confirm
        label={t('data.setAsideDiscard')}
        icon={<Trash2 size={16} aria-hidden="true" />}
        question={t('data.setAsideQuestion')}
        confirmLabel={t('data.setAsideDiscard')}
        isDisabled={false}
        onConfirm={() =>
          void chat
            .getState()
            .discardSetAside()
            .catch(() => undefined)
        }
      />
    </section>
  );
}

function StorageSummary() {
  const { t } = useTranslation('settings');
  const { client, panel } = useStores();
  const openPanel = useView((view) => view.openPanel);
  const [report, setReport] = useState<StorageReport | null>(null);
  useEffect(() => {
    let isShown = true;
    client.storage().then(
      (read) => isShown && setReport(read),
      () => undefined, // the panel of models says what is wrong with the storage
    );
    return () => {
      isShown = false;
    };
  }, [client]);
  return (
    <section className="settings-group" aria-labelledby="settings-storage">
      <h3 id="settings-storage">{t('data.storage')}</h3>
      {report !== null && (
        <>
          <meter
            aria-label={t('data.storage')}
            min={0}
            max={report.quotaBytes}
            value={report.usageBytes}
            data-tooltip={t('data.used', { used: bytes(report.usageBytes), quota: bytes(report.quotaBytes) })}
          />
          <p className="settings-note">
            {t('data.used', { used: bytes(report.usageBytes), quota: bytes(report.quotaBytes) })}{' '}
            {t('data.models', {
              count: report.models.length,
              size: bytes(report.models.reduce((sum, { storedBytes }) => sum + storedBytes, 0)),
            })}{' '}
            {t(report.persisted ? 'data.persisted' : 'data.notPersisted')}
          </p>
        </>
      )}
      <div className="button-row">
        <button
          type="button"
          className="button"
          onClick={() => {
            panel.getState().show('storage');
            openPanel('models');
          }}
        >
          <HardDrive size={16} aria-hidden="true" /> {t('data.manageModels')}
        </button>
      </div>
    </section>
  );
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
