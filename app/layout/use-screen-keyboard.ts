import { useEffect } from 'react';

/** Less than any screen keyboard, more than a browser's own bars. */
const SMALLEST_KEYBOARD_PX = 120;

/**
 * Keeps the composer above the screen keyboard on iOS, where the keyboard covers the page instead of shrinking it: there the
 * page takes the height that is left (`--page-height`). Other browsers shrink it by themselves (`interactive-widget` in
 * index.html), and nothing is set.
 */
export function useScreenKeyboard(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const onChange = (): void => {
      const covered = window.innerHeight - viewport.height;
      const isKeyboard = covered > SMALLEST_KEYBOARD_PX && viewport.scale === 1; // not pinched larger
      const { style } = document.documentElement;
      if (isKeyboard) {
        style.setProperty('--page-height', `${viewport.height}px`);
        window.scrollTo(0, 0); // iOS scrolls the field into view by moving the whole page
      } else {
        style.removeProperty('--page-height');
      }
    };
    viewport.addEventListener('resize', onChange);
    viewport.addEventListener('scroll', onChange);
    return () => {
      viewport.removeEventListener('resize', onChange);
      viewport.removeEventListener('scroll', onChange);
      document.documentElement.style.removeProperty('--page-height');
    };
  }, []);
}
