import { useTranslation } from 'react-i18next';
import { percent } from '../layout/quantities.ts';
import { strongestValue } from './draw-map.ts';
import type { MapData } from './map-geometry.ts';

/** How to read the map of one token. */
export function TokenLegend({ data }: { readonly data: MapData }) {
  const { t } = useTranslation('routing');
  return (
    <p className="map-legend">
      <span>
        <i className="legend-ramp" />
        {t('legend.strongest', { percent: percent(strongestValue(data)) })} {t('legend.share')}
      </span>
      <span>
        <i className="legend-cold" />
        {t('legend.cold')}
      </span>
    </p>
  );
}

/** How to read the map of a whole answer. */
export function LoadLegend({ data }: { readonly data: MapData }) {
  const { t } = useTranslation('routing');
  return (
    <p className="map-legend">
      <span>
        <i className="legend-ramp" />
        {t('legend.strongest', { percent: percent(strongestValue(data)) })} {t('legend.load')}
      </span>
      <span>
        <i className="legend-cold" />
        {t('legend.never')}
      </span>
      <span>{t('legend.evenness')}</span>
      <span>
        <i className="legend-even" />
        {t('legend.bars')}
      </span>
    </p>
  );
}

/** How to read the difference of two answers. */
export function DifferenceLegend() {
  const { t } = useTranslation('routing');
  return (
    <p className="map-legend">
      <span>
        <i className="legend-more" />
        {t('legend.moreA')}
      </span>
      <span>
        <i className="legend-less" />
        {t('legend.moreB')}
      </span>
    </p>
  );
}
