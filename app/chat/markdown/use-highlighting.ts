import { type ReactNode, useEffect, useRef, useState } from 'react';
import { lazyModule } from './lazy-module.ts';

/** Highlighting reads a block from its start. While it streams, that may take one part of so many of the time. */
const SHARE_OF_TIME = 12;
/** What lies beyond this stays plain: colours are not worth the time. */
const MAX_CHARACTERS = 30_000;
/** Grammars take time that grows with the square of a line, or worse. */
const MAX_LINE = 1000; // characters

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
  const coloured = useRef('');
  /** When the next pass may begin, by `performance.now()`. */
  const notBefore = useRef(0);

  useEffect(() => {
    latest.current = code;
    if (language === null || timer.current !== undefined) return;
    const pass = async (): Promise<void> => {
      const { highlight } = await highlighter.load();
      timer.current = undefined;
      const begun = performance.now();
      const text = colourable(latest.current);
      if (text === coloured.current) return;
      coloured.current = text;
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
      coloured.current = '';
    },
    [language],
  );

  if (done === null || done.elements === null || done.language !== language || !code.startsWith(done.code)) {
    return { styled: null, plain: code };
  }
  return { styled: done.elements, plain: code.slice(done.code.length) };
}

/** Its beginning: whole lines, none of them longer than a grammar can take. */
export function colourable(code: string): string {
  let end = 0;
  while (end < code.length) {
    const lineBreak = code.indexOf('\n', end);
    const next = lineBreak < 0 ? code.length : lineBreak + 1;
    if (next - end > MAX_LINE || next > MAX_CHARACTERS) break;
    end = next;
  }
  return code.slice(0, end);
}
