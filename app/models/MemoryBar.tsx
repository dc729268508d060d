import './memory-bar.css';
import { useTranslation } from 'react-i18next';
import type { MemoryReport } from '../../engine/api.ts';
import { bytes } from '../layout/quantities.ts';

const PURPOSES = ['experts', 'weights', 'kvCache', 'activations'] as const satisfies readonly (keyof MemoryReport)[];

/** GPU memory by purpose, drawn to scale, with the numbers beside it. */
export function MemoryBar({ memory }: { readonly memory: MemoryReport }) {
  const { t } = useTranslation('models');
  const total = totalOf(memory);
  return (
    <figure className="memory">
      <figcaption>
        <span>{t('memory.title')}</span>
        <strong>{t('memory.total', { size: bytes(total) })}</strong>
      </figcaption>
      <div className="memory-bar" aria-hidden="true">
        {PURPOSES.map((purpose) => (
          <span key={purpose} data-purpose={purpose} style={{ flexGrow: total > 0 ? memory[purpose] / total : 0 }} />
        ))}
      </div>
      <dl className="memory-legend">
        {PURPOSES.map((purpose) => (
          <div key={purpose}>
            <dt>
              <span className="memory-swatch" data-purpose={purpose} aria-hidden="true" />
              {t(`memory.${purpose}`)}
            </dt>
            <dd>{bytes(memory[purpose])}</dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}

function totalOf(memory: MemoryReport): number {
  return PURPOSES.reduce((sum, purpose) => sum + memory[purpose], 0);
}
