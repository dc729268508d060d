import { type RefObject, useCallback, useRef } from 'react';
import { useDrafts } from '../state/stores.tsx';

interface Editing {
  /** Takes the focus when the editor vanishes. */
  readonly article: RefObject<HTMLElement | null>;
  readonly isEditing: boolean;
  close(): void;
}

/** Whether a message is being edited in its place. */
export function useEditing(messageId: string): Editing {
  const article = useRef<HTMLElement>(null);
  const isEditing = useDrafts((state) => state.editing === messageId);
  const edit = useDrafts((state) => state.edit);
  const close = useCallback(() => {
    edit(null);
    article.current?.focus({ preventScroll: true });
  }, [edit]);
  return { article, isEditing, close };
}
