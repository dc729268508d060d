/** What the person can choose, as plain data. */
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
  /** How the model is to think, such as `off` or `low`; null: as it does by itself. */
  readonly thinking: string | null;
  /** Tokens of reasoning; null: without a limit of its own. */
  readonly thinkingLimit: number | null;
  readonly systemPrompt: string;
}

/** What a preset sets; the system prompt, the seed and the length are a matter of the task. */
export type PresetSampling = Pick<SamplingSettings, 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty'>;

/** What whoever published a model would have it sampled with, as far as the file says. */
export type ModelSampling = Partial<PresetSampling>;

/** A preset that the person saved. */
export interface OwnPreset {
  readonly id: string;
  readonly name: string;
  readonly sampling: PresetSampling;
}

/** All of it. */
export interface SettingsRecord {
  /** What the person chose; the rest is the model's, or the page's (`effective-settings.ts`). */
  readonly sampling: Partial<SamplingSettings>;
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
  /** The files of this device to open at the start, by their key; null: see `modelUrl`. */
  readonly modelDisk: string | null;
}
