/** What the person chose, kept in localStorage. */
import type { Sampling } from '../../engine/api.ts';
import { createJSONStorage, persist } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { localStore } from '../storage/local-store.ts';
import type { Language } from '../i18n/languages.ts';

export type Theme = 'system' | 'light' | 'dark';

/** Steps of the root font size, so that everything scales; `public/start.js` knows them too. */
export const TEXT_SIZES = ['small', 'medium', 'large', 'larger', 'largest'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

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

/**
 * The preset "Balanced". The bundled model keeps its facts with it, as at temperature 0, while stories and an answer that is asked
 * for again come out differently.
 */
export const DEFAULT_SAMPLING: SamplingSettings = {
  temperature: 0.7,
  topK: 0,
  topP: 0.95,
  minP: 0.05,
  repetitionPenalty: 1,
  seed: null,
  maxTokens: 512, // a small model that repeats itself should not do so for a whole context
  systemPrompt: '',
};

/** What a preset sets; the system prompt, the seed and the length are a matter of the task. */
export type PresetSampling = Pick<SamplingSettings, 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty'>;

/** A preset that the person saved. */
export interface OwnPreset {
  readonly id: string;
  readonly name: string;
  readonly sampling: PresetSampling;
}

export interface SettingsState {
  readonly sampling: SamplingSettings;
  readonly presets: readonly OwnPreset[];
  readonly theme: Theme;
  readonly textSize: TextSize;
  /** Null: the browser's. */
  readonly language: Language | null;
  /** Whether the list of conversations stands beside the chat on a wide screen. */
  readonly sidebar: 'shown' | 'hidden';
  /** Shortcuts that are a single character: whoever speaks to the computer may want them off. */
  readonly singleKeys: 'on' | 'off';
  /** Tokens to reserve; null lets the engine choose. */
  readonly contextLength: number | null;
  /** The URL of the model to load at the start; null is the bundled one. */
  readonly modelUrl: string | null;
  setSampling(change: Partial<SamplingSettings>): void;
  resetSampling(): void;
  /** A preset with this id takes the new name and values; otherwise it is added. */
  savePreset(preset: OwnPreset): void;
  deletePreset(id: string): void;
  setTheme(theme: Theme): void;
  setTextSize(size: TextSize): void;
  setLanguage(language: Language | null): void;
  setSidebar(sidebar: 'shown' | 'hidden'): void;
  setSingleKeys(singleKeys: 'on' | 'off'): void;
  setContextLength(tokens: number | null): void;
  setModelUrl(url: string | null): void;
}

export type SettingsStore = StoreApi<SettingsState>;

/** localStorage key; `public/start.js` reads it too, before the first paint. */
export const SETTINGS_KEY = 'mixtab-settings';

export function createSettingsStore(): SettingsStore {
  return createStore<SettingsState>()(
    persist(
      (set) => ({
        sampling: DEFAULT_SAMPLING,
        presets: [],
        theme: 'system',
        textSize: 'medium',
        language: null,
        sidebar: 'shown',
        singleKeys: 'on',
        contextLength: null,
        modelUrl: null,
        setSampling: (change) => set((state) => ({ sampling: { ...state.sampling, ...change } })),
        resetSampling: () => set({ sampling: DEFAULT_SAMPLING }),
        savePreset: (preset) =>
          set(({ presets }) => ({
            presets: presets.some(({ id }) => id === preset.id)
              ? presets.map((one) => (one.id === preset.id ? preset : one))
              : [...presets, preset],
          })),
        deletePreset: (id) => set(({ presets }) => ({ presets: presets.filter((one) => one.id !== id) })),
        setTheme: (theme) => set({ theme }),
        setTextSize: (textSize) => set({ textSize }),
        setLanguage: (language) => set({ language }),
        setSidebar: (sidebar) => set({ sidebar }),
        setSingleKeys: (singleKeys) => set({ singleKeys }),
        setContextLength: (contextLength) => set({ contextLength }),
        setModelUrl: (modelUrl) => set({ modelUrl }),
      }),
      {
        name: SETTINGS_KEY,
        version: 1,
        storage: createJSONStorage(() => localStore),
        // What can be called is not kept, and all else is.
        partialize: (state) =>
          Object.fromEntries(Object.entries(state).filter(([, value]) => typeof value !== 'function')),
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
