import './toasts.css';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useChat } from '../state/stores.tsx';
import { updateStore } from '../state/update-store.ts';

/** How long a deleted conversation can be brought back. */
const UNDO_MS = 12_000;

/** Short messages with one action each, at the lower edge. */
export function Toasts() {
  const deleted = useChat((state) => state.deleted);
  const undo = useChat((state) => state.undoDelete);
  const forget = useChat((state) => state.forgetDeleted);
  const applyUpdate = useStore(updateStore, (state) => state.apply);

  useEffect(() => {
    if (deleted === null) return;
    const timer = setTimeout(forget, UNDO_MS);
    return () => clearTimeout(timer);
  }, [deleted, forget]);

  return (
    <div className="toasts" role="status">
      {deleted !== null && (
        <div className="toast">
          <span>{deleted.kind === 'conversation' ? 'Conversation deleted' : 'Message deleted'}</span>
          <button type="button" onClick={() => void undo()}>
            Undo
          </button>
          <button type="button" aria-label="Dismiss" onClick={forget}>
            <X size={16} />
          </button>
        </div>
      )}
      {applyUpdate !== null && (
        <div className="toast">
          <span>A new version of Mixtab is ready</span>
          <button type="button" onClick={applyUpdate}>
            Reload
          </button>
        </div>
      )}
    </div>
  );
}
