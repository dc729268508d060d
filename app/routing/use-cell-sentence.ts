import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { count, decimal, percent } from '../layout/quantities.ts';
import type { AnswerRouting } from './answer-routing.ts';
import type { Cell, MapData } from './map-geometry.ts';
import { expertAt, type MapLayout } from './map-layout.ts';

/**
 * What is said of a cell of the map of one token, or (null) of the whole answer; after the name of its expert, where it has one.
 * @param names by rows of the record: row × experts + expert
 */
export function useCellSentence(
  { load }: AnswerRouting,
  data: MapData,
  layout: MapLayout,
  token: number | null,
  names?: ReadonlyMap<number, string>,
): (cell: Cell) => string {
  const { t } = useTranslation('routing');
  const sentence = useCallback(
    (cell: Cell) => {
      const found = expertAt(layout, cell);
      if (found === null) return t('map.cellDense', { layer: data.layers[cell.row] ?? 0 });
      const { row, layer, expert } = found;
      const at = { layer, expert };
      const value = data.values[cell.row * data.experts + cell.expert] ?? 0;
      if (token !== null)
        return value === 0 ? t('map.cellTokenCold', at) : t('map.cellToken', { ...at, percent: percent(value) });
      const even = decimal(load.layerEvenness(row).asEvenAs, 1);
      if (value === 0) return t('map.cellAllCold', { ...at, even });
      const tokens = load.counts[row * data.experts + expert] ?? 0;
      return t('map.cellAll', { ...at, count: tokens, formatted: count(tokens), percent: percent(value), even });
    },
    [load, data, layout, token, t],
  );
  return useCallback(
    (cell: Cell) => {
      const found = expertAt(layout, cell);
      const name = found === null ? undefined : names?.get(found.row * data.experts + found.expert);
      return name === undefined ? sentence(cell) : `“${name}”. ${sentence(cell)}`;
    },
    [sentence, layout, data.experts, names],
  );
}
