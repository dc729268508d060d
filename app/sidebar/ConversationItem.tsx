import { CloudAlert, Ellipsis } from 'lucide-react';
import { memo, type MouseEvent, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationHead } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';
import type { MenuPlace } from './ConversationMenu.tsx';
import { TitleField } from './TitleField.tsx';

export interface ItemActions {
  /** Its title is in the document now, or is there again after it was renamed. */
  mounted(id: string, title: HTMLElement): void;
  select(id: string): void;
  openMenu(id: string, place: MenuPlace): void;
  finishRename(id: string, title: string | null): void;
}

interface ConversationItemProps {
  readonly head: ConversationHead;
  readonly mode: 'shown' | 'menu' | 'renaming';
  /** `div`: within the list item of a windowed list. */
  readonly as: 'li' | 'div';
  /** Whether Tab stops here; the arrow keys go to the others. */
  readonly isTabStop: boolean;
  /** Stays the same, so that an item is rendered only when it changes. */
  readonly actions: ItemActions;
}

export const ConversationItem = memo(function ConversationItem({
  head: { id, title },
  mode,
  as: Element,
  isTabStop,
  actions,
}: ConversationItemProps) {
  const { t } = useTranslation('sidebar');
  const isCurrent = useChat((state) => state.current?.id === id);
  const isAnswering = useChat((state) => state.answeringIn === id);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (button.current !== null) actions.mounted(id, button.current);
  }, [actions, id, mode]);
  const isUnsaved = useChat((state) => state.unsaved.has(id));
  if (mode === 'renaming') {
    return (
      <Element className="sidebar-item" data-current={isCurrent}>
        <TitleField title={title} onDone={(renamed) => actions.finishRename(id, renamed)} />
      </Element>
    );
  }

  function openMenuHere(event: MouseEvent<HTMLElement>): void {
    event.preventDefault();
    // The menu key opens it too, and then there is no pointer.
    const isAtPointer = event.type === 'contextmenu' && (event.clientX !== 0 || event.clientY !== 0);
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    actions.openMenu(
      id,
      isAtPointer ? { left: event.clientX, top: event.clientY, width: 0, height: 0 } : { left, top, width, height },
    );
  }

  return (
    <Element className="sidebar-item" data-current={isCurrent} data-menu={mode === 'menu'}>
      <button
        ref={button}
        type="button"
        className="sidebar-item-title"
        data-conversation={id}
        aria-current={isCurrent ? 'page' : undefined}
        data-tooltip={title}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => actions.select(id)}
        onContextMenu={openMenuHere}
      >
        <span dir="auto">{title}</span>
      </button>
      {isAnswering && <span className="sidebar-item-answering" role="img" aria-label={t('item.answering')} />}
      {isUnsaved && (
        <span
          className="sidebar-item-unsaved"
          role="img"
          aria-label={t('unsaved.mark')}
          data-tooltip={t('unsaved.mark')}
        >
          <CloudAlert size={16} aria-hidden="true" />
        </span>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={t('item.options', { title })}
        aria-haspopup="menu"
        aria-expanded={mode === 'menu'}
        tabIndex={isTabStop ? 0 : -1}
        onClick={openMenuHere}
      >
        <Ellipsis size={16} />
      </button>
    </Element>
  );
});
