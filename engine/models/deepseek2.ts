import { EngineError } from '../errors.ts';
import type { Gating } from '../kernels/router.ts';
import type { Weights } from '../weights/weights.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { embeddingAndHead, MAX_HEAD_SIZE, MAX_HEADS, type Model, type ModelShape } from './model.ts';
import { deepseekAttentionMscale, ropeParameters } from './rope-table.ts';
import type { StepBuilder } from './step-builder.ts';

/** Published: 1,536. */
const MAX_QUERY_RANK = 16_384;
/** Published: 2, and 8. */
const MAX_SHARED_EXPERTS = 64;
const MAX_GROUPS = 64;

/**
 * DeepSeek-V2, V3 and R1 (arXiv:2405.04434, arXiv:2412.19437): multi-head latent attention, leading dense layers, then layers
 * of shared and fine-grained routed experts.
 *
 * The cache holds the compressed latent and the one shared rotary key, `latent + rope` numbers a token and layer.
 * Attention absorbs the up-projections: the query is carried into the latent space by W_kb, and what attention collects there
 * is carried out of it by W_vb, so that keys and values are never expanded.
 */
export function deepseek2(file: HyperParameters, weights: Weights, shape: ModelShape): Model {
  const { width, layers, epsilon, experts, expertsUsed } = shape;

  // 1. Hyper-parameters.
  const heads = file.count('attention.head_count', { least: 1, most: MAX_HEADS });
  const latent = file.size('attention.kv_lora_rank', undefined, MAX_HEAD_SIZE);
  const queryRank = file.count('attention.q_lora_rank', { least: 0, most: MAX_QUERY_RANK }, 0);
  const ropeDim = file.size('rope.dimension_count', undefined, MAX_HEAD_SIZE);
  // Files with W_kb and W_vb describe attention as it is cached, and say the heads' own sizes in `…_mla`.
  const headSize = (name: string): number =>
    file.size(file.has(`${name}_mla`) ? `${name}_mla` : name, undefined, MAX_HEAD_SIZE);
  const keyDim = headSize('attention.key_length');
  const valueDim = headSize('attention.value_length');
  const nopeDim = keyDim - ropeDim;
  if (nopeDim <= 0)
    throw new EngineError('corrupt-file', `A head of ${keyDim} numbers cannot have ${ropeDim} rotary ones.`);
  const cached = latent + ropeDim;
  if (cached > MAX_HEAD_SIZE)
    throw new EngineError(
      'unsupported-architecture',
      `Mixtab's attention takes rows of up to ${MAX_HEAD_SIZE} numbers, and this model has ${cached} ` +
        `(${latent} of deepseek2.attention.kv_lora_rank and ${ropeDim} of deepseek2.rope.dimension_count).`,
    );
  const denseLayers = experts === 0 ? layers : file.count('leading_dense_block_count', { least: 0, most: layers }, 0);
  const hasMoe = denseLayers < layers;
  const sharedExperts = file.count('expert_shared_count', { least: 0, most: MAX_SHARED_EXPERTS }, 0);
  const expertHidden = hasMoe ? file.size('expert_feed_forward_length') : 0;
  const denseHidden = denseLayers > 0 ? file.size('feed_forward_length') : 0;
  const groups =
    file.count('expert_group_count', { least: 0, most: Math.min(MAX_GROUPS, Math.max(1, experts)) }, 1) || 1;
  if (experts % groups !== 0)
    throw new EngineError('corrupt-file', `${experts} experts cannot be in ${groups} groups of one size.`);
  const routing = {
    width,
    experts,
    used: expertsUsed,
    groups,
    groupsUsed: file.count('expert_group_used_count', { least: 0, most: groups }, groups) || groups,
    gating: gatingOf(file),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
  };
  const rope = ropeParameters(file, ropeDim);
  const scale = deepseekAttentionMscale(rope.scaling) / Math.sqrt(keyDim);

  // 2. Weights.
  const { embedding, head } = embeddingAndHead(weights, shape);
  const moeLayers = Array.from({ length: layers - denseLayers }, (_, i) => denseLayers + i);
  const pages = hasMoe ? weights.experts(moeLayers, experts, width, expertHidden) : [];
  const blocks = Array.from({ length: layers }, (_, i) => {
    const name = (tensor: string): string => `blk.${i}.${tensor}`;
    const feedForward = (suffix: string, hidden: number) => ({
      gateUp: weights.gateUp(name(`ffn_gate${suffix}.weight`), name(`ffn_up${suffix}.weight`), hidden, width),
      down: weights.matrix(name(`ffn_down${suffix}.weight`), width, hidden),
    });
    const page = pages[i - denseLayers];
    return {
      attentionNorm: weights.vector(name('attn_norm.weight'), width),
      query:
        queryRank === 0
          ? ({ kind: 'full', matrix: weights.matrix(name('attn_q.weight'), heads * keyDim, width) } as const)
          : ({
              kind: 'low-rank',
              down: weights.matrix(name('attn_q_a.weight'), queryRank, width),
              norm: weights.vector(name('attn_q_a_norm.weight'), queryRank),
              up: weights.matrix(name('attn_q_b.weight'), heads * keyDim, queryRank),
            } as const),
      latent: weights.matrix(name('attn_kv_a_mqa.weight'), cached, width),
      latentNorm: weights.vector(name('attn_kv_a_norm.weight'), latent),
      up: weights.has(name('attn_k_b.weight'))
        ? ({
            kind: 'split',
            keys: weights.matrix(name('attn_k_b.weight'), latent, nopeDim, heads),
            values: weights.matrix(name('attn_v_b.weight'), valueDim, latent, heads),
          } as const)
        : ({
            kind: 'joint',
            matrix: weights.matrix(name('attn_kv_b.weight'), heads * (nopeDim + valueDim), latent),
          } as const),
      output: weights.matrix(name('attn_output.weight'), width, heads * valueDim),
      feedForwardNorm: weights.vector(name('ffn_norm.weight'), width),
      dense: page === undefined ? feedForward('', denseHidden) : undefined,
      shared: page !== undefined && sharedExperts > 0 ? feedForward('_shexp', expertHidden * sharedExperts) : undefined,
      moe: page && {
        pages: page,
        router: weights.matrix(name('ffn_gate_inp.weight'), experts, width),
        bias: weights.has(name('exp_probs_b.bias')) ? weights.vector(name('exp_probs_b.bias'), experts) : undefined,
        routing,
        index: i - denseLayers,
      },
    };
  });

  // 3. The step.
  return {
    shape,
    moeLayers,
    rope,
    head,
    cacheWidth: cached * layers,
    layers(step: StepBuilder, ropeTable) {
      const x = step.activation('residual', width);
      const normed = step.activation('normed', width);
      const q = step.activation('q', heads * keyDim); // [tokens, heads, nope + rope]
      const qLatent = step.activation('q latent', heads * cached); // [tokens, heads, latent + rope]
      const kv = step.activation('kv', cached); // [tokens, latent + rope], as projected
      const row = step.activation('kv row', cached); // the same, normed and rotated: what is cached
      const collected = step.activation('collected', heads * latent); // [tokens, heads, latent]
      const values = step.activation('values', heads * valueDim); // [tokens, heads, value]

      step.embed(embedding, x);
      blocks.forEach((block, i) => {
        const name = (what: string): string => `blk.${i} ${what}`;
        const cache = step.buffers.cache(`blk.${i} latents`, cached);
        step.norm(name('attention norm'), x, block.attentionNorm, normed, { epsilon });

        // 3a. Queries: [nope | rope] a head.
        if (block.query.kind === 'full') {
          step.multiply(name('q'), block.query.matrix, normed, q);
        } else {
          const low = step.activation('q low', queryRank);
          const lowNormed = step.activation('q low normed', queryRank);
          step.multiply(name('q down'), block.query.down, normed, low);
          step.norm(name('q norm'), low, block.query.norm, lowNormed, { epsilon });
          step.multiply(name('q up'), block.query.up, lowNormed, q);
        }

        // 3b. The latent and the shared rotary key, into the cache.
        step.multiply(name('kv latent'), block.latent, normed, kv);
        step.norm(name('latent norm'), kv, block.latentNorm, row, { epsilon, length: latent });
        const keyStride = { token: cached, head: cached, offset: latent };
        step.rope(
          name('k rope'),
          ropeTable,
          kv,
          { heads: 1, ropeDim, pairing: 'interleaved', x: keyStride, y: keyStride },
          row,
        );
        step.remember(name('cache'), row, cache);

        // 3c. The query goes to the latent space: q_latent = W_kbᵀ q_nope.
        if (block.up.kind === 'split') {
          step.multiply(name('absorb keys'), block.up.keys, q, qLatent, {
            heads: { count: heads, rows: latent, xHead: keyDim, yHead: cached, wHead: latent, wStart: 0 },
          });
        } else {
          step.multiplyTransposed(name('absorb keys'), block.up.matrix, q, qLatent, {
            count: heads,
            inner: nopeDim,
            xHead: keyDim,
            yHead: cached,
            wHead: nopeDim + valueDim,
          });
        }
        step.rope(
          name('q rope'),
          ropeTable,
          q,
          {
            heads,
            ropeDim,
            pairing: 'interleaved',
            x: { token: heads * keyDim, head: keyDim, offset: nopeDim },
            y: { token: heads * cached, head: cached, offset: latent },
          },
          qLatent,
        );

        // 3d. All heads attend to the one latent row of each position: its first part is the value too.
        step.attention(name('attention'), qLatent, cache, cache, collected, {
          heads,
          kvHeads: 1,
          keyDim: cached,
          valueDim: latent,
          keyRow: cached,
          valueRow: cached,
          scale,
        });
        const valueRows =
          block.up.kind === 'split'
            ? { matrix: block.up.values, wHead: valueDim, wStart: 0 }
            : { matrix: block.up.matrix, wHead: nopeDim + valueDim, wStart: nopeDim };
        step.multiply(name('values'), valueRows.matrix, collected, values, {
          heads: { ...valueRows, count: heads, rows: valueDim, xHead: latent, yHead: valueDim },
        });
        step.multiply(name('attention output'), block.output, values, x, { accumulate: true });

        // 3e. Feed-forward: dense, or routed experts beside the shared ones.
        step.norm(name('ffn norm'), x, block.feedForwardNorm, normed, { epsilon });
        if (block.dense) step.feedForward(name('ffn'), block.dense, normed, x);
        if (block.moe) step.moe(name('moe'), block.moe, normed, x);
        if (block.shared) step.feedForward(name('shared'), block.shared, normed, x);
      });
      return x;
    },
  };
}

/** Files older than the key are DeepSeek-V2, which gates by softmax. */
function gatingOf(file: HyperParameters): Gating {
  const code = file.count('expert_gating_func', { least: 0, most: 2 ** 31 }, 0);
  switch (code) {
    case 0:
    case 1:
      return 'softmax';
    case 2:
      return 'sigmoid';
    default:
      throw new EngineError(
        'unsupported-architecture',
        `This model gates its experts by a function (${code}) that Mixtab does not know. It knows softmax and sigmoid.`,
      );
  }
}
