import { isComposing } from '../layout/input-method.ts';

const UP: ReadonlySet<string> = new Set(['PageUp', 'ArrowUp', 'Home']);
const DOWN: ReadonlySet<string> = new Set(['PageDown', 'ArrowDown', 'End']);

/** Whether a key scrolls a box, and where to; null where it does something else, such as in a field. */
export function scrollKey(event: KeyboardEvent, box: HTMLElement): 'up' | 'down' | null {
  const { key, shiftKey, target } = event;
  if (event.defaultPrevented || isComposing(event) || !(target instanceof HTMLElement)) return null;
  if (target !== target.ownerDocument.body && !box.contains(target)) return null;
  if (target.isContentEditable || target.closest('input, textarea, select') !== null) return null;
  if (key === ' ') {
    // It presses what has the focus.
    if (target.closest('button, a, [role=option]') !== null) return null;
    return shiftKey ? 'up' : 'down';
  }
  if (UP.has(key)) return 'up';
  return DOWN.has(key) ? 'down' : null;
}
