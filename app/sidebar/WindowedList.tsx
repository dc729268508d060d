import { type ReactNode, type Ref, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CustomItemComponentProps, Virtualizer, type VirtualizerHandle } from 'virtua';
import type { ConversationHead } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';
import type { ConversationGroup } from './conversation-groups.ts';

export interface WindowedListHandle {
  /** Scrolls it into sight. */
  show(id: string): void;
}

interface WindowedListProps {
  readonly ref: Ref<WindowedListHandle>;
  readonly groups: readonly ConversationGroup[];
  /** Ids of conversations that stay in the document, wherever it is scrolled to: the focus and a menu hang on them. */
  readonly kept: readonly (string | undefined)[];
  renderItem(head: ConversationHead): ReactNode;
}

type Row =
  | { readonly kind: 'heading'; readonly key: string; readonly label: string }
  | { readonly kind: 'conversation'; readonly key: string; readonly head: ConversationHead };

/**
 * Thousands of conversations, of which those in sight are in the document. One list, whose headings are items of it too; each
 * item says its place, because a screen reader cannot count what is not there.
 */
export function WindowedList({ ref, groups, kept, renderItem }: WindowedListProps) {
  const { t } = useTranslation('sidebar');
  const list = useRef<VirtualizerHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLElement>(null);
  /** What stands above it in the scroller. */
  const [margin, setMargin] = useState(0);
  const warns = useChat((state) => state.readFailed || state.unsaved.size > 0); // which a warning above the list tells
  const rows = useMemo(() => rowsOf(groups), [groups]);
  const indexOf = (id: string | undefined): number =>
    rows.findIndex((row) => row.kind === 'conversation' && row.head.id === id);
  const mounted = [...new Set(kept.map(indexOf))].filter((index) => index >= 0).sort((a, b) => a - b);
  const Item = useMemo(() => itemOf(rows.length), [rows.length]);

  useImperativeHandle(ref, () => ({ show: (id) => list.current?.scrollToIndex(indexOf(id), { align: 'nearest' }) }));

  useLayoutEffect(() => {
    const { current } = frame;
    scroller.current = current?.closest<HTMLElement>('.sidebar-list') ?? null;
    if (current === null || scroller.current === null) return;
    const { top } = scroller.current.getBoundingClientRect();
    setMargin(Math.round(current.getBoundingClientRect().top - top + scroller.current.scrollTop));
  }, [rows, warns]);

  return (
    <div ref={frame} className="sidebar-windowed">
      <div role="list" aria-label={t('conversations')}>
        <Virtualizer ref={list} scrollRef={scroller} startMargin={margin} data={rows} item={Item} keepMounted={mounted}>
          {(row) =>
            row.kind === 'heading' ? (
              <h2 key={row.key}>{row.label}</h2>
            ) : (
              <div key={row.key}>{renderItem(row.head)}</div>
            )
          }
        </Virtualizer>
      </div>
    </div>
  );
}

function rowsOf(groups: readonly ConversationGroup[]): Row[] {
  return groups.flatMap(({ key, label, heads }): Row[] => [
    { kind: 'heading', key: `heading ${key}`, label },
    ...heads.map((head): Row => ({ kind: 'conversation', key: `conversation ${head.id}`, head })),
  ]);
}

/** The element around a row. */
function itemOf(total: number): (props: CustomItemComponentProps) => ReactNode {
  return ({ ref, style, index, children }) => (
    <div ref={ref} style={style} role="listitem" aria-setsize={total} aria-posinset={index + 1}>
      {children}
    </div>
  );
}
