import './routing.css';
import { useMemo, useState } from 'react';
import { count, percent } from '../layout/quantities.ts';
import { describeChoice, expertGrid, layerChoices, visibleToken } from './expert-grid.ts';
import { type Cell, ExpertMap } from './ExpertMap.tsx';
import type { RoutingRecord } from './routing-record.ts';
import { TokenList } from './TokenList.tsx';

/** Which experts fired: for the token under the pointer or the keyboard's, otherwise on average over the answer. */
export function RoutingView({ record }: { readonly record: RoutingRecord }) {
  const [hovered, setHovered] = useState<number | null>(null);
  const [selected, setSelected] = useState<number | null>(null);
  const [cell, setCell] = useState<Cell | null>(null);
  const token = hovered ?? selected;
  const grid = useMemo(() => expertGrid(record, token), [record, token]);
  const text = token === null ? null : visibleToken(record.texts[token] ?? '');
  return (
    <section className="routing" aria-label="Routing">
      <p className="routing-caption">
        <span>
          {text === null ? (
            <>
              All {count(record.count)} tokens: how much each of {record.experts} experts did in each layer. Point at a
              token to see its own.
            </>
          ) : (
            <>
              <code>{text}</code> used {record.used} of {record.experts} experts in each layer.
            </>
          )}
        </span>
        <span className="routing-cell">
          {cell !== null && `Layer ${cell.layer}, expert ${cell.expert}: ${percent(cell.share)}`}
        </span>
      </p>
      <TokenList record={record} selected={selected} onSelect={setSelected} onHover={setHovered} />
      <ExpertMap grid={grid} isSingleToken={token !== null} onCell={setCell} />
      {/* What the map shows, for those who do not see it. Only the chosen token is read out, not what a mouse passes. */}
      <div className="visually-hidden" aria-live="polite">
        {selected !== null && (
          <ul aria-label={`Experts for token ${visibleToken(record.texts[selected] ?? '')}`}>
            {layerChoices(expertGrid(record, selected), record.used).map((choice) => (
              <li key={choice.layer}>{describeChoice(choice)}</li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
