import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { count, decimal, percent } from '../layout/quantities.ts';
import type { AnswerRouting } from './answer-routing.ts';
import type { Cell, MapData } from './map-geometry.ts';

/** What is said of a cell of the map of one token, or (null) of the whole answer. */
export function useCellSentence({ load }: AnswerRouting, data: MapData, token: number | null): (cell: Cell) => string {
  const { t } = useTranslation('routing');
  return useCallback(
    ({ row, expert }: Cell) => {
      const at = { layer: data.layers[row] ?? 0, expert };
      const value = data.values[row * data.experts + expert] ?? 0;
      if (token !== null)
        return value === 0 ? t('map.cellTokenCold', at) : t('map.cellToken', { ...at, percent: percent(value) });
      const even = decimal(load.layerEvenness(row).asEvenAs, 1);
      if (value === 0) return t('map.cellAllCold', { ...at, even });
      const tokens = load.counts[row * data.experts + expert] ?? 0;
      return t('map.cellAll', { ...at, count: tokens, formatted: count(tokens), percent: percent(value), even });
    },
    [load, data, token, t],
  );
}
