/** What was chosen for each model, kept in localStorage. */
import type { ModelSource } from '../../engine/api.ts';
import { persist } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Report } from '../state/records/lenient.ts';
import { parsedStorage } from '../state/records/local-records.ts';
import { parseContextLengths } from '../state/records/settings-record.ts';
import { modelKey } from './model-key.ts';

export interface ModelPreferences {
  /** Context in tokens, by the key of the model; where there is none the engine chooses. */
  readonly contextLengths: ReadonlyMap<string, number>;
  /** Null: as the engine likes. */
  setContextLength(id: string, tokens: number | null): void;
}

export type PreferencesStore = StoreApi<ModelPreferences>;

export function createPreferencesStore(): PreferencesStore {
  return createStore<ModelPreferences>()(
    persist(
      (set) => ({
        contextLengths: new Map(),
        setContextLength: (id, tokens) =>
          set(({ contextLengths }) => {
            const changed = new Map(contextLengths);
            if (tokens === null) changed.delete(id);
            else changed.set(id, tokens);
            return { contextLengths: changed };
          }),
      }),
      {
        name: 'mixtab-models',
        version: 1,
        storage: parsedStorage(1, asKept),
        partialize: ({ contextLengths }) => ({ contextLengths: Object.fromEntries(contextLengths) }),
        merge: (kept, current) => ({ ...current, contextLengths: parseContextLengths(kept, () => undefined) }),
      },
    ),
  );
}

/** As JSON has it: a Map in memory, because the keys are foreign. */
function asKept(value: unknown, report: Report): { readonly contextLengths: Readonly<Record<string, number>> } {
  return { contextLengths: Object.fromEntries(parseContextLengths(value, report)) };
}

/** What was chosen for a model, or null. */
export function contextLengthOf(preferences: PreferencesStore, source: ModelSource): number | null {
  return preferences.getState().contextLengths.get(modelKey(source)) ?? null;
}
