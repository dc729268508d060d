import * as Menu from '@radix-ui/react-dropdown-menu';
import { Globe } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { MenuCheck } from '../layout/MenuCheck.tsx';
import { count } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import type { KnownModel, KnownServer } from './known-servers.ts';
import { serverChoice } from './servers-store.ts';
import { useServer } from './use-server.ts';

interface ServerChoicesProps {
  onChoose(choice: ReturnType<typeof serverChoice>): void;
  onOpenTab(): void;
}

/** Of a server with many models; the others are in the panel. */
const MOST_SHOWN = 5;

/** In the menu of models: those of the servers that the person used, and the way to another. */
export function ServerChoices({ onChoose, onOpenTab }: ServerChoicesProps) {
  const { t } = useTranslation('server');
  const { servers } = useStores();
  const known = useStore(servers, (state) => state.servers);
  const used = useServer();
  return (
    <>
      {known.length > 0 && (
        <Menu.Group>
          <Menu.Label className="menu-label">{t('menu.label')}</Menu.Label>
          {known.map((server) => {
            const { host } = new URL(server.url);
            const present = used?.choice.source.url === server.url ? used.choice.source.model : null;
            const shown = shownOf(server, present);
            const rest = server.models.length - shown.length;
            return (
              <Menu.Group key={server.url}>
                {shown.map(({ id }) => (
                  <Menu.CheckboxItem
                    key={id}
                    className="menu-item"
                    checked={id === present}
                    onSelect={() => onChoose(serverChoice(server.url, id))}
                  >
                    <MenuCheck />
                    <span className="menu-text">
                      {id}
                      <span>{t('menu.on', { host })}</span>
                    </span>
                  </Menu.CheckboxItem>
                ))}
                {rest > 0 && (
                  <Menu.Item className="menu-item" onSelect={onOpenTab}>
                    <span className="menu-check" />
                    <span className="menu-text">{t('menu.more', { count: rest, formatted: count(rest), host })}</span>
                  </Menu.Item>
                )}
              </Menu.Group>
            );
          })}
          <Menu.Separator className="menu-separator" />
        </Menu.Group>
      )}
      <Menu.Item className="menu-item" onSelect={onOpenTab}>
        <Globe size={16} aria-hidden="true" />
        {t('menu.add')}
      </Menu.Item>
    </>
  );
}

/** The present one, and the first of the others. */
function shownOf({ models }: KnownServer, present: string | null): readonly KnownModel[] {
  return models.toSorted((a, b) => Number(b.id === present) - Number(a.id === present)).slice(0, MOST_SHOWN);
}
