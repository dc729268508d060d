import { type RefObject, useRef } from 'react';

interface DialogFromMenu {
  /** Of the button that opens the menu. */
  readonly trigger: RefObject<HTMLButtonElement | null>;
  /** Of the menu's content. */
  onCloseAutoFocus(event: Event): void;
  /** To be called when an item is selected: `open` runs when the menu is gone, and its button has the focus. */
  afterMenu(open: () => void): void;
}

/** A dialog gives the focus back to what had it: that must not be an item of a menu that is gone. */
export function useDialogFromMenu(): DialogFromMenu {
  const trigger = useRef<HTMLButtonElement>(null);
  const wanted = useRef<(() => void) | null>(null);
  return {
    trigger,
    onCloseAutoFocus: (event) => {
      const open = wanted.current;
      if (open === null) return;
      wanted.current = null;
      event.preventDefault();
      trigger.current?.focus();
      open();
    },
    afterMenu: (open) => {
      wanted.current = open;
    },
  };
}
