import './scores.css';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count, decimal } from '../../layout/quantities.ts';
import { visibleToken } from '../expert-grid.ts';
import { RoutingBody } from '../RoutingBody.tsx';
import type { RoutingRecord } from '../routing-record.ts';
import { hasBias, layerScores, type Reread } from './reread.ts';
import { useReread } from './use-reread.ts';

interface RouterScoresProps {
  readonly messageId: string;
  readonly record: RoutingRecord;
}

/** The question's tokens beside the answer's, and for a chosen one what each router compared. */
export default function RouterScores({ messageId, record }: RouterScoresProps) {
  const { t } = useTranslation('routing');
  const state = useReread(messageId, record);
  const view = useRef<HTMLDivElement>(null);
  switch (state.kind) {
    case 'reading':
      return (
        <p role="status" className="scores-state">
          {state.total > 0
            ? t('scores.readingOf', { done: count(state.done), total: count(state.total) })
            : t('scores.reading')}
        </p>
      );
    case 'failed':
      return (
        <p role="alert" className="scores-state">
          {state.reason === 'other-model'
            ? t('scores.otherModel', { model: state.model })
            : state.reason === 'differs'
              ? t('scores.differs')
              : state.message}
        </p>
      );
    case 'ready':
      return (
        <div ref={view}>
          <p className="scores-state">
            {t('scores.intro', {
              count: state.reread.promptTokens,
              formatted: count(state.reread.promptTokens),
            })}
          </p>
          <RoutingBody
            record={state.reread.record}
            isStreaming={false}
            view={view}
            renderToken={(token): ReactNode => <Scores reread={state.reread} token={token} />}
          />
        </div>
      );
    default:
      return state satisfies never;
  }
}

interface ScoresProps {
  readonly reread: Reread;
  readonly token: number | null;
}

const DIGITS = 4;

function Scores({ reread: { record, scores, promptTokens }, token }: ScoresProps) {
  const { t } = useTranslation('routing');
  const [showsAll, setShowsAll] = useState(false);
  const one = token === null ? undefined : scores[token];
  const layers = useMemo(
    () => (token === null || one === undefined ? [] : layerScores(record, token, one)),
    [record, token, one],
  );
  const isBiased = hasBias(layers);
  useEffect(() => setShowsAll(false), [token]);
  if (token === null) return <p className="scores-state">{t('scores.choose')}</p>;
  if (layers.length === 0) return null;
  const word = visibleToken(record.texts[token] ?? '');
  const closest = layers.reduce((least, layer) => Math.min(least, layer.margin ?? Infinity), Infinity);
  const decided = layers.filter(({ gateMargin }) => gateMargin !== null && gateMargin < 0).length;
  const number = (value: number): string => decimal(value, DIGITS);
  const margin = (value: number | null): string => (value === null ? '–' : number(value));
  return (
    <div className="scores">
      <h3>{t(token < promptTokens ? 'scores.titleRead' : 'scores.titleWritten', { token: word })}</h3>
      <p className="scores-state">
        {Number.isFinite(closest) && t('scores.closest', { margin: number(closest) })}{' '}
        {t(isBiased ? 'scores.biased' : 'scores.unbiased', { count: decided })}
      </p>
      <div className="routing-tables">
        <table>
          <caption className="visually-hidden">{t('scores.caption', { token: word })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('table.layer')}</th>
              <th scope="col">{t('scores.chosen')}</th>
              <th scope="col">{t('scores.next')}</th>
              <th scope="col">{t('scores.margin')}</th>
              {isBiased && <th scope="col">{t('scores.gateMargin')}</th>}
            </tr>
          </thead>
          <tbody>
            {layers.map((layer) => (
              <tr key={layer.layer}>
                <th scope="row">{layer.layer}</th>
                <td>
                  {(showsAll ? layer.chosen : layer.chosen.slice(-1)).map((expert) => (
                    <Scored key={expert.expert} {...expert} isBiased={isBiased} />
                  ))}
                </td>
                <td>{layer.next === null ? '–' : <Scored {...layer.next} isBiased={isBiased} />}</td>
                <td>{margin(layer.margin)}</td>
                {isBiased && (
                  <td data-decided={(layer.gateMargin ?? 0) < 0}>
                    {margin(layer.gateMargin)}
                    {(layer.gateMargin ?? 0) < 0 && <span> {t('scores.decided')}</span>}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {record.used > 1 && (
        <button type="button" className="text-button" aria-pressed={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {t(showsAll ? 'scores.fewer' : 'scores.all', { count: record.used })}
        </button>
      )}
    </div>
  );
}

interface ScoredProps {
  readonly expert: number;
  readonly gate: number;
  readonly choice: number;
  readonly isBiased: boolean;
}

function Scored({ expert, gate, choice, isBiased }: ScoredProps) {
  const { t } = useTranslation('routing');
  const values = { expert, gate: decimal(gate, DIGITS), choice: decimal(choice, DIGITS) };
  return <span className="scored">{t(isBiased ? 'scores.scoredBiased' : 'scores.scored', values)}</span>;
}
