import { EngineError } from '../../errors.ts';
import { type SelectiveScan, scanWidths } from '../../kernels/selective-scan.ts';
import { convolve } from '../../steps/causal-conv.ts';
import { multiply } from '../../steps/linear.ts';
import { norm } from '../../steps/norm.ts';
import { scan } from '../../steps/selective-scan.ts';
import type { Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { MAX_HEAD_SIZE, MAX_HEADS } from './attention-limits.ts';
import { CONV_TAPS } from './short-conv.ts';

/** Published are 128 and 256. */
const MAX_STATE_SIZE = 1_024;

function readScan(file: HyperParameters): SelectiveScan {
  const heads = file.count('ssm.time_step_rank', { least: 1, most: MAX_HEADS });
  const inner = file.size('ssm.inner_size', undefined, heads * MAX_HEAD_SIZE);
  const groups = file.count('ssm.group_count', { least: 1, most: heads });
  const stateSize = file.size('ssm.state_size', undefined, MAX_STATE_SIZE);
  const headDim = inner / heads;
  if (headDim % 4 !== 0 || heads % groups !== 0)
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${file.key('ssm.inner_size')} = ${inner}, ${file.key('ssm.time_step_rank')} = ${heads} and ` +
        `${file.key('ssm.group_count')} = ${groups}: no heads of a multiple of 4 numbers that groups could share evenly.`,
    );
  return { heads, groups, headDim, stateSize };
}

/**
 * Mamba-2 (Dao & Gu 2024, arXiv:2405.21060): y += scale · W_out norm(scan(silu(conv(x | B | C)), dt) ⊙ silu(z)) with
 * [z | x | B | C | dt] = W_in x, and a norm for each group's part. What it remembers are the last rows before the convolution and a
 * matrix per head.
 * @throws EngineError `corrupt-file` where the header's sizes contradict each other
 */
export function mamba2(
  file: HyperParameters,
  weights: Weights,
  { width, epsilon }: ModelShape,
): (layer: number) => Block {
  const taps = file.count('ssm.conv_kernel', CONV_TAPS);
  const shape = readScan(file);
  const { heads, groups } = shape;
  const { inner, convolved: channels, projected, mixed: mixedWidth } = scanWidths(shape);
  return (layer) => {
    const name = (what: string): string => `blk.${layer} ${what}`;
    const tensor = (what: string): string => `blk.${layer}.ssm_${what}`;
    const input = weights.matrix(tensor('in.weight'), projected, width);
    const convolution = {
      weight: weights.vector(tensor('conv1d.weight'), taps, channels),
      bias: weights.has(tensor('conv1d.bias')) ? weights.vector(tensor('conv1d.bias'), channels) : undefined,
      taps,
      channels,
    };
    const recurrence = {
      a: weights.vector(tensor('a'), 1, heads),
      dtBias: weights.vector(tensor('dt.bias'), heads),
      d: weights.vector(tensor('d'), 1, heads),
    };
    const groupNorm = weights.vector(tensor('norm.weight'), inner / groups, groups);
    const output = weights.matrix(tensor('out.weight'), width, inner);
    return {
      norms: true,
      write(step, { x, norm: inputNorm, y, scale }) {
        const mixed = step.activation('mamba mixed', mixedWidth); // [tokens, z | x | B | C | dt]
        const convolved = step.activation('mamba convolved', channels); // [tokens, x | B | C]
        const scanned = step.activation('mamba scanned', inner); // [tokens, heads, headDim]
        const normed = step.activation('mamba normed', inner);
        multiply(step, name('mamba in'), input, x, mixed, { norm: inputNorm });
        convolve(step, name('mamba conv'), convolution, mixed, convolved, { form: 'silu', xStart: inner });
        scan(step, name('mamba scan'), shape, recurrence, mixed, convolved, scanned);
        norm(step, name('mamba norm'), scanned, groupNorm, normed, { epsilon, segments: groups });
        multiply(step, name('mamba out'), output, normed, y, { accumulate: true, scale });
      },
    };
  };
}
