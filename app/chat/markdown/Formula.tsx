import { useLayoutEffect, useRef, useState } from 'react';
import { lazyModule } from './lazy-module.ts';
import { takePortion, whenNextPortion } from './mount-budget.ts';

/** On a slow machine. */
const DRAWING_MS = 3;
const DRAWING_MS_PER_CHARACTER = 0.04;

const katex = lazyModule(() => import('./formula-renderer.ts'));

interface FormulaProps {
  readonly tex: string;
  readonly display: boolean;
  /** With its delimiters: shown until the renderer is there, and where the formula is broken. */
  readonly source: string;
}

/** A formula in LaTeX. KaTeX fills an element of its own, which React leaves alone. */
export function Formula({ tex, display, source }: FormulaProps) {
  const target = useRef<HTMLSpanElement>(null);
  const renderer = katex.use();
  const [isDrawn, setDrawn] = useState(false);

  useLayoutEffect(() => {
    if (renderer === null) return;
    const draw = (): void => {
      if (target.current === null) return;
      target.current.replaceChildren();
      setDrawn(renderer.drawFormula(tex, display, target.current));
    };
    // Many formulas are drawn one after the other, with time between them for all else.
    const cost = DRAWING_MS + tex.length * DRAWING_MS_PER_CHARACTER;
    if (takePortion(cost)) draw();
    else {
      return whenNextPortion(() => {
        takePortion(cost);
        draw();
      });
    }
  }, [renderer, tex, display]);

  return (
    <span dir="ltr" className={display ? 'formula formula-display' : 'formula'} data-source={source}>
      {!isDrawn && <code className="formula-source">{source}</code>}
      <span ref={target} hidden={!isDrawn} tabIndex={display ? 0 : undefined} />
    </span>
  );
}
