import { useLayoutEffect, useRef, useState } from 'react';
import { lazyModule } from './lazy-module.ts';

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
    if (renderer === null || target.current === null) return;
    target.current.replaceChildren();
    setDrawn(renderer.drawFormula(tex, display, target.current));
  }, [renderer, tex, display]);

  return (
    <span dir="ltr" className={display ? 'formula formula-display' : 'formula'}>
      {!isDrawn && <code className="formula-source">{source}</code>}
      <span ref={target} hidden={!isDrawn} tabIndex={display ? 0 : undefined} />
    </span>
  );
}
