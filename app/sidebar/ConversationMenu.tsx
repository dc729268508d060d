import '../layout/menu.css';
import * as Menu from '@radix-ui/react-dropdown-menu';
import { FileJson, FileText, Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ConversationHead } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';
import { useConversationFiles } from './use-conversation-files.ts';

/** Where the menu opens, in pixels of the window: beside a button, or where the pointer is. */
export interface MenuPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface ConversationMenuProps {
  readonly head: ConversationHead;
  readonly place: MenuPlace;
  onRename(): void;
  onDelete(): void;
  /** It is closed; the focus is for the caller to put. */
  onClosed(): void;
}

/** The one menu of the list: a thousand conversations need not have one each. */
export function ConversationMenu({ head, place, onRename, onDelete, onClosed }: ConversationMenuProps) {
  const { t } = useTranslation('sidebar');
  const setPinned = useChat((state) => state.setPinned);
  const { exportOne } = useConversationFiles();
  return (
    <Menu.Root open modal={false} onOpenChange={(isOpen) => !isOpen && onClosed()}>
      <Menu.Trigger asChild>
        <span className="menu-place" style={place} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Content
        className="menu"
        aria-label={t('item.options', { title: head.title })}
        align="start"
        sideOffset={4}
        collisionPadding={8}
        onCloseAutoFocus={(event) => event.preventDefault()}
      >
        <Menu.Item className="menu-item" onSelect={onRename}>
          <Pencil size={16} aria-hidden="true" />
          {t('item.rename')}
          <span className="menu-key" aria-hidden="true">
            F2
          </span>
        </Menu.Item>
        <Menu.Item className="menu-item" onSelect={() => void setPinned(head.id, !head.isPinned)}>
          {head.isPinned ? <PinOff size={16} aria-hidden="true" /> : <Pin size={16} aria-hidden="true" />}
          {head.isPinned ? t('item.unpin') : t('item.pin')}
        </Menu.Item>
        <Menu.Separator className="menu-separator" />
        <Menu.Item className="menu-item" onSelect={() => void exportOne(head, 'markdown')}>
          <FileText size={16} aria-hidden="true" />
          {t('item.exportMarkdown')}
        </Menu.Item>
        <Menu.Item className="menu-item" onSelect={() => void exportOne(head, 'json')}>
          <FileJson size={16} aria-hidden="true" />
          {t('item.exportJson')}
        </Menu.Item>
        <Menu.Separator className="menu-separator" />
        <Menu.Item className="menu-item menu-item-danger" onSelect={onDelete}>
          <Trash2 size={16} aria-hidden="true" />
          {t('item.delete')}
          <span className="menu-key" aria-hidden="true">
            Del
          </span>
        </Menu.Item>
      </Menu.Content>
    </Menu.Root>
  );
}
