/** The run that measures kernels: one for the notice above the composer and for the settings. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineErrorData, TuneOptions, TuningEnd, TuningProgress } from '../../engine/api.ts';
import { asEngineError } from '../state/engine-failure.ts';
import type { Stores } from '../state/stores.tsx';

export interface TuningState {
  /** Null while nothing is measured. */
  readonly progress: TuningProgress | null;
  /** How the last run ended. */
  readonly end: TuningEnd | null;
  readonly error: EngineErrorData | null;
  run(options?: TuneOptions): Promise<void>;
  skip(): Promise<void>;
}

const known = new WeakMap<object, StoreApi<TuningState>>();

/** The same for the same page. */
export function tuningStoreOf(stores: Pick<Stores, 'client' | 'model'>): StoreApi<TuningState> {
  const { client, model } = stores;
  const before = known.get(client);
  if (before !== undefined) return before;
  const store = createStore<TuningState>((set) => ({
    progress: null,
    end: null,
    error: null,
    run: async (options = {}) => {
      set({ end: null, error: null });
      try {
        const end = await client.tune(options, (progress) => set({ progress }));
        set({ end });
      } catch (error) {
        set({ error: asEngineError(error) });
      } finally {
        set({ progress: null });
      }
      // What was chosen is a part of the device's report.
      const device = await client.device().catch(() => null);
      if (device !== null) model.setState({ device });
    },
    skip: () => client.skipTuning().catch(() => undefined), // it ended with its engine
  }));
  known.set(client, store);
  return store;
}
