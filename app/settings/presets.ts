/** Sets of sampling settings under one name. */
import {
  DEFAULT_SAMPLING,
  type ModelSampling,
  type OwnPreset,
  type PresetSampling,
  type SamplingSettings,
} from '../state/settings-store.ts';

export type BuiltInPresetId = 'precise' | 'balanced' | 'creative';

/** What a preset sets. */
export const PRESET_KEYS = ['temperature', 'topK', 'topP', 'minP', 'repetitionPenalty'] as const;

export type Preset =
  /** What the loaded model's file recommends, with the page's own where it says nothing. */
  | { readonly kind: 'model'; readonly id: 'model'; readonly sampling: PresetSampling }
  | { readonly kind: 'builtIn'; readonly id: BuiltInPresetId; readonly sampling: PresetSampling }
  | ({
      readonly kind: 'own';
    } & OwnPreset);

/** `balanced` is what the page starts with, where a model recommends nothing. */
export const BUILT_IN_PRESETS: readonly Preset[] = [
  {
    kind: 'builtIn',
    id: 'precise',
    sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
  },
  {
    kind: 'builtIn',
    id: 'balanced',
    sampling: presetSampling(DEFAULT_SAMPLING),
  },
  {
    kind: 'builtIn',
    id: 'creative',
    sampling: { temperature: 1.1, topK: 0, topP: 1, minP: 0.05, repetitionPenalty: 1.05 },
  },
];

export function allPresets(model: ModelSampling, own: readonly OwnPreset[]): readonly Preset[] {
  const sampling = presetSampling({ ...DEFAULT_SAMPLING, ...model });
  const recommended = Object.keys(model).length === 0 ? [] : [{ kind: 'model', id: 'model', sampling } as const];
  return [...recommended, ...BUILT_IN_PRESETS, ...own.map((preset) => ({ kind: 'own', ...preset }) as const)];
}

export function presetSampling({ temperature, topK, topP, minP, repetitionPenalty }: SamplingSettings): PresetSampling {
  return { temperature, topK, topP, minP, repetitionPenalty };
}

/** The preset that has just these values. */
export function matchingPreset(sampling: SamplingSettings, presets: readonly Preset[]): Preset | null {
  const values = Object.entries(presetSampling(sampling));
  return (
    presets.find((preset) => values.every(([key, value]) => preset.sampling[key as keyof PresetSampling] === value)) ??
    null
  );
}
