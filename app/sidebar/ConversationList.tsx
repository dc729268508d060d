import { type KeyboardEvent, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../layout/use-latest.ts';
import { useChat, useStores } from '../state/stores.tsx';
import { conversationGroups } from './conversation-groups.ts';
import { ConversationItem, type ItemActions } from './ConversationItem.tsx';
import { ConversationMenu, type MenuPlace } from './ConversationMenu.tsx';
import { moveFocus } from './move-focus.ts';
import { isComposing } from '../layout/input-method.ts';

/** What one conversation of the list is in the middle of. */
type Activity =
  | { readonly kind: 'none' }
  | { readonly kind: 'menu'; readonly id: string; readonly place: MenuPlace }
  | { readonly kind: 'renaming'; readonly id: string };

/** All conversations by date. Arrow keys go through them, F2 renames, Delete deletes. */
export function ConversationList({ onSelected }: { onSelected(): void }) {
  const { t } = useTranslation('sidebar');
  const { chat } = useStores();
  const heads = useChat((state) => state.heads);
  const currentId = useChat((state) => state.current?.id ?? null);
  const [activity, setActivity] = useState<Activity>({ kind: 'none' });
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  /** Gets the focus when it is rendered again: a renamed title, or the neighbour of what was deleted. */
  const focusNext = useRef<string | null>(null);
  const prefix = useId();
  const groups = useMemo(() => conversationGroups(heads, t('pinned')), [heads, t]);
  const tabStop = [focusedId, currentId].find((id) => heads.some((head) => head.id === id)) ?? heads[0]?.id;
  const menuHead = activity.kind === 'menu' ? heads.find((head) => head.id === activity.id) : undefined;

  useLayoutEffect(() => {
    const id = focusNext.current;
    if (id === null) return;
    const title = list.current?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(id)}"]`);
    if (title === null || title === undefined) return;
    focusNext.current = null;
    title.focus();
  });

  const latest = useLatest(onSelected);
  const actions = useMemo<ItemActions>(
    () => ({
      select: (id) => {
        void chat.getState().select(id);
        latest.current();
      },
      openMenu: (id, place) => {
        setFocusedId(id);
        setActivity({ kind: 'menu', id, place });
      },
      finishRename: (id, title) => {
        focusNext.current = id;
        setActivity({ kind: 'none' });
        if (title !== null) void chat.getState().rename(id, title);
      },
    }),
    [chat, latest],
  );

  function remove(id: string): void {
    const at = heads.findIndex((head) => head.id === id);
    const neighbour = heads[at + 1] ?? heads[at - 1];
    focusNext.current = neighbour?.id ?? null;
    setFocusedId(neighbour?.id ?? null);
    setActivity({ kind: 'none' });
    void chat.getState().remove(id);
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const id = event.target instanceof HTMLElement ? event.target.dataset['conversation'] : undefined;
    if (id === undefined || isComposing(event)) return;
    if (event.key === 'F2') setActivity({ kind: 'renaming', id });
    else if (event.key === 'Delete') remove(id);
    else if (!moveFocus(event, list.current, '[data-conversation]')) return;
    event.preventDefault();
  }

  return (
    <div
      ref={list}
      role="presentation"
      onKeyDown={onKeyDown}
      onFocus={({ target }) => setFocusedId(target.dataset['conversation'] ?? focusedId)}
    >
      {groups.map(({ key, label, heads: members }) => (
        <section key={key} className="sidebar-group">
          <h2 id={`${prefix}-${key}`}>{label}</h2>
          <ul aria-labelledby={`${prefix}-${key}`}>
            {members.map((head) => (
              <ConversationItem
                key={head.id}
                head={head}
                mode={activity.kind !== 'none' && activity.id === head.id ? activity.kind : 'shown'}
                isTabStop={head.id === tabStop}
                actions={actions}
              />
            ))}
          </ul>
        </section>
      ))}
      {activity.kind === 'menu' && menuHead !== undefined && (
        <ConversationMenu
          head={menuHead}
          place={activity.place}
          onRename={() => setActivity({ kind: 'renaming', id: menuHead.id })}
          onDelete={() => remove(menuHead.id)}
          onClosed={() => {
            setActivity((now) => (now.kind === 'menu' ? { kind: 'none' } : now));
            focusNext.current ??= menuHead.id;
          }}
        />
      )}
    </div>
  );
}
