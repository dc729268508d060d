import { Random, seedOf } from './random.ts';
import type { RandomModel } from './random-model.ts';
import { VOCABULARY } from './vocabulary.ts';

/** A small random model whose log-probabilities llama.cpp has written down (`loadGolden(name)`). */
export interface GoldenModel {
  readonly name: string;
  /** The GGUF file with the weights in their own types: what our engine runs. */
  build(): Uint8Array<ArrayBuffer>;
  /**
   * The same weights dequantized to F32: what llama.cpp ran. It multiplies quantized weights in int8, too coarse for a
   * comparison.
   */
  buildF32(): Uint8Array<ArrayBuffer>;
  /** True where llama.cpp ran `build()` itself, so that the golden also checks our dequantization. */
  readonly exact: boolean;
}

/** Positions of a golden: longer than the sliding pieces that small tests prefill in. */
const TOKEN_COUNT = 28;

/** The token ids that llama.cpp was given, from all over the vocabulary. */
export function goldenTokens(name: string): number[] {
  const random = new Random(seedOf(`${name}/tokens`));
  return Array.from({ length: TOKEN_COUNT }, () => random.below(VOCABULARY.length));
}

/** Weights are made when a file is asked for, not on import. */
export function golden<Shape extends { readonly name: string }>(
  architecture: (shape: Shape) => RandomModel,
  shape: Shape,
  exact = false,
): GoldenModel {
  return {
    name: shape.name,
    build: () => architecture(shape).build(),
    buildF32: () => architecture(shape).buildF32(),
    exact,
  };
}
