import { EngineError, quoted } from '../errors.ts';
import type { RopeParameters } from '../steps/rope-table.ts';
import type { Weights } from '../weights/weights.ts';
import type { Bounds, HyperParameters } from './hyper-parameters.ts';

/** Of the Transformers that rotate, where a file is silent. */
const DEFAULT_BASE = 10_000;

/** GGUF stores a tenth of DeepSeek's `mscale_all_dim`. */
const YARN_LOG_MULTIPLIER_UNIT = 0.1;

/** Published bases are 10,000 to 1e8. Within these bounds no frequency overflows. */
const BASE: Bounds = { least: 1e-3, most: 1e15 };
/**
 * Rotations within the original context from which on YaRN scales nothing, and below which it scales all. Files may say others, which
 * llama.cpp does not look at in any of the architectures here; published models have these.
 */
const YARN_BETAS = { betaFast: 32, betaSlow: 1 } as const;
const LOG_MULTIPLIER: Bounds = { least: 0, most: 100 };
const CONTEXT: Bounds = { least: 1, most: 2 ** 31 };

/** The frequencies' base in layers with a window; where the header is silent, `missing`, or that of the others. */
export function slidingBase(file: HyperParameters, missing = ropeBase(file)): number {
  return file.number('rope.freq_base_swa', BASE, missing);
}

export function ropeBase(file: HyperParameters): number {
  return file.number('rope.freq_base', BASE, DEFAULT_BASE);
}

/** As llama.cpp reads it: 0 is a factor like others, which makes the rotated numbers 0. */
const MAGNITUDE: Bounds = { least: 0, most: 1e6 };

/** What the rotated numbers are multiplied by. */
export function ropeMagnitude(file: HyperParameters): number {
  return file.number('rope.scaling.attn_factor', MAGNITUDE, 1);
}

const FREQUENCIES = 'rope_freqs.weight';
const [SHORT, LONG] = ['rope_factors_short.weight', 'rope_factors_long.weight'];

/** The divisors of frequencies that the file has, if any, for heads with so many rotary numbers. */
export function ropeDivisors(file: HyperParameters, weights: Weights, dimensions: number): RopeParameters['divisors'] {
  if (weights.has(FREQUENCIES)) {
    const tensor = weights.table(FREQUENCIES, dimensions / 2);
    return { short: tensor, long: tensor, trained: 0 };
  }
  if (!weights.has(LONG) && !weights.has(SHORT)) return undefined;
  const [short, long] = [weights.table(SHORT, dimensions / 2), weights.table(LONG, dimensions / 2)];
  return { short, long, trained: originalContext(file) };
}

function originalContext(file: HyperParameters): number {
  return file.has('rope.scaling.original_context_length')
    ? file.count('rope.scaling.original_context_length', CONTEXT)
    : file.count('context_length', CONTEXT);
}

/**
 * A factor of 0 or 1 scales nothing, and one without a type is linear, as llama.cpp reads it.
 * @param isDivided the file has divisors of the frequencies, by which LongRoPE scales
 * @throws EngineError `unsupported-architecture` for scalings other than linear and YaRN, and LongRoPE where it has its divisors
 */
export function ropeParameters(file: HyperParameters, dimensions: number, isDivided = false): RopeParameters {
  const base = ropeBase(file);
  const said = file.text('rope.scaling.type', 'linear');
  const kind = said === 'longrope' && isDivided ? 'linear' : said;
  const factor = file.factor('rope.scaling.factor', file.factor('rope.scale_linear', 1));
  switch (kind) {
    case 'none':
      return { dimensions, base, scaling: { kind } };
    case 'linear':
      return { dimensions, base, scaling: factor === 1 ? { kind: 'none' } : { kind: 'linear', factor } };
    case 'yarn':
      return {
        dimensions,
        base,
        scaling: {
          kind,
          factor,
          originalContext: originalContext(file),
          ...YARN_BETAS,
          mscale: 1,
          mscaleAllDims: 0,
        },
      };
    default:
      throw new EngineError(
        'unsupported-architecture',
        `This model scales positions by ${quoted(said)}, which Mixtab does not know, or of which it has not all. It knows none, ` +
          'linear, yarn, and longrope with its factors.',
      );
  }
}

/** The same in the latent attention of DeepSeek, whose `mscale` is its `mscale_all_dim`, and of Mistral, whose `mscale` is 1. */
export function deepseekRope(file: HyperParameters, dimensions: number): RopeParameters {
  const rope = ropeParameters(file, dimensions);
  const all = file.number('rope.scaling.yarn_log_multiplier', LOG_MULTIPLIER, 0) / YARN_LOG_MULTIPLIER_UNIT;
  if (rope.scaling.kind !== 'yarn') return rope;
  const mscale = all !== 0 && file.architecture === 'deepseek2' ? all : 1;
  return { ...rope, scaling: { ...rope.scaling, mscale, mscaleAllDims: all } };
}
