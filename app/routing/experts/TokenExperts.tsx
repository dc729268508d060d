import { useTranslation } from 'react-i18next';
import { percent } from '../../layout/quantities.ts';
import type { AnswerRouting } from '../answer-routing.ts';
import type { Cell } from '../map-geometry.ts';

interface TokenExpertsProps {
  readonly routing: AnswerRouting;
  readonly token: number;
  readonly names: ReadonlyMap<number, string>;
  readonly asked: Cell | null;
  onAsk(cell: Cell): void;
}

/** The strongest expert of each layer for one word: each can be asked. */
export function TokenExperts({ routing: { vectors }, token, names, asked, onAsk }: TokenExpertsProps) {
  const { t } = useTranslation('experts');
  const { layers, experts, used } = vectors.shape;
  return (
    <div className="token-experts" role="group" aria-label={t('ofWord.label')}>
      <span aria-hidden="true">{t('ofWord.label')}</span>
      {layers.map((layer, row) => {
        const start = token * vectors.stride + row * used;
        const shares = vectors.shares.subarray(start, start + used);
        const best = shares.indexOf(Math.max(...shares));
        const cell = vectors.cells[start + best] ?? 0;
        const expert = cell - row * experts;
        const name = names.get(cell);
        const share = percent(shares[best] ?? 0);
        return (
          <button
            key={layer}
            type="button"
            className="token-expert"
            aria-pressed={asked?.row === row && asked.expert === expert}
            aria-label={t(name === undefined ? 'ofWord.ask' : 'ofWord.askNamed', { layer, expert, share, name })}
            onClick={() => onAsk({ row, expert })}
          >
            {name ?? t('ofWord.short', { layer, expert })} <small>{share}</small>
          </button>
        );
      })}
    </div>
  );
}
