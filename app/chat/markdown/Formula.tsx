import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { drawFormula as DrawFormula } from './formula-renderer.ts';

type Draw = typeof DrawFormula;

let draw: Draw | null = null;

async function loadRenderer(): Promise<Draw> {
  const { drawFormula } = await import('./formula-renderer.ts');
  draw = drawFormula;
  return drawFormula;
}

interface FormulaProps {
  readonly tex: string;
  readonly display: boolean;
  /** With its delimiters: shown until the renderer is there, and where the formula is broken. */
  readonly source: string;
}

/** A formula in LaTeX. KaTeX fills an element of its own, which React leaves alone. */
export function Formula({ tex, display, source }: FormulaProps) {
  const target = useRef<HTMLSpanElement>(null);
  const [renderer, setRenderer] = useState<Draw | null>(() => draw);
  const [isDrawn, setDrawn] = useState(false);

  useEffect(() => {
    if (renderer !== null) return;
    let isWanted = true;
    loadRenderer().then(
      (loaded) => isWanted && setRenderer(() => loaded),
      () => undefined, // Offline, and never loaded before: the source is what can be shown.
    );
    return () => {
      isWanted = false;
    };
  }, [renderer]);

  useLayoutEffect(() => {
    if (renderer === null || target.current === null) return;
    target.current.replaceChildren();
    setDrawn(renderer(tex, display, target.current));
  }, [renderer, tex, display]);

  return (
    <span className={display ? 'formula formula-display' : 'formula'}>
      {!isDrawn && <code className="formula-source">{source}</code>}
      <span ref={target} hidden={!isDrawn} tabIndex={display ? 0 : undefined} />
    </span>
  );
}
