import { useTranslation } from 'react-i18next';
import { percent } from '../layout/quantities.ts';
import { strongestValue } from './draw-map.ts';
import type { MapData } from './map-geometry.ts';

/** How to read the map of one token, or of a whole answer: the same signs, so that nothing moves between the two. */
export function MapLegend({ data }: { readonly data: MapData }) {
  const { t } = useTranslation('routing');
  const isToken = data.kind === 'token';
  return (
    <p className="map-legend">
      <span>
        <i className="legend-ramp" />
        {t(isToken ? 'legend.share' : 'legend.load', { percent: percent(strongestValue(data)) })}
      </span>
      <span>
        <i className="legend-cold" />
        {t(isToken ? 'legend.cold' : 'legend.never')}
      </span>
      <span>
        <i className="legend-evenness" />
        {t('legend.evenness')}
      </span>
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
