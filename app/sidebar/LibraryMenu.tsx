import '../layout/menu.css';
import * as Menu from '@radix-ui/react-dropdown-menu';
import { CodeXml, Download, Ellipsis, Upload } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useDialogFromMenu } from '../layout/use-dialog-from-menu.ts';
import { useView } from '../layout/view-store.ts';
import { useChat } from '../state/stores.tsx';
import { useConversationFiles } from './use-conversation-files.ts';

/** What can be done with all conversations at once. */
export function LibraryMenu() {
  const { t } = useTranslation(['sidebar', 'layout']);
  const { exportAll, importFile } = useConversationFiles();
  const hasConversations = useChat((state) => state.heads.length > 0);
  const openPanel = useView((view) => view.openPanel);
  const { trigger, onCloseAutoFocus, afterMenu } = useDialogFromMenu();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu.Root modal={false}>
        <Menu.Trigger asChild>
          <button
            ref={trigger}
            type="button"
            className="icon-button"
            aria-label={t('library.label')}
            data-tooltip={t('library.label')}
          >
            <Ellipsis size={18} />
          </button>
        </Menu.Trigger>
        <Menu.Content
          className="menu"
          side="top"
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={onCloseAutoFocus}
        >
          <Menu.Item className="menu-item" onSelect={() => afterMenu(() => openPanel('embed'))}>
            <CodeXml size={16} aria-hidden="true" />
            {t('layout:embed.open')}
          </Menu.Item>
          <Menu.Item className="menu-item" onSelect={() => picker.current?.click()}>
            <Upload size={16} aria-hidden="true" />
            {t('library.import')}
          </Menu.Item>
          <Menu.Item className="menu-item" disabled={!hasConversations} onSelect={() => void exportAll()}>
            <Download size={16} aria-hidden="true" />
            {t('library.export')}
          </Menu.Item>
        </Menu.Content>
      </Menu.Root>
      <input
        ref={picker}
        type="file"
        className="visually-hidden"
        accept=".json,application/json"
        aria-label={t('library.import')}
        tabIndex={-1}
        onChange={({ target }) => {
          const file = target.files?.[0];
          target.value = ''; // so that the same file can be chosen again
          if (file !== undefined) void importFile(file);
        }}
      />
    </>
  );
}
