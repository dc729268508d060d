/** How fast this device has answered, by adapter and model: kept in localStorage, so that other models' speed can be foretold. */
import * as v from 'valibot';
import { createStore } from 'zustand/vanilla';
import type { DecodeCost, DeviceReport, EngineClient, SpeedProbe } from '../../../engine/api.ts';
import { Fields, type Report } from '../../state/records/lenient.ts';
import { readLocal, writeLocal } from '../../state/records/local-records.ts';
import type { MeasuredSpeed } from './speed-range.ts';

export const SPEEDS_KEY = 'mixtab-speeds';

/** Models of an adapter that are kept, the last ones; and adapters: a laptop has two, and a browser may name them anew. */
const MOST_MODELS = 6;
const MOST_ADAPTERS = 4;
/** Answers of a model: the middle one counts, so that one while the machine was busy does not. */
const MOST_ANSWERS = 5;

interface ModelSpeeds {
  readonly id: string;
  readonly cost: DecodeCost;
  /** Milliseconds per token, the last answer's first. */
  readonly tokenMs: readonly number[];
}

interface AdapterSpeeds {
  readonly adapter: string;
  /** Of products that were timed alone, once. */
  readonly probe?: SpeedProbe | undefined;
  /** The last one that answered first. */
  readonly models: readonly ModelSpeeds[];
}

const Amount = v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(1e15));
const Name = v.pipe(v.string(), v.maxLength(1000));
const Cost = v.object({ bytes: Amount, operations: Amount, launches: Amount });
const ModelRecord = v.object({
  id: Name,
  cost: Cost,
  tokenMs: v.pipe(v.array(v.pipe(Amount, v.maxValue(1e6))), v.minLength(1), v.maxLength(MOST_ANSWERS)),
});
const AdapterRecord = v.object({
  adapter: Name,
  probe: v.optional(v.object({ cost: Cost, ms: v.pipe(Amount, v.maxValue(1e6)) })),
  models: v.pipe(v.array(ModelRecord), v.maxLength(MOST_MODELS)),
});

export function parseSpeeds(value: unknown, report: Report): readonly AdapterSpeeds[] {
  return Fields.of(value, report).list('adapters', MOST_ADAPTERS, (element, told, place) => {
    const parsed = v.safeParse(AdapterRecord, element, { abortEarly: true });
    if (parsed.success) return parsed.output;
    told(place);
    return null;
  });
}

function textOf(adapters: readonly AdapterSpeeds[]): string {
  return JSON.stringify({ adapters });
}

/** A browser says little of its adapters, but the same each time. */
function keyOf({ vendor, architecture, description, isFallback }: DeviceReport): string {
  return [vendor, architecture, description, isFallback ? 'software' : ''].join('|').slice(0, 1000);
}

/** What components look at: changes with each answer that was measured. */
export const speedsStore = createStore<{ readonly adapters: readonly AdapterSpeeds[] }>()(() => ({
  adapters: readLocal(SPEEDS_KEY, parseSpeeds, textOf),
}));

export interface MeasuredAnswer {
  readonly id: string;
  readonly cost: DecodeCost;
  readonly tokens: number;
  readonly ms: number;
}

/** Keeps how long the tokens of an answer took. */
export function keepSpeed(device: DeviceReport, { id, cost, tokens, ms }: MeasuredAnswer): void {
  // Another tab may have written meanwhile.
  const adapters = readLocal(SPEEDS_KEY, parseSpeeds, textOf);
  const adapter = keyOf(device);
  const { models = [], probe } = adapters.find((one) => one.adapter === adapter) ?? {};
  const before = models.find((one) => one.id === id)?.tokenMs ?? [];
  const model = { id, cost, tokenMs: [ms / tokens, ...before].slice(0, MOST_ANSWERS) };
  const changed = [
    { adapter, probe, models: [model, ...models.filter((one) => one.id !== id)].slice(0, MOST_MODELS) },
    ...adapters.filter((one) => one.adapter !== adapter),
  ].slice(0, MOST_ADAPTERS);
  writeLocal(SPEEDS_KEY, textOf(changed));
  speedsStore.setState({ adapters: changed });
}

/** Products alone are faster than the same in a model, where some are small, and each waits for the one before. */
const PROBE_UP_TO = 1.5;

/** What is known of an adapter: each model's middle answer, and what was timed alone; nothing before the first answer. */
export function speedsOf(adapters: readonly AdapterSpeeds[], device: DeviceReport): readonly MeasuredSpeed[] {
  const { models = [], probe } = adapters.find((one) => one.adapter === keyOf(device)) ?? {};
  const answers = models.map(({ cost, tokenMs }) => ({
    cost,
    tokenMs: [...tokenMs].sort((a, b) => a - b)[Math.floor((tokenMs.length - 1) / 2)] ?? 0,
  }));
  if (answers.length === 0 || probe === undefined) return answers;
  return [...answers, { cost: probe.cost, tokenMs: probe.ms, upTo: PROBE_UP_TO }];
}

/** Adapters that are being asked. */
const probing = new Set<string>();

/**
 * Has the device timed alone, once, where it has answered: the bundled model is so small that its answers say little of large ones.
 * Never rejects: without it the page only foretells less.
 */
export async function probeOnce(client: Pick<EngineClient, 'probe'>, device: DeviceReport): Promise<void> {
  const adapter = keyOf(device);
  const known = speedsStore.getState().adapters.find((one) => one.adapter === adapter);
  if (known === undefined || known.probe !== undefined || probing.has(adapter)) return;
  probing.add(adapter);
  try {
    const probe = await client.probe();
    if (probe === null) return;
    const adapters = readLocal(SPEEDS_KEY, parseSpeeds, textOf);
    const changed = adapters.map((one) => (one.adapter === adapter ? { ...one, probe } : one));
    writeLocal(SPEEDS_KEY, textOf(changed));
    speedsStore.setState({ adapters: changed });
  } catch {
    // The next time that somebody looks, it is asked again.
  } finally {
    probing.delete(adapter);
  }
}
