/** For a frame without any script beside it: `embed.html#prompt=…&routing=on`, with the names of the attributes. */
import * as v from 'valibot';
import { type EmbedOptions, LIMITS, Options } from '../protocol.ts';

/** @param hash of the frame's address; what does not parse in it is left out */
export function optionsInAddress(hash: string): EmbedOptions {
  if (hash.length > 4 * LIMITS.address) return {};
  const given: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ''))) {
    const key = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (!Object.hasOwn(Options.entries, key) || key === 'style') continue;
    const schema = Options.entries[key as keyof typeof Options.entries] as v.GenericSchema;
    const candidates = [value, Number(value), jsonOf(value)];
    const found = candidates.find((candidate) => value !== '' && v.is(schema, candidate));
    if (found !== undefined) given[key] = found;
  }
  return v.is(Options, given) ? given : {};
}

/** `embed.html#replay=…&play`: at once, without a click. */
export function wantsPlay(hash: string): boolean {
  return new URLSearchParams(hash.replace(/^#/, '')).has('play');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
