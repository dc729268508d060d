/** Applies the theme to the document. `public/start.js` did so before the first paint. */
import { useEffect } from 'react';
import { useMediaQuery } from '../layout/use-media-query.ts';
import type { Theme } from '../state/settings-store.ts';

/** Colour of the browser's own frame: the page's background (`--bg` in `styles/tokens.css`). */
const FRAME_COLORS = { light: '#fafaf8', dark: '#131419' } as const;

export function useResolvedTheme(theme: Theme): 'light' | 'dark' {
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)');
  if (theme !== 'system') return theme;
  return systemIsDark ? 'dark' : 'light';
}

export function useTheme(theme: Theme): void {
  const resolved = useResolvedTheme(theme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = resolved;
    // One for each scheme of the system; what the person chose counts more.
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.setAttribute('content', FRAME_COLORS[resolved]);
    }
  }, [resolved]);
}
