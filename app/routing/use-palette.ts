import { useCallback, useRef } from 'react';
import { useShownTheme } from '../settings/use-theme.ts';
import { type MapPalette, readPalette } from './map-palette.ts';

/** The colours of the theme as they hold for an element, read once for each theme. To be called in a frame, when the theme is set. */
export function usePalette(): (element: Element) => MapPalette {
  const theme = useShownTheme();
  const known = useRef<{ readonly theme: string; readonly colors: MapPalette } | null>(null);
  return useCallback(
    (element) => {
      if (known.current?.theme !== theme) known.current = { theme, colors: readPalette(element, theme) };
      return known.current.colors;
    },
    [theme],
  );
}
