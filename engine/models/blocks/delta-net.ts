import { EngineError } from '../../errors.ts';
import { alignUp } from '../../gpu/buffers.ts';
import type { DeltaNet, HeadOrder, Opening } from '../../kernels/delta-net.ts';
import type { PackedMatrix } from '../../kernels/packed-matrix.ts';
import { type ConvWeights, convolve } from '../../steps/causal-conv.ts';
import { deltaNet, gatedNorm } from '../../steps/delta-net.ts';
import { multiply } from '../../steps/linear.ts';
import type { Part } from '../../steps/step-buffers.ts';
import type { PackedVector, StackedMatrix, Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { MAX_HEADS } from './attention-limits.ts';
import { CONV_TAPS } from './short-conv.ts';

/** Numbers of a head's key or value: published are 128. */
const MAX_DELTA_HEAD = 1_024;

/**
 * Gated delta nets (Yang et al. 2024, arXiv:2412.06464) as Qwen3-Next and Qwen3.5 have them: a head's state fades as a whole, and what it
 * recalls is gated by silu(z).
 * @param order `grouped`: β and α are made by one tensor, as in Qwen3-Next
 * @throws EngineError `corrupt-file` where the header's sizes contradict each other
 */
export function gatedDeltaNet(
  file: HyperParameters,
  weights: Weights,
  { width, epsilon }: ModelShape,
  order: HeadOrder,
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
  const channels = 2 * keyHeads * headDim + inner;
  const dealt = rowOf({ mixed: channels, z: inner, beta: heads, decay: heads });
  const rows =
    order === 'dealt' ? dealt : { ...dealt, start: { ...dealt.start, decay: dealt.start.beta + heads / keyHeads } };
  const rule = deltaRule({ heads, keyHeads, order }, headDim, epsilon, { kind: 'head' });

  return (layer) => {
    const tensor = (what: string): string => `blk.${layer}.${what}`;
    const input = weights.stacked(
      [
        { stem: tensor('attn_qkv'), rows: channels },
        { stem: tensor('attn_gate'), rows: inner },
        ...(order === 'grouped'
          ? [{ stem: tensor('ssm_ba'), rows: 2 * heads }]
          : ['ssm_beta', 'ssm_alpha'].map((what) => ({ stem: tensor(what), rows: heads }))),
      ],
      width,
    );
    return deltaBlock(layer, {
      ...{ input, rows, rule, opening: 'silu' },
      convolution: { weight: weights.vector(tensor('ssm_conv1d.weight'), taps, channels), taps, channels },
      dt: weights.vector(tensor('ssm_dt.bias'), heads),
      a: weights.vector(tensor('ssm_a'), heads),
      norm: weights.vector(tensor('ssm_norm.weight'), headDim),
      output: weights.matrix(tensor('ssm_out.weight'), width, inner),
    });
  };
}

/** Exponents: published is -5. Beyond -100, f32 knows no difference. */
const LOWER_BOUND = { least: -100, most: -1e-6 };

/**
 * Kimi Delta Attention (Moonshot AI 2025, arXiv:2510.26692) as Ling 3.0 has it: each key channel of a state fades by itself, at most
 * to exp(lower bound), and what it recalls is gated by sigmoid(z).
 */
export function kimiDeltaAttention(
  file: HyperParameters,
  weights: Weights,
  { width, epsilon }: ModelShape,
): (layer: number) => Block {
  const taps = file.count('ssm.conv_kernel', CONV_TAPS);
  const headDim = file.size('kda.head_dim', undefined, MAX_DELTA_HEAD);
  const heads = file.count('attention.head_count', { least: 1, most: MAX_HEADS });
  if (!file.flag('kda.safe_gate', true))
    throw new EngineError(
      'unsupported-architecture',
      `This model says ${file.key('kda.safe_gate')} = false. Mixtab knows gates with a lower bound only.`,
    );
  const lowerBound = file.number('kda.gate_lower_bound', LOWER_BOUND);
  const inner = heads * headDim;
  const rows = rowOf({ mixed: 3 * inner, decay: inner, z: inner, beta: heads });
  const rule = deltaRule({ heads, keyHeads: heads, order: 'dealt' }, headDim, epsilon, { kind: 'channel', lowerBound });

  return (layer) => {
    const tensor = (what: string): string => `blk.${layer}.${what}`;
    const inputs = ['attn_q', 'attn_k', 'attn_v', 'ssm_f_a', 'ssm_g_a'];
    const input = weights.stacked(
      [...inputs.map((what) => ({ stem: tensor(what), rows: inner })), { stem: tensor('ssm_beta'), rows: heads }],
      width,
    );
    const taken = ['ssm_conv1d_q', 'ssm_conv1d_k', 'ssm_conv1d_v'].map((what) => tensor(`${what}.weight`));
    return deltaBlock(layer, {
      ...{ input, rows, rule, opening: 'sigmoid' },
      convolution: { weight: weights.joined(taken, taps, 1, inner), taps, channels: 3 * inner },
      dt: weights.vector(tensor('ssm_dt.bias'), inner),
      a: weights.vector(tensor('ssm_a'), 1, heads),
      norm: weights.vector(tensor('ssm_norm.weight'), headDim),
      output: weights.matrix(tensor('attn_output.weight'), width, inner),
    });
  };
}

type RowPart = 'mixed' | 'z' | 'beta' | 'decay';

/** What a delta net makes of its input, in one row: how wide it is, and where its parts begin. */
interface Row {
  readonly width: number;
  readonly start: Readonly<Record<RowPart, number>>;
}

/** @param widths of the parts, in their order: only the last ones may be no whole vec4s */
function rowOf(widths: Readonly<Record<RowPart, number>>): Row {
  const start = { mixed: 0, z: 0, beta: 0, decay: 0 };
  let width = 0;
  for (const part of Object.keys(widths) as RowPart[]) {
    start[part] = width;
    width += widths[part];
  }
  return { width: alignUp(width, 4), start };
}

type Rule = Omit<DeltaNet, 'xToken' | 'beta' | 'gate'>;

function deltaRule(
  heads: Pick<Rule, 'heads' | 'keyHeads' | 'order'>,
  headDim: number,
  epsilon: number,
  decay: DeltaNet['decay'],
): Rule {
  return { ...heads, keyDim: headDim, valueDim: headDim, epsilon, decay, scale: 1 / Math.sqrt(headDim) };
}

interface DeltaLayer {
  /** Makes the row of the layer's input. */
  readonly input: readonly StackedMatrix[];
  readonly rows: Row;
  readonly convolution: ConvWeights;
  readonly rule: Rule;
  readonly dt: PackedVector;
  readonly a: PackedVector;
  readonly norm: PackedVector;
  readonly opening: Opening;
  readonly output: PackedMatrix;
}

/**
 * y += scale · W_o (RMSNorm(o) ⊙ opening(z)), where o is what the delta rule recalls for queries, keys and values that went through a
 * short convolution. What it remembers is a matrix [keyDim, valueDim] per head, however long the sequence, and the convolution's
 * last rows.
 */
function deltaBlock(
  layer: number,
  { input, rows, convolution, rule, dt, a, norm, opening, output }: DeltaLayer,
): Block {
  const name = (what: string): string => `blk.${layer} ${what}`;
  return {
    norms: true,
    write(step, { x, norm: inputNorm, y, scale }) {
      const row = step.activation('delta row', rows.width);
      const convolved = step.activation('delta convolved', convolution.channels); // [tokens, queries | keys | values]
      const recalled = step.activation('delta recalled', rule.heads * rule.valueDim); // [tokens, heads, valueDim]
      const gated = step.activation('delta gated', recalled.width);
      const part = (which: RowPart): Part => ({ of: row, start: rows.start[which] });

      for (const { matrix, firstRow } of input)
        multiply(step, name(`delta in ${firstRow}`), matrix, x, row, { yStart: firstRow, norm: inputNorm });
      convolve(step, name('convolution'), convolution, row, convolved, { form: 'silu' });
      const gates = { betas: part('beta'), decays: part('decay'), dt, a };
      deltaNet(step, name('delta rule'), convolved, gates, recalled, rule);
      gatedNorm(step, name('delta norm'), recalled, norm, part('z'), gated, { epsilon: rule.epsilon, opening });
      multiply(step, name('delta out'), output, gated, y, { accumulate: true, scale });
    },
  };
}
