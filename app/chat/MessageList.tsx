import { type FocusEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { PathEntry } from '../state/conversation.ts';
import { useChat, useDrafts } from '../state/stores.tsx';
import { MessageItem } from './MessageItem.tsx';
import { usePointedMessage } from './use-pointed-message.ts';

/**
 * From so many messages on, only those in sight are in the document. Below, all are: the browser's own search finds their
 * words, and a screen reader goes through them.
 */
const VIRTUAL_FROM = 100;
/** Mounted beyond the edges, so that fast scrolling shows no gaps. */
const BUFFER_PX = 1200;

interface MessageListProps {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** A message is scrolled to. */
  onPoint(): void;
}

export function MessageList({ scroller, onPoint }: MessageListProps) {
  const path = useChat((state) => state.path);
  const leftOut = useChat((state) => state.context?.leftOut ?? 0);
  const editing = useDrafts((state) => state.editing);
  const namesModels = useMemo(() => countModels(path) > 1, [path]);
  const list = useRef<VirtualizerHandle>(null);
  /** Index of the message that has the focus. */
  const [focused, setFocused] = useState<number | null>(null);
  const isPrinting = usePrinting();
  const pointed = usePointedMessage(path, list, scroller, onPoint);

  const item = (entry: PathEntry, index: number) => (
    // The versions of a message share a place, and so a key: who goes through them keeps the focus on the button.
    <MessageItem
      key={entry.message.parentId === null ? 'first' : `after ${entry.message.parentId}`}
      entry={entry}
      index={index}
      total={path.length}
      namesModel={namesModels}
      isFirstRead={leftOut > 0 && index === leftOut}
      isPointed={entry.message.id === pointed}
    />
  );

  if (path.length < VIRTUAL_FROM || isPrinting) return path.map(item);
  const edited = editing === null ? -1 : path.findIndex(({ message }) => message.id === editing);
  const kept = new Set([path.length - 1, focused ?? -1, edited].filter((index) => index >= 0 && index < path.length));
  return (
    <div
      onFocus={(event) => setFocused(indexOf(event))}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(null);
      }}
    >
      <Virtualizer
        key={path[0]?.message.id}
        ref={list}
        scrollRef={scroller}
        data={path}
        bufferSize={BUFFER_PX}
        keepMounted={[...kept].sort((a, b) => a - b)}
      >
        {item}
      </Virtualizer>
    </div>
  );
}

/** The browser takes the document as it is when its `beforeprint` ends. */
function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const print = ({ type }: Event): void => flushSync(() => setPrinting(type === 'beforeprint'));
    addEventListener('beforeprint', print);
    addEventListener('afterprint', print);
    return () => {
      removeEventListener('beforeprint', print);
      removeEventListener('afterprint', print);
    };
  }, []);
  return isPrinting;
}

function indexOf(event: FocusEvent): number | null {
  const index = event.target.closest<HTMLElement>('[data-index]')?.dataset['index'];
  return index === undefined ? null : Number(index);
}

function countModels(path: readonly PathEntry[]): number {
  const names = path.flatMap(({ message }) =>
    message.role === 'assistant' && message.model !== '' ? message.model : [],
  );
  return new Set(names).size;
}
