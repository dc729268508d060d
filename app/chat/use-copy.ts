import { useCallback, useEffect, useRef, useState } from 'react';

const SHOW_COPIED_MS = 1600;

/** Copies text to the clipboard and says so for a moment. */
export function useCopy(): { readonly copied: boolean; copy(text: string): Promise<void> } {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback(async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // Refused by the browser: the text is still there to be marked by hand.
    }
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), SHOW_COPIED_MS);
  }, []);
  return { copied, copy };
}
