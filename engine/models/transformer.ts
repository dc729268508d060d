import { embed, multiply } from '../steps/linear.ts';
import { norm } from '../steps/norm.ts';
import type { Weights } from '../weights/weights.ts';
import type { Block, Layer, Model, ModelShape } from './model.ts';

/** Multipliers that some models have, after muP (Yang et al. 2022, arXiv:2203.03466). */
export interface TransformerScales {
  readonly embedding?: number;
  /** Of what each block adds. */
  readonly residual?: number;
  readonly logits?: number;
}

/**
 * The pre-norm transformer: an embedding, layers that each add a mixer's and a feed-forward's output to the residual stream,
 * a norm, and the output matrix, which is the embedding again where the file has no `output.weight`.
 */
export function transformer(
  weights: Weights,
  shape: ModelShape,
  blocks: (layer: number) => { readonly mixer: Block; readonly feedForward: Block },
  scales: TransformerScales = {},
): Model {
  const { width, vocabularySize, epsilon } = shape;
  const embedding = weights.matrix('token_embd.weight', vocabularySize, width);
  const output = weights.has('output.weight') ? weights.matrix('output.weight', vocabularySize, width) : embedding;
  const outputNorm = weights.vector('output_norm.weight', width);
  const layers = Array.from({ length: shape.layers }, (_, i): Layer => ({
    mixerNorm: weights.vector(`blk.${i}.attn_norm.weight`, width),
    feedForwardNorm: weights.vector(`blk.${i}.ffn_norm.weight`, width),
    ...blocks(i),
  }));
  const { residual: residualScale = 1 } = scales;
  return {
    shape,
    routed: layers.flatMap(({ feedForward: { routing } }, layer) => (routing ? [{ layer, ...routing }] : [])),

    layers(step) {
      const residual = step.activation('residual', width);
      const normed = step.activation('normed', width);
      embed(step, embedding, residual, scales.embedding);
      layers.forEach(({ mixerNorm, mixer, feedForwardNorm, feedForward }, i) => {
        norm(step, `blk.${i} attention norm`, residual, mixerNorm, normed, { epsilon });
        mixer.write(step, normed, residual, residualScale);
        norm(step, `blk.${i} ffn norm`, residual, feedForwardNorm, normed, { epsilon });
        feedForward.write(step, normed, residual, residualScale);
      });
      return residual;
    },

    logits(step, residual, rows) {
      const normed = step.activation('output normed', width);
      const isLast = rows === 'last';
      const logits = isLast ? step.buffers.lastLogits : step.buffers.allLogits();
      norm(step, 'output norm', residual, outputNorm, normed, { epsilon, lastOnly: isLast });
      multiply(step, logits.name, output, normed, logits, { scale: scales.logits ?? 1, oneToken: isLast });
      return logits;
    },
  };
}

/** Several blocks that read the same and each add to the residual stream. */
export function together(...blocks: readonly Block[]): Block {
  const routing = blocks.find((block) => block.routing !== undefined)?.routing;
  return {
    write: (step, x, residual, scale) => {
      for (const block of blocks) block.write(step, x, residual, scale);
    },
    ...(routing && { routing }),
  };
}
