import type { KeyboardEvent } from 'react';

/** Arrow keys, Home and End through a list of controls. @returns whether the key was one of these. */
export function moveFocus(
  { key, target }: Pick<KeyboardEvent, 'key' | 'target'>,
  list: HTMLElement | null,
  selector: string,
): boolean {
  const controls = [...(list?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const at = controls.indexOf(target as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: controls.length - 1 }[key];
  if (next === undefined) return false;
  controls[Math.max(0, Math.min(controls.length - 1, next))]?.focus();
  return true;
}
