/** What can be set of a generation, with the bounds of each. The words are in `settings.json`, under the same keys. */
import type { SamplingSettings } from '../state/settings-store.ts';

export interface SliderField {
  readonly kind: 'slider';
  readonly key: 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The slider ends here; larger numbers can be written. */
  readonly sliderMax?: number;
}

export interface NumberField {
  readonly kind: 'number';
  readonly key: 'seed' | 'maxTokens' | 'thinkingLimit';
  readonly min: number;
  readonly max: number;
}

export type SamplingField = SliderField | NumberField;

const LARGEST_SEED = 2 ** 32 - 1; // the engine takes an unsigned 32-bit number

/** In the order in which they are worth changing. */
export const SAMPLING_FIELDS: readonly SamplingField[] = [
  { kind: 'slider', key: 'temperature', min: 0, max: 2, step: 0.05 },
  { kind: 'slider', key: 'topP', min: 0.05, max: 1, step: 0.05 },
  { kind: 'slider', key: 'minP', min: 0, max: 0.5, step: 0.01 },
  { kind: 'slider', key: 'topK', min: 0, max: 1000, sliderMax: 100, step: 1 },
  { kind: 'slider', key: 'repetitionPenalty', min: 1, max: 2, step: 0.01 },
  { kind: 'number', key: 'maxTokens', min: 1, max: 131_072 },
  { kind: 'number', key: 'thinkingLimit', min: 0, max: 131_072 },
  { kind: 'number', key: 'seed', min: 0, max: LARGEST_SEED },
];

/** The value at which a filter lets everything through; null where there is no such value. */
export const OFF: Readonly<Record<SliderField['key'], number | null>> = {
  temperature: null,
  topP: 1,
  minP: 0,
  topK: 0,
  repetitionPenalty: 1,
};

/** The nearest value that the engine takes. */
export function clamp(value: number, { min, max }: Pick<SamplingField, 'min' | 'max'>): number {
  return Math.min(max, Math.max(min, value));
}

export type SamplingKey = keyof SamplingSettings;
