import { EngineError, quoted } from '../errors.ts';
import type { Bounds, HyperParameters } from './hyper-parameters.ts';

/** How positions become angles: plain RoPE, linear interpolation, or YaRN (Peng et al. 2023, arXiv:2309.00071). */
export interface RopeParameters {
  readonly dimensions: number;
  readonly base: number;
  readonly scaling: RopeScaling;
}

export type RopeScaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalContext: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** `mscale_all_dim` of DeepSeek, 0 where the model has none. */
      readonly mscaleAllDims: number;
    };

/** Of the Transformers that rotate, where a file is silent. */
const DEFAULT_BASE = 10_000;

/** GGUF stores a tenth of DeepSeek's `mscale_all_dim`. */
const YARN_LOG_MULTIPLIER_UNIT = 0.1;

/** Published bases are 10,000 to 1e8. Within these bounds no frequency overflows. */
const BASE: Bounds = { least: 1e-3, most: 1e15 };
/** Rotations within a context, and numbers of its kind. */
const ROTATIONS: Bounds = { least: 1e-3, most: 1e6 };
const LOG_MULTIPLIER: Bounds = { least: 0, most: 100 };
const CONTEXT: Bounds = { least: 1, most: 2 ** 31 };

/**
 * A factor of 0 or 1 scales nothing, and one without a type is linear, as llama.cpp reads it.
 * @throws EngineError `unsupported-architecture` for scalings other than linear and YaRN
 */
export function ropeParameters(file: HyperParameters, dimensions: number): RopeParameters {
  const base = file.number('rope.freq_base', BASE, DEFAULT_BASE);
  const kind = file.text('rope.scaling.type', 'linear');
  const factor = file.factor('rope.scaling.factor', file.factor('rope.scale_linear', 1));
  switch (kind) {
    case 'none':
      return { dimensions, base, scaling: { kind } };
    case 'linear':
      return { dimensions, base, scaling: factor === 1 ? { kind: 'none' } : { kind, factor } };
    case 'yarn':
      return {
        dimensions,
        base,
        scaling: {
          kind,
          factor,
          originalContext: file.has('rope.scaling.original_context_length')
            ? file.count('rope.scaling.original_context_length', CONTEXT)
            : file.count('context_length', CONTEXT),
          betaFast: file.number('rope.scaling.yarn_beta_fast', ROTATIONS, 32),
          betaSlow: file.number('rope.scaling.yarn_beta_slow', ROTATIONS, 1),
          mscaleAllDims: file.number('rope.scaling.yarn_log_multiplier', LOG_MULTIPLIER, 0) / YARN_LOG_MULTIPLIER_UNIT,
        },
      };
    default:
      throw new EngineError(
        'unsupported-architecture',
        `This model scales positions by ${quoted(kind)}, which Mixtab does not know. It knows none, linear and yarn.`,
      );
  }
}

/** YaRN's attention temperature for a context stretched by `factor` (equation 22 of the paper). */
function yarnMscale(factor: number, multiplier: number): number {
  return factor <= 1 ? 1 : 0.1 * multiplier * Math.log(factor) + 1;
}

/**
 * What attention scores are multiplied by beyond 1/√d. DeepSeek puts YaRN's temperature there instead of into the rotation.
 */
export function deepseekAttentionMscale(scaling: RopeScaling): number {
  if (scaling.kind !== 'yarn') return 1;
  const inRotation = rotationMscale(scaling);
  return (inRotation * yarnMscale(scaling.factor, scaling.mscaleAllDims)) ** 2;
}

/** What the rotated numbers are multiplied by. */
function rotationMscale(scaling: RopeScaling): number {
  if (scaling.kind !== 'yarn') return 1;
  // With mscale_all_dim, mscale is taken to be the same, and the two cancel here.
  return scaling.mscaleAllDims === 0 ? yarnMscale(scaling.factor, 1) : 1;
}

/** Angle for one step of position, a pair of dimensions each [dimensions / 2]. */
function frequencies({ dimensions, base, scaling }: RopeParameters): readonly number[] {
  const plain = Array.from({ length: dimensions / 2 }, (_, pair) => base ** ((-2 * pair) / dimensions));
  switch (scaling.kind) {
    case 'none':
      return plain;
    case 'linear':
      return plain.map((frequency) => frequency / scaling.factor);
    case 'yarn': {
      // The pair that turns `rotations` times within the original context.
      const pairOf = (rotations: number): number =>
        (dimensions * Math.log(scaling.originalContext / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
      const low = Math.max(0, Math.floor(pairOf(scaling.betaFast)));
      const high = Math.min(dimensions - 1, Math.ceil(pairOf(scaling.betaSlow)));
      return plain.map((frequency, pair) => {
        const interpolated = Math.min(1, Math.max(0, (pair - low) / Math.max(0.001, high - low)));
        return frequency * (1 - interpolated) + (frequency / scaling.factor) * interpolated;
      });
    }
    default:
      return scaling satisfies never;
  }
}

/** Bytes of a {@link ropeTable}. */
export function ropeTableBytes({ dimensions }: RopeParameters, contextLength: number): number {
  return contextLength * dimensions * 4;
}

/** (cos, sin) of each position and pair, [context, dimensions / 2, 2]. */
export function ropeTable(parameters: RopeParameters, contextLength: number): Float32Array<ArrayBuffer> {
  const turns = frequencies(parameters);
  const mscale = rotationMscale(parameters.scaling);
  const table = new Float32Array(contextLength * turns.length * 2);
  let at = 0;
  for (let position = 0; position < contextLength; position++) {
    for (const turn of turns) {
      table[at++] = Math.cos(position * turn) * mscale;
      table[at++] = Math.sin(position * turn) * mscale;
    }
  }
  return table;
}
