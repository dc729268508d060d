import { EngineError } from '../../errors.ts';
import { alignUp } from '../../gpu/buffers.ts';
import { convolve } from '../../steps/causal-conv.ts';
import { deltaNet, gatedNorm } from '../../steps/delta-net.ts';
import { multiply } from '../../steps/linear.ts';
import type { Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { MAX_HEADS } from './attention-limits.ts';
import { CONV_TAPS } from './short-conv.ts';

/** Numbers of a head's key or value: published are 128. */
const MAX_DELTA_HEAD = 1_024;

/**
 * The gated delta net (Yang et al. 2024, arXiv:2412.06464) as Qwen3-Next and Qwen3.5 have it: y += scale · W_o (RMSNorm(o) ⊙ silu(z)),
 * where o is what the delta rule says of queries, keys and values that went through a short convolution. Its memory is a matrix
 * [keyDim, valueDim] per head, however long the sequence, and the convolution's last rows.
 * @throws EngineError `corrupt-file` where the header's sizes contradict each other
 */
export function gatedDeltaNet(
  file: HyperParameters,
  weights: Weights,
  { width, epsilon }: ModelShape,
): (layer: number) => Block {
  const taps = file.count('ssm.conv_kernel', CONV_TAPS);
  const headDim = file.size('ssm.state_size', undefined, MAX_DELTA_HEAD);
  const heads = file.count('ssm.time_step_rank', { least: 1, most: MAX_HEADS });
  const keyHeads = file.count('ssm.group_count', { least: 1, most: heads });
  const inner = file.size('ssm.inner_size', heads * headDim, MAX_HEADS * MAX_DELTA_HEAD);
  if (inner !== heads * headDim || heads % keyHeads !== 0)
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${file.key('ssm.inner_size')} = ${inner}, which should be ${heads} heads of ${headDim} numbers ` +
        `that share ${keyHeads} heads of keys evenly.`,
    );
  const mixed = 2 * keyHeads * headDim + inner; // queries | keys | values
  const start = { z: mixed, beta: mixed + inner, alpha: mixed + inner + heads };
  const projectedWidth = alignUp(start.alpha + heads, 4);
  const rule = {
    ...{ heads, keyHeads, keyDim: headDim, valueDim: headDim, epsilon },
    decay: { kind: 'head' },
    scale: 1 / Math.sqrt(headDim),
  } as const;

  return (layer) => {
    const name = (what: string): string => `blk.${layer} ${what}`;
    const tensor = (what: string): string => `blk.${layer}.${what}.weight`;
    const input = weights.stacked(
      [
        { name: tensor('attn_qkv'), rows: mixed },
        { name: tensor('attn_gate'), rows: inner },
        { name: tensor('ssm_beta'), rows: heads },
        { name: tensor('ssm_alpha'), rows: heads },
      ],
      width,
    );
    const convolution = { weight: weights.vector(tensor('ssm_conv1d'), taps, mixed), taps, channels: mixed };
    const dt = weights.vector(`blk.${layer}.ssm_dt.bias`, heads);
    const a = weights.vector(`blk.${layer}.ssm_a`, heads);
    const norm = weights.vector(tensor('ssm_norm'), headDim);
    const output = weights.matrix(tensor('ssm_out'), width, inner);
    return {
      write(step, { x, y, scale }) {
        const projected = step.activation('delta projected', projectedWidth); // [tokens, queries | keys | values | z | β | α]
        const convolved = step.activation('delta convolved', mixed);
        const recalled = step.activation('delta recalled', inner); // [tokens, heads, headDim]
        const gated = step.activation('delta gated', inner);
        const part = (from: number) => ({ of: projected, start: from });

        for (const { matrix, firstRow } of input)
          multiply(step, name('delta in'), matrix, x, projected, { yStart: firstRow });
        convolve(step, name('convolution'), convolution, projected, convolved, { form: 'silu' });
        const gates = { betas: part(start.beta), decays: part(start.alpha), dt, a };
        deltaNet(step, name('delta rule'), convolved, gates, recalled, rule);
        gatedNorm(step, name('delta norm'), recalled, norm, part(start.z), gated, { epsilon, opening: 'silu' });
        multiply(step, name('delta out'), output, gated, y, { accumulate: true, scale });
      },
    };
  };
}
