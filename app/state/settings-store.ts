/** What the person chose, kept in localStorage. */
import type { Sampling } from '../../engine/api.ts';
import { createJSONStorage, persist } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';

export type Theme = 'system' | 'light' | 'dark';

export interface SamplingSettings {
  /** 0 is greedy: always the most probable token. */
  readonly temperature: number;
  /** 0 is off. */
  readonly topK: number;
  /** 1 is off. */
  readonly topP: number;
  /** 0 is off. */
  readonly minP: number;
  /** 1 is off. */
  readonly repetitionPenalty: number;
  /** Null: another one each time. */
  readonly seed: number | null;
  readonly maxTokens: number;
  readonly systemPrompt: string;
}

/** The bundled model is small: greedy answers are its best ones. */
export const DEFAULT_SAMPLING: SamplingSettings = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  seed: null,
  maxTokens: 512, // a small model that repeats itself should not do so for a whole context
  systemPrompt: '',
};

export interface SettingsState {
  readonly sampling: SamplingSettings;
  readonly theme: Theme;
  /** Tokens to reserve; null lets the engine choose. */
  readonly contextLength: number | null;
  /** The URL of the model to load at the start; null is the bundled one. */
  readonly modelUrl: string | null;
  setSampling(change: Partial<SamplingSettings>): void;
  resetSampling(): void;
  setTheme(theme: Theme): void;
  setContextLength(tokens: number | null): void;
  setModelUrl(url: string | null): void;
}

export type SettingsStore = StoreApi<SettingsState>;

/** localStorage key; `public/theme.js` reads it too, before the first paint. */
export const SETTINGS_KEY = 'mixtab-settings';

export function createSettingsStore(): SettingsStore {
  return createStore<SettingsState>()(
    persist(
      (set) => ({
        sampling: DEFAULT_SAMPLING,
        theme: 'system',
        contextLength: null,
        modelUrl: null,
        setSampling: (change) => set((state) => ({ sampling: { ...state.sampling, ...change } })),
        resetSampling: () => set({ sampling: DEFAULT_SAMPLING }),
        setTheme: (theme) => set({ theme }),
        setContextLength: (contextLength) => set({ contextLength }),
        setModelUrl: (modelUrl) => set({ modelUrl }),
      }),
      {
        name: SETTINGS_KEY,
        version: 1,
        storage: createJSONStorage(() => localStorage),
        partialize: ({ sampling, theme, contextLength, modelUrl }) => ({ sampling, theme, contextLength, modelUrl }),
        // Settings added later take their defaults.
        merge: (persisted, current) => {
          const saved = (persisted ?? {}) as Partial<SettingsState>;
          return { ...current, ...saved, sampling: { ...DEFAULT_SAMPLING, ...saved.sampling } };
        },
      },
    ),
  );
}

/** The engine's form of the settings: what is off is left out. */
export function toSampling(settings: SamplingSettings): Sampling {
  const { temperature, topK, topP, minP, repetitionPenalty, seed } = settings;
  return {
    temperature,
    ...(topK > 0 && { topK }),
    ...(topP < 1 && { topP }),
    ...(minP > 0 && { minP }),
    ...(repetitionPenalty !== 1 && { repetitionPenalty }),
    ...(seed !== null && { seed }),
  };
}
