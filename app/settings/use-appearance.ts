/** Applies theme, text size and language to the document. `public/start.js` did the first two before the first paint. */
import { useEffect } from 'react';
import { chooseLanguage } from '../i18n/i18n.ts';
import { useSettings } from '../state/stores.tsx';
import { useTheme } from './use-theme.ts';

export function useAppearance(): void {
  const textSize = useSettings((state) => state.textSize);
  const language = useSettings((state) => state.language);

  useTheme(useSettings((state) => state.theme));

  useEffect(() => {
    document.documentElement.dataset['textSize'] = textSize;
  }, [textSize]);

  useEffect(() => void chooseLanguage(language), [language]);
}
