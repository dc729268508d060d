import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { RoutingRecord } from '../routing-record.ts';
import { expertNames, placeOf } from './expert-names.ts';

/** Names of a record's experts by their cells: row × experts + expert. */
export function useExpertNames({ file, layers, experts }: RoutingRecord): ReadonlyMap<number, string> {
  const named = useStore(expertNames, ({ models }) => (file === undefined ? undefined : models.get(file)));
  const rows = layers.join();
  return useMemo(() => {
    const names = new Map<number, string>();
    if (named === undefined) return names;
    rows.split(',').forEach((layer, row) => {
      for (let expert = 0; expert < experts; expert++) {
        const name = named.get(placeOf(Number(layer), expert));
        if (name !== undefined) names.set(row * experts + expert, name);
      }
    });
    return names;
  }, [named, rows, experts]);
}
