import { useTranslation } from 'react-i18next';
import { percent } from '../layout/quantities.ts';
import { strongestValue } from './draw-map.ts';
import { FADE_TOKENS } from './live/glow.ts';
import type { MapData } from './map-geometry.ts';

/** How to read the map of one token, or of a whole answer: the same signs, so that nothing moves between the two. */
export function MapLegend({ data, isLive }: { readonly data: MapData; readonly isLive: boolean }) {
  const { t } = useTranslation('routing');
  const isToken = data.kind === 'token';
  const hasDense = data.dense?.includes(true) === true;
  const hasShared = (data.shared ?? 0) > 0;
  return (
    <p className="map-legend">
      <span>
        <i className="legend-ramp" />
        {isLive
          ? t('legend.live', { count: FADE_TOKENS })
          : t(isToken ? 'legend.share' : 'legend.load', { percent: percent(strongestValue(data)) })}
      </span>
      {(hasDense || hasShared) && (
        <span>
          <i className="legend-always" />
          {t(hasDense && hasShared ? 'legend.alwaysBoth' : hasDense ? 'legend.alwaysDense' : 'legend.alwaysShared')}
        </span>
      )}
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
      <span className="legend-order">{t(data.isSorted === true ? 'map.orderAlike' : 'map.orderFile')}</span>
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
