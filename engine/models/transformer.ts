import { addBias, embed, multiply, softcap } from '../steps/linear.ts';
import { addNormed, norm } from '../steps/norm.ts';
import type { StepBuilder } from '../steps/step-builder.ts';
import type { Activation } from '../steps/step-buffers.ts';
import type { PackedVector, Weights } from '../weights/weights.ts';
import type { Block, BlockOperands, Model, ModelShape, Sublayer } from './model.ts';

/** What a layer does, in this order. */
export interface LayerBlocks {
  /** What reads the residual stream before anything else does, such as an early router. */
  readonly before?: (step: StepBuilder, residual: Activation) => void;
  readonly mixer: Block;
  /** Missing where a layer is one block, as in Nemotron-H. */
  readonly feedForward?: Block | undefined;
}

export interface TransformerForm {
  /** Multipliers that some models have, after muP (Yang et al. 2022, arXiv:2203.03466). */
  readonly scales?: {
    readonly embedding?: number;
    /** Of what each block adds. */
    readonly residual?: number;
    readonly logits?: number;
    /** Name of a tensor [1] that some layers multiply the whole residual stream by at last; they must end in a norm. */
    readonly layer?: string;
  };
  /** Logits become cap · tanh(logits / cap). */
  readonly logitCap?: number | undefined;
  /** Names of the norms' tensors, where they are not the usual ones; files name them by what they once were. */
  readonly norms?: {
    readonly mixer?: string;
    readonly feedForward?: string;
    /** Norms of what a block has computed, before it joins the residual stream. */
    readonly afterMixer?: string;
    readonly afterFeedForward?: string;
    readonly output?: string;
  };
}

/**
 * The pre-norm transformer: an embedding, layers that each add a mixer's and a feed-forward's output to the residual stream,
 * a norm, and the output matrix, which is the embedding again where the file has no `output.weight`.
 */
export function transformer(
  weights: Weights,
  shape: ModelShape,
  blocks: (layer: number) => LayerBlocks,
  { scales = {}, logitCap, norms = {} }: TransformerForm = {},
): Model {
  const { width, vocabularySize, epsilon, centred } = shape;
  const embedding = weights.matrix('token_embd.weight', vocabularySize, width);
  const output = weights.has('output.weight') ? weights.matrixWithSides('output', vocabularySize, width) : embedding;
  const outputNorm = weights.vector(`${norms.output ?? 'output_norm'}.weight`, width);
  const normBias = (name: string): PackedVector | undefined =>
    weights.has(`${name}.bias`) ? weights.vector(`${name}.bias`, width) : undefined;
  const outputNormBias = normBias(norms.output ?? 'output_norm');

  const layers = Array.from({ length: shape.layers }, (_, i) => {
    const sublayer = (name: string, block: Block, before: string, after: string | undefined): Sublayer => ({
      name: `blk.${i} ${name}`,
      block,
      norm: weights.vector(`blk.${i}.${before}.weight`, width),
      normBias: normBias(`blk.${i}.${before}`),
      normAfter: after === undefined ? undefined : weights.vector(`blk.${i}.${after}.weight`, width),
    });
    const factorName = `blk.${i}.${scales.layer ?? ''}.weight`;
    const factor = weights.has(factorName) ? weights.vector(factorName, 1) : undefined;
    const { before, mixer, feedForward } = blocks(i);
    const sublayers = [sublayer('mixer', mixer, norms.mixer ?? 'attn_norm', norms.afterMixer)];
    if (feedForward)
      sublayers.push({
        ...sublayer('ffn', feedForward, norms.feedForward ?? 'ffn_norm', norms.afterFeedForward),
        factor,
      });
    return { before, sublayers };
  });

  /** What the sublayer's products norm by themselves, where they can. */
  const unnormed = (
    { norm: weight, normBias }: Sublayer,
    x: Activation,
  ): Pick<BlockOperands, 'x' | 'norm'> | undefined =>
    centred === true || normBias ? undefined : { x, norm: { weight, epsilon } };

  const writeSublayer = (step: StepBuilder, residual: Activation, sublayer: Sublayer): void => {
    const { name, block, normAfter, factor } = sublayer;
    const scale = scales.residual ?? 1;
    const { norms = false } = block;
    const norming = step.size === 'one' && (typeof norms === 'function' ? norms(step) : norms);
    const input = norming ? unnormed(sublayer, residual) : undefined;
    const x = input?.x ?? step.activation('normed', width);
    if (!input) {
      norm(step, `${name} norm`, residual, sublayer.norm, x, { epsilon, centred });
      if (sublayer.normBias) addBias(step, `${name} norm bias`, sublayer.normBias, x);
    }
    const operands = { x, norm: input?.norm, residual };
    if (normAfter === undefined) return block.write(step, { ...operands, y: residual, scale });
    const y = step.activation('branch', width); // is left empty by whoever used it
    block.write(step, { ...operands, y, scale: 1 });
    addNormed(step, `${name} norm after`, y, normAfter, residual, { epsilon, scale, factor });
  };

  return {
    shape,
    routed: layers.flatMap(({ sublayers }, layer) =>
      sublayers.flatMap(({ block: { routing } }) => (routing ? [{ layer, ...routing }] : [])),
    ),

    layers(step) {
      const residual = step.activation('residual', width);
      embed(step, embedding, residual, scales.embedding);
      for (const { before, sublayers } of layers) {
        before?.(step, residual);
        for (const sublayer of sublayers) writeSublayer(step, residual, sublayer);
      }
      return residual;
    },

    logits(step, residual, rows) {
      const normed = step.activation('output normed', width);
      const isLast = rows === 'last';
      const logits = isLast ? step.buffers.lastLogits : step.buffers.allLogits();
      norm(step, 'output norm', residual, outputNorm, normed, { epsilon, centred, lastOnly: isLast });
      if (outputNormBias) addBias(step, 'output norm bias', outputNormBias, normed);
      multiply(step, logits.name, output, normed, logits, { scale: scales.logits ?? 1, oneToken: isLast });
      if (logitCap !== undefined) softcap(step, `${logits.name} cap`, logits, logitCap, isLast);
      return logits;
    },
  };
}

/** Several blocks that read the same and each add to the same. */
export function together(...blocks: readonly Block[]): Block {
  const routing = blocks.find((block) => block.routing !== undefined)?.routing;
  const [first, ...others] = blocks;
  const leaves = first?.writeFirst;
  return {
    write: (step, operands) => {
      if (leaves) {
        const left = leaves(step, operands);
        for (const block of others) block.write(step, left);
      } else for (const block of blocks) block.write(step, operands);
    },
    ...(leaves && first.norms !== undefined && { norms: first.norms }),
    ...(routing && { routing }),
  };
}
