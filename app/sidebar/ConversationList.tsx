import { type KeyboardEvent, useCallback, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../layout/use-latest.ts';
import type { ConversationHead } from '../state/conversation.ts';
import { useChat, useStores } from '../state/stores.tsx';
import { conversationGroups } from './conversation-groups.ts';
import { ConversationItem, type ItemActions } from './ConversationItem.tsx';
import { ConversationMenu, type MenuPlace } from './ConversationMenu.tsx';
import { moveFocus } from './move-focus.ts';
import { isComposing } from '../layout/input-method.ts';
import { WindowedList, type WindowedListHandle } from './WindowedList.tsx';

/**
 * From so many conversations on, only those in sight are in the document. Below, all are, in a list for each heading: the
 * browser's own search finds them, and a screen reader goes from heading to heading.
 */
const WINDOWED_FROM = 200;
/** What is mounted far away is measured on the way to it. */
const MAX_FRAMES = 30;

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
  /** Gets the focus when it is rendered again, such as a renamed title. */
  const focusNext = useRef<string | null>(null);
  /** Who gets the focus once a conversation is gone: until then it may be refused, and its neighbours are rendered anew. */
  const whenGone = useRef<{ readonly id: string; readonly neighbour: string | null } | null>(null);
  const prefix = useId();
  const groups = useMemo(() => conversationGroups(heads, t('pinned')), [heads, t]);
  const isWindowed = heads.length >= WINDOWED_FROM;
  const windowed = useRef<WindowedListHandle>(null);
  const tabStop = [focusedId, currentId].find((id) => heads.some((head) => head.id === id)) ?? heads[0]?.id;
  const menuHead = activity.kind === 'menu' ? heads.find((head) => head.id === activity.id) : undefined;

  const giveFocus = useCallback((id: string, title: HTMLElement): void => {
    let frames = 0;
    // A windowed list shows what it has mounted once it has measured it: until then nothing can have the focus.
    const look = (): void => {
      if (focusNext.current !== id || !title.isConnected) return;
      title.focus({ preventScroll: windowed.current !== null }); // there it was scrolled to before
      if (document.activeElement === title || ++frames > MAX_FRAMES) focusNext.current = null;
      else requestAnimationFrame(look);
    };
    look();
  }, []);

  useLayoutEffect(() => {
    const gone = whenGone.current;
    if (gone !== null && !heads.some((head) => head.id === gone.id)) {
      whenGone.current = null;
      focusNext.current = gone.neighbour;
    }
    const id = focusNext.current;
    if (id === null) return;
    const title = list.current?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(id)}"]`);
    if (title !== null && title !== undefined) giveFocus(id, title);
  });

  const latest = useLatest(onSelected);
  const actions = useMemo<ItemActions>(
    () => ({
      mounted: giveFocus,
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
    [chat, latest, giveFocus],
  );

  function remove(id: string): void {
    const at = heads.findIndex((head) => head.id === id);
    const neighbour = heads[at + 1] ?? heads[at - 1];
    whenGone.current = { id, neighbour: neighbour?.id ?? null };
    setFocusedId(neighbour?.id ?? null); // mounted, wherever the list is scrolled to
    setActivity({ kind: 'none' });
    void chat.getState().remove(id);
  }

  /** As `moveFocus`, where not all of them are in the document. */
  function moveInWindow(key: string, id: string): boolean {
    const at = heads.findIndex((head) => head.id === id);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: heads.length - 1 }[key];
    if (next === undefined) return false;
    const head = heads[Math.max(0, Math.min(heads.length - 1, next))];
    if (head === undefined || head.id === id) return true;
    focusNext.current = head.id;
    setFocusedId(head.id); // what is focused next is mounted, wherever it is
    windowed.current?.show(head.id);
    return true;
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const id = event.target instanceof HTMLElement ? event.target.dataset['conversation'] : undefined;
    if (id === undefined || isComposing(event)) return;
    if (event.key === 'F2') setActivity({ kind: 'renaming', id });
    else if (event.key === 'Delete') remove(id);
    else if (isWindowed ? !moveInWindow(event.key, id) : !moveFocus(event, list.current, '[data-conversation]')) return;
    event.preventDefault();
  }

  const item = (head: ConversationHead, as: 'li' | 'div') => (
    <ConversationItem
      key={head.id}
      head={head}
      mode={activity.kind !== 'none' && activity.id === head.id ? activity.kind : 'shown'}
      as={as}
      isTabStop={head.id === tabStop}
      actions={actions}
    />
  );

  return (
    <div
      ref={list}
      role="presentation"
      onKeyDown={onKeyDown}
      onFocus={({ target }) => setFocusedId(target.dataset['conversation'] ?? focusedId)}
    >
      {isWindowed ? (
        <WindowedList
          ref={windowed}
          groups={groups}
          kept={[tabStop, activity.kind === 'none' ? undefined : activity.id]}
          renderItem={(head) => item(head, 'div')}
        />
      ) : (
        groups.map(({ key, label, heads: members }) => (
          <section key={key} className="sidebar-group">
            <h2 id={`${prefix}-${key}`}>{label}</h2>
            <ul aria-labelledby={`${prefix}-${key}`}>{members.map((head) => item(head, 'li'))}</ul>
          </section>
        ))
      )}
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
