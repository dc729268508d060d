import './compare/compare.css';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { count, decimal, percent } from '../layout/quantities.ts';
import { shortened } from './AnswerPicker.tsx';
import { ChanceNote } from './compare/ChanceNote.tsx';
import { CoActivation } from './compare/CoActivation.tsx';
import { OwnWords } from './compare/OwnWords.tsx';
import { strongestValue } from './draw-map.ts';
import type { ComparedAnswer } from './compare/compared-answer.ts';
import { compareLoads, isComparable, type LoadComparison } from './compare-loads.ts';
import { expertList, layerChoices, loadMap } from './expert-grid.ts';
import { ExpertMap } from './ExpertMap.tsx';
import { halvesAgree } from './halves.ts';
import type { Cell, MapData } from './map-geometry.ts';
import { DifferenceLegend } from './MapLegend.tsx';

interface ComparedAnswersProps {
  readonly a: ComparedAnswer;
  readonly b: ComparedAnswer;
}

const DIFFERENT_LAYERS = 3;
const MOST_USED = 3;

/** Two maps, what differs between them, and how much. */
export function ComparedAnswers({ a, b }: ComparedAnswersProps) {
  const { t } = useTranslation('routing');
  const comparison = useMemo(() => (isComparable(a.load, b.load) ? compareLoads(a.load, b.load) : null), [a, b]);
  const strongest = useMemo(() => Math.max(...[a, b].map(({ load }) => strongestValue(loadMap(load)))), [a, b]);
  return (
    <>
      <div className="comparison-maps">
        <AnswerLoad
          {...{ side: 'a', letter: t('compare.a'), label: t('compare.mapA'), compared: a, strongest }}
          other={comparison === null ? null : b}
        />
        <AnswerLoad
          {...{ side: 'b', letter: t('compare.b'), label: t('compare.mapB'), compared: b, strongest }}
          other={comparison === null ? null : a}
        />
      </div>
      {comparison === null ? (
        <p className="comparison-note">{t('compare.otherModel')}</p>
      ) : (
        <Difference a={a} b={b} comparison={comparison} />
      )}
    </>
  );
}

interface AnswerLoadProps {
  readonly side: 'a' | 'b';
  /** Null where its experts are others. */
  readonly other: ComparedAnswer | null;
  readonly letter: string;
  readonly label: string;
  readonly compared: ComparedAnswer;
  /** The value of the strongest colour: the same in both maps. */
  readonly strongest: number;
}

function AnswerLoad({ side, letter, label, compared, other, strongest }: AnswerLoadProps) {
  const { answer, load } = compared;
  const { t } = useTranslation('routing');
  const data = useMemo((): MapData => ({ ...loadMap(load), evenness: null, strongest }), [load, strongest]);
  const never = load.counts.length > 0 ? load.neverUsed() / load.counts.length : 0;
  return (
    <section className="compared" aria-label={label}>
      <h3>
        <span className="compared-letter" data-side={side}>
          {letter}
        </span>
        {t('compare.question', { question: shortened(answer.question) })}
      </h3>
      <p className="comparison-note">
        {t('compare.facts', { count: load.tokens, formatted: count(load.tokens), model: answer.model })}
        {': '}
        {t('compare.evenness', { experts: decimal(load.evenness().asEvenAs, 1), never: percent(never) })}
      </p>
      <OwnWords compared={compared} other={other} side={side} />
      <ExpertMap
        data={data}
        label={label}
        isSecond={side === 'b'}
        describe={({ row, expert }) => {
          const tokens = load.counts[row * data.experts + expert] ?? 0;
          const at = { layer: data.layers[row] ?? 0, expert, even: decimal(load.layerEvenness(row).asEvenAs, 1) };
          return tokens === 0
            ? t('map.cellAllCold', at)
            : t('map.cellAll', {
                ...at,
                count: tokens,
                formatted: count(tokens),
                percent: percent(tokens / load.tokens),
              });
        }}
        hint={t('map.hintAll')}
        legend={null}
      />
    </section>
  );
}

interface DifferenceProps extends ComparedAnswersProps {
  readonly comparison: LoadComparison;
}

function Difference({ a, b, comparison }: DifferenceProps) {
  const { t } = useTranslation('routing');
  const { layers, experts } = a.load.shape;
  const data = useMemo(
    (): MapData => ({ kind: 'difference', layers, experts, values: comparison.differences, evenness: null }),
    [layers, experts, comparison],
  );
  const shareOf = ({ load }: ComparedAnswer, { row, expert }: Cell): string =>
    percent((load.counts[row * experts + expert] ?? 0) / Math.max(1, load.tokens));
  return (
    <section aria-label={t('compare.difference')}>
      <h3>{t('compare.difference')}</h3>
      <ChanceNote a={a} b={b} />
      <ExpertMap
        data={data}
        label={t('compare.difference')}
        describe={(cell) =>
          t('compare.cell', {
            layer: layers[cell.row] ?? 0,
            expert: cell.expert,
            a: shareOf(a, cell),
            b: shareOf(b, cell),
          })
        }
        hint={t('compare.differenceHint')}
        legend={<DifferenceLegend />}
      />
      <dl className="figures">
        <div className="figure">
          <dt>{t('compare.loads')}</dt>
          <dd>
            <strong>{decimal(comparison.cosine)}</strong>
            <span className="figure-text">
              {t('compare.loadsText')}{' '}
              {t('compare.halves', {
                a: decimal(halvesAgree(a.routing)),
                b: decimal(halvesAgree(b.routing)),
              })}
            </span>
          </dd>
        </div>
        <div className="figure">
          <dt>{t('compare.common')}</dt>
          <dd>
            <strong>{percent(comparison.inCommon)}</strong>
            <span className="figure-text">
              {t('compare.commonText', {
                both: count(comparison.both),
                onlyA: count(comparison.onlyA),
                onlyB: count(comparison.onlyB),
              })}
            </span>
          </dd>
        </div>
        <div className="figure">
          <dt>{t('compare.layers')}</dt>
          <dd>
            {comparison.layers.slice(0, DIFFERENT_LAYERS).map(({ row, distance }) => (
              <span key={row} className="different-layer">
                <span>{t('compare.layer', { layer: layers[row] ?? 0 })}</span>
                <span className="figure-bar" data-tone="lit" aria-hidden="true">
                  <i style={{ width: `${distance * 100}%` }} />
                </span>
                <span className="figure-text">{t('compare.layerText', { percent: percent(distance) })}</span>
              </span>
            ))}
          </dd>
        </div>
      </dl>
      <CoActivation a={a} b={b} firstRow={comparison.layers[0]?.row ?? 0} />
      <ComparisonTable a={a} b={b} comparison={comparison} />
    </section>
  );
}

/** The same facts for those who do not see the maps. */
function ComparisonTable({ a, b, comparison }: DifferenceProps) {
  const { t } = useTranslation('routing');
  const inA = layerChoices(loadMap(a.load), MOST_USED);
  const inB = layerChoices(loadMap(b.load), MOST_USED);
  const distances = new Map(comparison.layers.map(({ row, distance }) => [row, distance]));
  return (
    <details className="comparison-table">
      <summary>{t('table.show')}</summary>
      <div className="routing-tables">
        <table>
          <caption>{t('compare.table')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('table.layer')}</th>
              <th scope="col">{t('compare.colDiffers')}</th>
              <th scope="col">{t('compare.colA')}</th>
              <th scope="col">{t('compare.colB')}</th>
            </tr>
          </thead>
          <tbody>
            {inA.map((choice, row) => {
              const other = inB[row];
              return (
                <tr key={choice.layer}>
                  <th scope="row">{choice.layer}</th>
                  <td>{percent(distances.get(row) ?? 0)}</td>
                  <td>{expertList(choice)}</td>
                  <td>{other === undefined ? '' : expertList(other)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
