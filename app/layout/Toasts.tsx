import './toasts.css';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { noticeStore } from '../state/notice-store.ts';
import { useChat } from '../state/stores.tsx';
import { setAsideStore } from '../state/records/set-aside.ts';
import { updateStore } from '../state/update-store.ts';
import { ImportProgress } from './ImportProgress.tsx';
import { useLatest } from './use-latest.ts';
import { useView } from './view-store.ts';

/** How long a toast stays once nobody is at it. */
const SHOWN_MS = 12_000;

/** Short messages with one action each, at the lower edge. */
export function Toasts() {
  const { t } = useTranslation('sidebar');
  const notices = useStore(noticeStore, (state) => state.notices);
  const dismiss = useStore(noticeStore, (state) => state.dismiss);
  const applyUpdate = useStore(updateStore, (state) => state.apply);
  // A reload would cut the answer short; the new version can wait for its end.
  const isAnswering = useChat((state) => state.answeringIn !== null);
  return (
    <div className="toasts" role="status">
      {notices.map((notice) => (
        <Toast key={notice.id} kind={notice.kind} about={notice} onEnd={() => dismiss(notice.id)}>
          <span>{notice.text}</span>
          {notice.action !== undefined && (
            <button
              type="button"
              onClick={() => {
                dismiss(notice.id);
                notice.action?.run();
              }}
            >
              {notice.action.label}
            </button>
          )}
        </Toast>
      ))}
      <ImportToast />
      <SetAsideToast />
      <DeletedToast />
      {applyUpdate !== null && !isAnswering && (
        <div className="toast">
          <span>{t('toast.update')}</span>
          <button type="button" onClick={applyUpdate}>
            {t('toast.reload')}
          </button>
        </div>
      )}
    </div>
  );
}

function ImportToast() {
  const isImporting = useChat((state) => state.importing !== null);
  return (
    isImporting && (
      <div className="toast">
        <ImportProgress />
      </div>
    )
  );
}

/** One, however much could not be read. */
function SetAsideToast() {
  const { t } = useTranslation('sidebar');
  const isNews = useStore(setAsideStore, (state) => state.isNews);
  const dismiss = useStore(setAsideStore, (state) => state.dismiss);
  const openSettings = useView((view) => view.openSettings);
  if (!isNews) return null;
  return (
    <Toast kind="failed" about={setAsideStore} onEnd={dismiss}>
      <span>{t('toast.setAside')}</span>
      <button
        type="button"
        onClick={() => {
          dismiss();
          openSettings('data');
        }}
      >
        {t('toast.setAsideShow')}
      </button>
    </Toast>
  );
}

function DeletedToast() {
  const { t } = useTranslation('sidebar');
  const deleted = useChat((state) => state.deleted);
  const undo = useChat((state) => state.undoDelete);
  const forget = useChat((state) => state.forgetDeleted);
  if (deleted === null) return null;
  return (
    <Toast kind="done" about={deleted} onEnd={forget}>
      <span>
        {deleted.kind === 'conversation'
          ? t('toast.conversationDeleted', { title: deleted.title })
          : t('toast.messagesDeleted', { count: deleted.count })}
      </span>
      <button type="button" onClick={() => void undo()}>
        {t('toast.undo')}
      </button>
    </Toast>
  );
}

interface ToastProps {
  readonly kind: 'done' | 'failed';
  /** What it is about: something else begins its time anew. */
  readonly about: object;
  onEnd(): void;
  readonly children: ReactNode;
}

/** Goes after a while, but not under the pointer or the focus. An error stays until it is dismissed. */
function Toast({ kind, about, onEnd, children }: ToastProps) {
  const { t } = useTranslation('sidebar');
  const [isHeld, setHeld] = useState(false);
  const end = useLatest(onEnd);
  useEffect(() => {
    if (isHeld || kind === 'failed') return;
    const timer = setTimeout(() => end.current(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [about, isHeld, kind, end]);
  return (
    <div
      className="toast"
      data-kind={kind}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {children}
      <button type="button" aria-label={t('toast.dismiss')} onClick={onEnd}>
        <X size={16} />
      </button>
    </div>
  );
}
