/** What the person chose, as it lies in localStorage. */
import * as v from 'valibot';
import { LANGUAGES, type Language } from '../../i18n/languages.ts';
import { type OwnPreset, type SettingsRecord, TEXT_SIZES } from '../settings.ts';
import { Address, Id, Name, wholeBetween } from './bounds.ts';
import { Fields, type Report } from './lenient.ts';
import { parsePresetSampling, parseSampling } from './sampling-record.ts';

const MAX_PRESETS = 200;
/** The longest context that any model is known to have, and some. */
const MAX_CONTEXT = 2 ** 24;

/** `defaults`: for what is absent or does not parse. */
export function parseSettings(value: unknown, defaults: SettingsRecord, report: Report): SettingsRecord {
  const fields = Fields.of(value, report);
  return {
    sampling: parseSampling(fields.within('sampling')),
    presets: withoutDoubles(fields.list('presets', MAX_PRESETS, parsePreset)),
    theme: fields.read('theme', v.picklist(['system', 'light', 'dark']), defaults.theme),
    textSize: fields.read('textSize', v.picklist(TEXT_SIZES), defaults.textSize),
    language: fields.read('language', v.nullable(v.picklist(Object.keys(LANGUAGES) as Language[])), defaults.language),
    sidebar: fields.read('sidebar', v.picklist(['shown', 'hidden']), defaults.sidebar),
    singleKeys: fields.read('singleKeys', v.picklist(['on', 'off']), defaults.singleKeys),
    contextLength: fields.read('contextLength', v.nullable(wholeBetween(1, MAX_CONTEXT)), defaults.contextLength),
    modelDisk: fields.read('modelDisk', v.nullable(Id), defaults.modelDisk),
    modelUrl: fields.read('modelUrl', v.nullable(Address), defaults.modelUrl),
  };
}

function parsePreset(value: unknown, report: Report, place: string): OwnPreset | null {
  const fields = Fields.of(value, report, place);
  const id = fields.read('id', Id, null);
  const name = fields.read('name', Name, null);
  const sampling = parsePresetSampling(fields.raw('sampling'), report, `${place}.sampling`);
  return id === null || name === null || sampling === null ? null : { id, name, sampling };
}

function withoutDoubles(presets: readonly OwnPreset[]): OwnPreset[] {
  return [...new Map(presets.map((preset) => [preset.id, preset])).values()];
}

/** Context in tokens, by the key of the model. */
export function parseContextLengths(value: unknown, report: Report): Map<string, number> {
  const lengths = Fields.of(value, report).within('contextLengths');
  const found = new Map<string, number>();
  for (const key of lengths.names) {
    const length = lengths.read(key, wholeBetween(1, MAX_CONTEXT), null);
    if (length !== null) found.set(key, length);
  }
  return found;
}
