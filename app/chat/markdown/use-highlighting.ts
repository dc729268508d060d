import { type ReactNode, useEffect, useRef, useState } from 'react';
import { lazyModule } from './lazy-module.ts';

/** Highlighting reads a block from its start. While it streams, that may take one part of so many of the time. */
const SHARE_OF_TIME = 12;
/** Beyond this, colours are not worth the time. */
const MAX_CHARACTERS = 200_000;

const highlighter = lazyModule(() => import('./highlighter.ts'));

interface Highlighted {
  readonly code: string;
  readonly language: string;
  readonly elements: ReactNode;
}

/**
 * Code with its colours. `styled` is its beginning in coloured elements, `plain` what came since: a block that is being
 * written is coloured anew only as often as its length allows.
 */
export function useHighlighting(code: string, language: string | null): { styled: ReactNode; plain: string } {
  const [done, setDone] = useState<Highlighted | null>(null);
  const latest = useRef(code);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** When the next pass may begin, by `performance.now()`. */
  const notBefore = useRef(0);

  useEffect(() => {
    latest.current = code;
    if (language === null || timer.current !== undefined) return;
    const pass = async (): Promise<void> => {
      const { highlight } = await highlighter.load();
      timer.current = undefined;
      const begun = performance.now();
      const text = latest.current;
      if (text.length > MAX_CHARACTERS) return;
      setDone({ code: text, language, elements: highlight(text, language) });
      notBefore.current = begun + (performance.now() - begun) * SHARE_OF_TIME;
    };
    const wait = Math.max(0, notBefore.current - performance.now());
    timer.current = setTimeout(() => {
      void pass().catch(() => {
        timer.current = undefined; // Offline, and never loaded before: the code stays plain.
      });
    }, wait);
  }, [code, language]);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [language],
  );

  if (done === null || done.elements === null || done.language !== language || !code.startsWith(done.code)) {
    return { styled: null, plain: code };
  }
  return { styled: done.elements, plain: code.slice(done.code.length) };
}
