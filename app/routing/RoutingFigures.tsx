import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes, count, decimal, parameters, percent } from '../layout/quantities.ts';
import type { AnswerRouting } from './answer-routing.ts';
import { neverMoved } from './expert-load.ts';

/** What the whole answer adds up to: evenness, weights that never moved, memory. */
export function RoutingFigures({ routing: { load, record } }: { readonly routing: AnswerRouting }) {
  const { t } = useTranslation('routing');
  const { bits, maxBits, asEvenAs } = load.evenness();
  const never = neverMoved(load, record.model);
  const { model } = record;
  // So few choices cannot fall on all experts, however even the router is.
  const isShort = load.tokens * record.used < 2 * record.experts;
  return (
    <dl className="figures" aria-label={t('figures.label')}>
      <Figure name={t('figures.even')} share={maxBits > 0 ? bits / maxBits : 1} tone="lit">
        {t('figures.evenText', {
          bits: decimal(bits),
          max: decimal(maxBits),
          experts: decimal(asEvenAs, 1),
          all: count(record.experts),
        })}
        {isShort && ` ${t('figures.evenShort')}`}
      </Figure>
      <Figure name={t('figures.never')} share={never.share} tone="cold">
        {never.size === null
          ? t('figures.neverTextPlain', { experts: count(never.experts), all: count(never.ofExperts) })
          : t('figures.neverText', {
              bytes: bytes(never.size.bytes),
              all: bytes(never.size.ofBytes),
              share: percent(never.size.shareOfModel),
            })}
      </Figure>
      {model !== undefined && (
        <Figure name={t('figures.memory')} share={model.activeParameters / model.parameters} tone="lit">
          {t('figures.memoryText', {
            active: parameters(model.activeParameters),
            total: parameters(model.parameters),
            bytes: bytes(model.bytesPerToken),
            file: bytes(model.fileBytes),
          })}
        </Figure>
      )}
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
  /** Whether the bar stands for what fired or for what stayed cold. */
  readonly tone: 'lit' | 'cold';
  readonly children: ReactNode;
}

function Figure({ name, share, tone, children }: FigureProps) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>
        <strong>{percent(share)}</strong>
        <span className="figure-bar" data-tone={tone} aria-hidden="true">
          <i style={{ width: `${share * 100}%` }} />
        </span>
        <span className="figure-text">{children}</span>
      </dd>
    </div>
  );
}
