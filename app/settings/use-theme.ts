/** Applies the theme to the document. `public/start.js` did so before the first paint. */
import { useEffect, useSyncExternalStore } from 'react';
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

/** The theme that the document has now, whoever set it: for what draws colours of its own. */
export function useShownTheme(): 'light' | 'dark' {
  return useSyncExternalStore(watchTheme, shownTheme);
}

function shownTheme(): 'light' | 'dark' {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
