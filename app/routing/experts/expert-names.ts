/** Names that a person gave to experts, by the model's file; kept in localStorage. */
import * as v from 'valibot';
import { persist } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import { Fields, type Report } from '../../state/records/lenient.ts';
import { parsedStorage } from '../../state/records/local-records.ts';

export const LONGEST_NAME = 40; // characters
const MOST_MODELS = 100;
const MOST_NAMES = 1000; // a model

const Name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_NAME));
const PLACE = /^\d{1,4}:\d{1,5}$/;

/** Such as `3:12`: layer as the file counts, expert from 0. */
type Place = string;
type Names = ReadonlyMap<Place, string>;

interface ExpertNames {
  /** By `RoutingRecord.file`. The model that was named in last stands last. */
  readonly models: ReadonlyMap<string, Names>;
  /** An empty name takes it back. Beyond the bounds the oldest names go. */
  name(file: string, layer: number, expert: number, name: string): void;
}

export const expertNames = createStore<ExpertNames>()(
  persist(
    (set) => ({
      models: new Map(),
      name: (file, layer, expert, given) =>
        set(({ models }) => {
          const names = new Map(models.get(file));
          names.delete(placeOf(layer, expert));
          const name = [...given.trim()].slice(0, LONGEST_NAME).join('').trim();
          if (name !== '') names.set(placeOf(layer, expert), name);
          const others = [...models].filter(([other]) => other !== file).slice(1 - MOST_MODELS);
          const own: [string, Names][] = names.size === 0 ? [] : [[file, new Map([...names].slice(-MOST_NAMES))]];
          return { models: new Map([...others, ...own]) };
        }),
    }),
    {
      name: 'mixtab-expert-names',
      version: 1,
      storage: parsedStorage(1, (value, report) => ({ models: asKept(parseNames(value, report)) })),
      partialize: ({ models }) => ({ models: asKept(models) }),
      merge: (kept, current) => ({ ...current, models: parseNames(kept, () => undefined) }),
    },
  ),
);

export function placeOf(layer: number, expert: number): Place {
  return `${layer}:${expert}`;
}

function asKept(models: ReadonlyMap<string, Names>): Readonly<Record<string, Readonly<Record<Place, string>>>> {
  return Object.fromEntries([...models].map(([file, names]) => [file, Object.fromEntries(names)]));
}

export function parseNames(value: unknown, report: Report): ReadonlyMap<string, Names> {
  const files = Fields.of(value, report).within('models');
  const models = new Map<string, Names>();
  for (const file of files.names.slice(0, MOST_MODELS)) {
    const places = files.within(file);
    const names = new Map<Place, string>();
    for (const place of places.names.slice(0, MOST_NAMES)) {
      const name = PLACE.test(place) ? places.read(place, Name, null) : null;
      if (name === null) places.wrong(place);
      else names.set(place, name);
    }
    if (names.size > 0) models.set(file, names);
  }
  return models;
}
