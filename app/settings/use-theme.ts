/** Applies the theme to the document. `public/theme.js` did so before the first paint. */
import { useEffect } from 'react';
import { useMediaQuery } from '../layout/use-media-query.ts';
import type { Theme } from '../state/settings-store.ts';

/** Colour of the browser's own frame: the page's background (`--bg` in `styles/base.css`). */
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
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', FRAME_COLORS[resolved]);
  }, [resolved]);
}
