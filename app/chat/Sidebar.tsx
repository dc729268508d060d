import './sidebar.css';
import { SquarePen, Trash2, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Mark } from '../icons/Mark.tsx';
import { ThemeSwitch } from '../settings/ThemeSwitch.tsx';
import type { ConversationHead } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';

interface SidebarProps {
  readonly isDrawer: boolean;
  readonly isOpen: boolean;
  onClose(): void;
  onNewChat(): void;
}

/** The list of conversations: beside the chat on a wide screen, a drawer over it on a narrow one. */
export function Sidebar({ isDrawer, isOpen, onClose, onNewChat }: SidebarProps) {
  const heads = useChat((state) => state.heads);
  const saveFailed = useChat((state) => state.saveFailed);
  const closeButton = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (isDrawer && isOpen) closeButton.current?.focus();
  }, [isDrawer, isOpen]);

  return (
    <aside
      className="sidebar"
      aria-label="Sidebar"
      data-drawer={isDrawer}
      data-open={isOpen}
      inert={isDrawer && !isOpen}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isDrawer) onClose();
      }}
    >
      <div className="sidebar-head">
        <Mark size={26} />
        <strong>Mixtab</strong>
        {isDrawer && (
          <button
            ref={closeButton}
            type="button"
            className="icon-button"
            aria-label="Close conversations"
            onClick={onClose}
          >
            <X size={20} />
          </button>
        )}
      </div>
      {!isDrawer && (
        <button type="button" className="sidebar-new" onClick={onNewChat}>
          <SquarePen size={18} /> New chat
        </button>
      )}
      <nav className="sidebar-list" aria-label="Conversations">
        {heads.length === 0 ? (
          <p>Your conversations will be listed here. They stay in this browser.</p>
        ) : (
          <ul>
            {heads.map((head) => (
              <ConversationItem key={head.id} head={head} onSelected={onClose} />
            ))}
          </ul>
        )}
        {saveFailed && <p role="alert">This browser does not let Mixtab keep conversations. They end with this tab.</p>}
      </nav>
      <div className="sidebar-foot">
        <ThemeSwitch />
      </div>
    </aside>
  );
}

function ConversationItem({ head, onSelected }: { readonly head: ConversationHead; onSelected(): void }) {
  const isCurrent = useChat((state) => state.current?.id === head.id);
  const select = useChat((state) => state.select);
  const remove = useChat((state) => state.remove);
  return (
    <li data-current={isCurrent}>
      <button
        type="button"
        className="sidebar-title"
        aria-current={isCurrent ? 'page' : undefined}
        title={head.title}
        onClick={() => {
          void select(head.id);
          onSelected();
        }}
      >
        <span>{head.title}</span>
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={`Delete “${head.title}”`}
        onClick={() => void remove(head.id)}
      >
        <Trash2 size={16} />
      </button>
    </li>
  );
}
