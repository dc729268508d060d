import type { ExpertPlace, GenerateRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';

/**
 * What `--mute`, `--boost` and `--experts-used` ask for. Whether the model has these layers and experts, the engine knows.
 * @param mute `LAYER:EXPERT,…`
 * @param boost `LAYER:EXPERT=AMOUNT,…`
 * @throws EngineError `bad-request`
 */
export function routingOf(
  mute: string | undefined,
  boost: string | undefined,
  expertsUsed: number | undefined,
): Pick<GenerateRequest, 'routing'> {
  if (mute === undefined && boost === undefined && expertsUsed === undefined) return {};
  return {
    routing: {
      ...(mute !== undefined && { mute: mute.split(',').map((one) => place('mute', 'LAYER:EXPERT', one, one)) }),
      ...(boost !== undefined && { boost: boost.split(',').map(boosted) }),
      ...(expertsUsed !== undefined && { expertsUsed }),
    },
  };
}

function boosted(text: string): ExpertPlace & { readonly amount: number } {
  const [where = '', what = '', ...rest] = text.split('=');
  const amount = what.trim() === '' || rest.length > 0 ? NaN : Number(what);
  if (!Number.isFinite(amount)) throw wrong('boost', 'LAYER:EXPERT=AMOUNT', text);
  return { ...place('boost', 'LAYER:EXPERT=AMOUNT', where, text), amount };
}

function place(option: string, form: string, where: string, text: string): ExpertPlace {
  const [, layer, expert] = /^\s*(\d{1,9}):(\d{1,9})\s*$/.exec(where) ?? [];
  if (layer === undefined || expert === undefined) throw wrong(option, form, text);
  return { layer: Number(layer), expert: Number(expert) };
}

function wrong(option: string, form: string, text: string): EngineError {
  return new EngineError(
    'bad-request',
    `--${option} wants ${form}, several with commas between, not "${text}". LAYER is N of the file's blk.N, EXPERT counts from 0.`,
  );
}
