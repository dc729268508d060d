import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from '../../layout/quantities.ts';
import { useShownTheme } from '../../settings/use-theme.ts';
import type { ComparedAnswer } from './compared-answer.ts';
import { RAMP_STEPS, readPalette } from '../map-palette.ts';
import { coActivation, commonPairs } from './co-activation.ts';

interface CoActivationProps {
  readonly a: ComparedAnswer;
  readonly b: ComparedAnswer;
  /** Row that is shown first: the one that differs most. */
  readonly firstRow: number;
}

const MOST_PAIRS = 6;
/** Pixels of the square, at most. */
const SIZE = 320;
/** Models with more experts are told in words alone: their squares could not be seen. */
const MOST_DRAWN = 512;

/** Which experts of a layer work together: A above the diagonal, B below it. */
export function CoActivation({ a, b, firstRow }: CoActivationProps) {
  const { t } = useTranslation('routing');
  const { layers, experts } = a.load.shape;
  const [row, setRow] = useState(firstRow);
  const pairsA = useMemo(() => coActivation(a.routing, row), [a, row]);
  const pairsB = useMemo(() => coActivation(b.routing, row), [b, row]);
  const [tokensA, tokensB] = [a.load.tokens, b.load.tokens];
  const common = useMemo(
    () => commonPairs(pairsA, pairsB, { experts, tokensA, tokensB }, MOST_PAIRS),
    [pairsA, pairsB, experts, tokensA, tokensB],
  );
  return (
    <section className="co-activation" aria-labelledby="co-activation">
      <div className="co-activation-head">
        <h3 id="co-activation">{t('compare.together.title')}</h3>
        <label className="field">
          <span>{t('table.layer')}</span>
          <select value={row} onChange={(event) => setRow(Number(event.target.value))}>
            {layers.map((layer, at) => (
              <option key={layer} value={at}>
                {layer}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="co-activation-body">
        {experts <= MOST_DRAWN && (
          <Square
            {...{ pairsA, pairsB, experts, tokensA, tokensB }}
            label={t('compare.together.label', { layer: layers[row] ?? 0 })}
          />
        )}
        <div>
          <p className="comparison-note">{t('compare.together.hint')}</p>
          {common.length === 0 ? (
            <p className="comparison-note">{t('compare.together.none')}</p>
          ) : (
            <table className="pairs">
              <thead>
                <tr>
                  <th scope="col">{t('compare.together.pair')}</th>
                  <th scope="col">{t('compare.a')}</th>
                  <th scope="col">{t('compare.b')}</th>
                </tr>
              </thead>
              <tbody>
                {common.map(({ one, other, inA, inB }) => (
                  <tr key={`${one}-${other}`}>
                    <th scope="row">
                      {one} + {other}
                    </th>
                    <td>{t('compare.together.of', { tokens: count(inA), all: count(tokensA) })}</td>
                    <td>{t('compare.together.of', { tokens: count(inB), all: count(tokensB) })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      </div>
    </section>
  );
}

interface SquareProps {
  readonly pairsA: Uint32Array;
  readonly pairsB: Uint32Array;
  readonly experts: number;
  readonly tokensA: number;
  readonly tokensB: number;
  readonly label: string;
}

function Square({ pairsA, pairsB, experts, tokensA, tokensB, label }: SquareProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  useEffect(() => {
    // In a frame: after the document has its theme, whose colours the drawing reads.
    const frame = requestAnimationFrame(() => {
      const target = canvas.current;
      const context = target?.getContext('2d');
      if (target === null || context === null || context === undefined) return;
      const ratio = devicePixelRatio;
      target.width = target.height = Math.round(SIZE * ratio);
      const palette = readPalette(target, theme);
      const cell = target.width / experts;
      const gap = cell > 6 * ratio ? ratio / 2 : 0;
      const shares = (pairs: Uint32Array, tokens: number): number[] => [...pairs].map((n) => n / Math.max(1, tokens));
      const [inA, inB] = [shares(pairsA, tokensA), shares(pairsB, tokensB)];
      let strongest = 0;
      for (let one = 0; one < experts; one++)
        for (let other = 0; other < one; other++)
          strongest = Math.max(strongest, inA[one * experts + other] ?? 0, inB[one * experts + other] ?? 0);
      context.clearRect(0, 0, target.width, target.height);
      for (let one = 0; one < experts; one++) {
        for (let other = 0; other < experts; other++) {
          const isA = other > one;
          const share = one === other ? 0 : ((isA ? inA : inB)[one * experts + other] ?? 0);
          const step = Math.round(Math.sqrt(strongest > 0 ? share / strongest : 0) * (RAMP_STEPS - 1));
          const ramp = isA ? palette.ramp : palette.otherRamp;
          context.fillStyle = one === other ? palette.line : share === 0 ? palette.background : (ramp[step] ?? '');
          context.fillRect(other * cell + gap, one * cell + gap, cell - 2 * gap, cell - 2 * gap);
        }
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [pairsA, pairsB, experts, tokensA, tokensB, theme]);
  return (
    <figure className="co-activation-square">
      <canvas ref={canvas} role="img" aria-label={label} />
      <figcaption aria-hidden="true">
        ↙
        <span className="compared-letter" data-side="b">
          B
        </span>
        <span className="co-activation-space" />
        <span className="compared-letter" data-side="a">
          A
        </span>
        ↗
      </figcaption>
    </figure>
  );
}
