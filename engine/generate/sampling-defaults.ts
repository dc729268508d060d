import type { SamplingDefaults } from '../api.ts';
import type { Metadata } from '../formats/metadata.ts';

/** Beyond these a value is no advice that anyone gives: what a slider has room for. */
const RANGES: { readonly [Key in keyof Required<SamplingDefaults>]: readonly [min: number, max: number] } = {
  temperature: [0, 2],
  topK: [0, 1000],
  topP: [0, 1],
  minP: [0, 1],
  repetitionPenalty: [1, 2],
};

/** Names of llama.cpp, below `general.sampling.`. */
const KEYS: { readonly [Key in keyof Required<SamplingDefaults>]: string } = {
  temperature: 'temp',
  topK: 'top_k',
  topP: 'top_p',
  minP: 'min_p',
  repetitionPenalty: 'penalty_repeat',
};

/**
 * How whoever published a file would have it sampled. It is advice: what is out of range or of another kind is left out, and so is
 * what the engine does not have (`xtc_*`, `mirostat*`, another order of the filters, a penalty that looks back farther).
 */
export function samplingDefaults(metadata: Metadata): SamplingDefaults {
  const found = Object.entries(KEYS).map(([name, key]) => {
    const value = metadata.get(`general.sampling.${key}`);
    return [name, typeof value === 'number' ? within(name as keyof SamplingDefaults, value) : undefined];
  });
  const defaults = Object.fromEntries(found.filter(([, value]) => value !== undefined)) as SamplingDefaults;
  const { repetitionPenalty: _, ...unpenalized } = defaults;
  return metadata.get('general.sampling.penalty_last_n') === 0 ? unpenalized : defaults;
}

function within(name: keyof SamplingDefaults, value: number): number | undefined {
  const [min, max] = RANGES[name];
  // Both -1 and 0 turn top-k off.
  const number = name === 'topK' ? Math.max(0, Math.floor(value)) : readable(value);
  return number >= min && number <= max ? number : undefined;
}

/** 0.95 lies in a file as an f32, 0.949999988079071: seven digits give back what was meant. */
function readable(value: number): number {
  return Number(value.toPrecision(7));
}
