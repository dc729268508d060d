import { useTranslation } from 'react-i18next';
import { count, decimal } from '../layout/quantities.ts';
import type { AnswerRouting } from './answer-routing.ts';
import { expertList, layerChoices, loadMap, tokenMap, visibleToken } from './expert-grid.ts';

const MOST_USED = 4;

interface RoutingTablesProps {
  readonly routing: AnswerRouting;
  /** The chosen token. */
  readonly token: number | null;
}

/** What the maps show, in words and numbers. */
export function RoutingTables({ routing, token }: RoutingTablesProps) {
  const { t } = useTranslation('routing');
  const { load, record, vectors } = routing;
  const all = load.evenness();
  const text = (experts: number): string => t('table.evenExperts', { experts: decimal(experts, 1) });
  return (
    <>
      {token !== null && (
        <table>
          <caption>{t('table.token', { token: visibleToken(record.texts[token] ?? '') })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('table.layer')}</th>
              <th scope="col">{t('table.experts')}</th>
            </tr>
          </thead>
          <tbody>
            {layerChoices(tokenMap(vectors, token), record.used).map((choice) => (
              <tr key={choice.layer}>
                <th scope="row">{choice.layer}</th>
                <td>{expertList(choice)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <table>
        <caption>{t('table.loads')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('table.layer')}</th>
            <th scope="col">{t('table.bits')}</th>
            <th scope="col">{t('table.asEvenAs')}</th>
            <th scope="col">{t('table.never')}</th>
            <th scope="col">{t('table.most')}</th>
          </tr>
        </thead>
        <tbody>
          {layerChoices(loadMap(load), MOST_USED).map((choice, row) => {
            const { bits, asEvenAs } = load.layerEvenness(row);
            return (
              <tr key={choice.layer}>
                <th scope="row">{choice.layer}</th>
                <td>{decimal(bits)}</td>
                <td>{text(asEvenAs)}</td>
                <td>{t('table.neverOf', { experts: load.layerNeverUsed(row), all: record.experts })}</td>
                <td>{expertList(choice)}</td>
              </tr>
            );
          })}
          <tr>
            <th scope="row">{t('table.all')}</th>
            <td>{decimal(all.bits)}</td>
            <td>{text(all.asEvenAs)}</td>
            <td>{t('table.neverOf', { experts: count(load.neverUsed()), all: count(load.counts.length) })}</td>
            <td>–</td>
          </tr>
        </tbody>
      </table>
    </>
  );
}
