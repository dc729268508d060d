/** What was chosen for each model, kept in localStorage. */
import type { ModelSource } from '../../engine/api.ts';
import { createJSONStorage, persist } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { localStore } from '../storage/local-store.ts';
import { modelKey } from './model-key.ts';

export interface ModelPreferences {
  /** Context in tokens, by the key of the model; where there is none the engine chooses. */
  readonly contextLengths: Readonly<Record<string, number>>;
  /** Null: as the engine likes. */
  setContextLength(id: string, tokens: number | null): void;
}

export type PreferencesStore = StoreApi<ModelPreferences>;

export function createPreferencesStore(): PreferencesStore {
  return createStore<ModelPreferences>()(
    persist(
      (set) => ({
        contextLengths: {},
        setContextLength: (id, tokens) =>
          set(({ contextLengths: { [id]: _before, ...others } }) => ({
            contextLengths: tokens === null ? others : { ...others, [id]: tokens },
          })),
      }),
      {
        name: 'mixtab-models',
        version: 1,
        storage: createJSONStorage(() => localStore),
        partialize: ({ contextLengths }) => ({ contextLengths }),
      },
    ),
  );
}

/** What was chosen for a model, or null. */
export function contextLengthOf(preferences: PreferencesStore, source: ModelSource): number | null {
  return preferences.getState().contextLengths[modelKey(source)] ?? null;
}
