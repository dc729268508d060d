/** What the person chose, kept in localStorage. */
import type { Sampling } from '../../engine/api.ts';
import { persist } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Language } from '../i18n/languages.ts';
import type { OwnPreset, PresetSampling, SamplingSettings, SettingsRecord, TextSize, Theme } from './settings.ts';
import { isRecord } from './records/lenient.ts';
import { parsedStorage } from './records/local-records.ts';
import { parseSettings } from './records/settings-record.ts';

export type { ModelSampling, OwnPreset, PresetSampling, SamplingSettings, Theme } from './settings.ts';
export { TEXT_SIZES, type TextSize } from './settings.ts';

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
  thinking: null,
  thinkingLimit: null,
  systemPrompt: '',
};

export interface SettingsState extends SettingsRecord {
  setSampling(change: Partial<SamplingSettings>): void;
  /** What is undone is no choice any more. */
  undoSampling(keys: readonly (keyof SamplingSettings)[]): void;
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
  setModelDisk(id: string | null): void;
}

export type SettingsStore = StoreApi<SettingsState>;

/** localStorage key; `public/start.js` reads it too, before the first paint. */
export const SETTINGS_KEY = 'mixtab-settings';

/** 2: "Balanced" is the default, not "Precise". 3: of the sampling, only what was chosen is kept. */
const VERSION = 3;

/** "Precise": the default of version 1. */
const FIRST_DEFAULT: PresetSampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

const DEFAULTS: SettingsRecord = {
  sampling: {},
  presets: [],
  theme: 'system',
  textSize: 'medium',
  language: null,
  sidebar: 'shown',
  singleKeys: 'on',
  contextLength: null,
  modelUrl: null,
  modelDisk: null,
};

export function createSettingsStore(): SettingsStore {
  return createStore<SettingsState>()(
    persist(
      (set) => ({
        ...DEFAULTS,
        setSampling: (change) => set((state) => ({ sampling: { ...state.sampling, ...change } })),
        undoSampling: (keys) => set(({ sampling }) => ({ sampling: withoutSampling(sampling, keys) })),
        resetSampling: () => set({ sampling: {} }),
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
        setModelDisk: (modelDisk) => set({ modelDisk }),
        setModelUrl: (modelUrl) => set({ modelUrl }),
      }),
      {
        name: SETTINGS_KEY,
        version: VERSION,
        // What is absent or does not parse takes its default; what this version of the page does not know is left out.
        storage: parsedStorage(VERSION, (saved, report, writtenBy) => {
          const settings = parseSettings(saved, DEFAULTS, report);
          return writtenBy < VERSION ? fromEarlierVersion(settings, saved, writtenBy) : settings;
        }),
        partialize: (state) => parseSettings(state, DEFAULTS, () => undefined),
      },
    ),
  );
}

/**
 * Versions 1 and 2 wrote all settings whenever one of them was changed. A value that is still what the page began with then was not
 * chosen by anybody.
 */
function fromEarlierVersion(settings: SettingsRecord, saved: unknown, writtenBy: number): SettingsRecord {
  const { sampling } = settings;
  const isWhole = isRecord(saved) && Object.hasOwn(saved, 'theme');
  const names = Object.keys(FIRST_DEFAULT) as readonly (keyof PresetSampling)[];
  const isFirstDefault = writtenBy < 2 && isWhole && names.every((name) => sampling[name] === FIRST_DEFAULT[name]);
  const keys = Object.keys(DEFAULT_SAMPLING) as readonly (keyof SamplingSettings)[];
  const unchosen = keys.filter((key) => sampling[key] === DEFAULT_SAMPLING[key]);
  return { ...settings, sampling: withoutSampling(sampling, isFirstDefault ? [...names, ...unchosen] : unchosen) };
}

/** The choices without some of them. */
export function withoutSampling(
  sampling: Partial<SamplingSettings>,
  keys: readonly (keyof SamplingSettings)[],
): Partial<SamplingSettings> {
  return Object.fromEntries(Object.entries(sampling).filter(([key]) => !(keys as readonly string[]).includes(key)));
}

/** What somebody chose, for a model that has defaults of its own: what is off must be said. */
export function chosenSampling({
  temperature,
  topK,
  topP,
  minP,
  repetitionPenalty,
  seed,
}: Partial<SamplingSettings>): Sampling {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(minP !== undefined && { minP }),
    ...(repetitionPenalty !== undefined && { repetitionPenalty }),
    ...(seed !== undefined && seed !== null && { seed }),
  };
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
