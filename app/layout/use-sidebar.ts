import { type RefObject, useCallback, useRef } from 'react';
import { useSettings } from '../state/stores.tsx';
import { useMediaQuery } from './use-media-query.ts';
import { useSwipeAway } from './use-swipe-away.ts';
import { useView } from './view-store.ts';

/** Below this the sidebar becomes a drawer; the same width as in the style sheets. */
const NARROW = '(max-width: 900px)';

interface SidebarPlace {
  /** Over the page, on narrow screens; else beside it. */
  readonly isDrawer: boolean;
  readonly isOpen: boolean;
  /** A drawer stays rendered, so that it can slide. */
  readonly isRendered: boolean;
  readonly coversPage: boolean;
  /** Around the sidebar and its shade. */
  readonly frame: RefObject<HTMLDivElement | null>;
  /** The control that opens it, and gets the focus back. */
  readonly button: RefObject<HTMLButtonElement | null>;
  toggle(): void;
  closeDrawer(): void;
  search(): void;
}

/** Where the list of conversations is, and whether it is shown: remembered for wide screens. */
export function useSidebar(): SidebarPlace {
  const isDrawer = useMediaQuery(NARROW);
  const drawer = useView((view) => view.drawer);
  const setDrawer = useView((view) => view.setDrawer);
  const beside = useSettings((state) => state.sidebar);
  const setBeside = useSettings((state) => state.setSidebar);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = isDrawer ? drawer === 'open' : beside === 'shown';
  const coversPage = isDrawer && isOpen;

  const closeDrawer = useCallback(() => {
    if (!coversPage) return;
    setDrawer('closed');
    // After the page behind it is no longer inert.
    requestAnimationFrame(() => button.current?.focus());
  }, [coversPage, setDrawer]);

  useSwipeAway(frame, coversPage, closeDrawer);

  return {
    isDrawer,
    isOpen,
    isRendered: isDrawer || isOpen,
    coversPage,
    frame,
    button,
    closeDrawer,
    toggle() {
      if (isDrawer) setDrawer(isOpen ? 'closed' : 'open');
      else setBeside(isOpen ? 'hidden' : 'shown');
    },
    search() {
      if (isDrawer) setDrawer('open');
      else setBeside('shown');
      // After it is there.
      requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>('input[type=search]')?.focus());
    },
  };
}
