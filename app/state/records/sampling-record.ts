/** Settings of a generation as they are kept: everywhere, in presets, and in conversations. */
import * as v from 'valibot';
import type { PresetSampling, SamplingSettings } from '../settings.ts';
import { between, Text, wholeBetween } from './bounds.ts';
import type { Fields, Report } from './lenient.ts';

/** The bounds of the controls in the settings; a record, so that the compiler misses none. */
const SCHEMAS: { readonly [Key in keyof SamplingSettings]: v.GenericSchema<unknown, SamplingSettings[Key]> } = {
  temperature: between(0, 2),
  topK: wholeBetween(0, 1000),
  topP: between(0, 1),
  minP: between(0, 1),
  repetitionPenalty: between(1, 2),
  seed: v.nullable(wholeBetween(0, 2 ** 32 - 1)),
  maxTokens: wholeBetween(1, 1_000_000),
  thinking: v.nullable(v.pipe(v.string(), v.regex(/^\w{1,20}$/))),
  thinkingLimit: v.nullable(wholeBetween(0, 1_000_000)),
  systemPrompt: Text,
};

/** The settings that are there and parse. */
export function parseSampling(fields: Fields): Partial<SamplingSettings> {
  const read = (key: keyof SamplingSettings): [string, unknown] => [
    key,
    fields.read<unknown, undefined>(key, SCHEMAS[key], undefined),
  ];
  return Object.fromEntries(SAMPLING_KEYS.map(read).filter(([, value]) => value !== undefined));
}

const SAMPLING_KEYS = Object.keys(SCHEMAS) as readonly (keyof SamplingSettings)[];

const Preset: v.GenericSchema<unknown, PresetSampling> = v.object({
  temperature: SCHEMAS.temperature,
  topK: SCHEMAS.topK,
  topP: SCHEMAS.topP,
  minP: SCHEMAS.minP,
  repetitionPenalty: SCHEMAS.repetitionPenalty,
});

/** Whole or not at all: a preset stands for all of its values. */
export function parsePresetSampling(value: unknown, report: Report, place: string): PresetSampling | null {
  const parsed = v.safeParse(Preset, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  report(place);
  return null;
}
