import { useEffect, useRef } from 'react';
import { findShortcut, type ShortcutId } from './shortcuts.ts';
import { isComposing } from './input-method.ts';

/** Returns false where there was nothing to do: then the key keeps its own meaning. */
export type ShortcutActions = Readonly<Record<ShortcutId, () => boolean>>;

/**
 * Listens for the page's shortcuts. What a component has handled itself, and all that happens in a dialog or a menu, is left
 * alone.
 * @param singleKeys whether a single character may do something
 */
export function useShortcuts(actions: ShortcutActions, singleKeys: 'on' | 'off'): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.repeat || isComposing(event)) return;
      if (document.querySelector('dialog[open], [role=menu]') !== null) return;
      const found = findShortcut(event);
      if (found === null) return;
      if (found.keys.held === 'character' && (singleKeys === 'off' || isTyping(event.target))) return;
      if (latest.current[found.id]()) event.preventDefault();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [singleKeys]);
}

/** Whether keys go into a text there. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select') !== null;
}
