/** Sets of sampling settings under one name. */
import {
  DEFAULT_SAMPLING,
  type OwnPreset,
  type PresetSampling,
  type SamplingSettings,
} from '../state/settings-store.ts';

export type BuiltInPresetId = 'precise' | 'balanced' | 'creative';

export type Preset =
  | { readonly kind: 'builtIn'; readonly id: BuiltInPresetId; readonly sampling: PresetSampling }
  | ({
      readonly kind: 'own';
    } & OwnPreset);

/** `balanced` is what the page starts with. */
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

export function allPresets(own: readonly OwnPreset[]): readonly Preset[] {
  return [...BUILT_IN_PRESETS, ...own.map((preset) => ({ kind: 'own', ...preset }) as const)];
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
