import { EngineError } from '../../errors.ts';
import { alignUp } from '../../gpu/buffers.ts';
import type { AttentionTemperature, GateOpening } from '../../kernels/attention.ts';
import type { Rotation } from '../../kernels/place-heads.ts';
import { attend, placeLatent } from '../../steps/attention.ts';
import { multiply, multiplyTransposed } from '../../steps/linear.ts';
import { norm } from '../../steps/norm.ts';
import { deepseekAttentionMscale, type RopeParameters } from '../../steps/rope-table.ts';
import type { Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { deepseekRope, ropeMagnitude, ropeParameters } from '../rope-parameters.ts';
import { MAX_HEAD_SIZE, MAX_HEADS } from './attention-limits.ts';

/** Published: 1,536. */
const MAX_QUERY_RANK = 16_384;

/** Sizes of latent attention: numbers of a head unless said otherwise. */
interface LatentSizes {
  readonly heads: number;
  /** The compressed keys and values of a token, of all heads. */
  readonly latent: number;
  /** 0: queries are not compressed. */
  readonly queryRank: number;
  readonly ropeDim: number;
  readonly nopeDim: number;
  readonly valueDim: number;
}

function readSizes(file: HyperParameters): LatentSizes {
  const latent = file.size('attention.kv_lora_rank', undefined, MAX_HEAD_SIZE);
  const ropeDim = file.size('rope.dimension_count', undefined, MAX_HEAD_SIZE);
  // Files with W_kb and W_vb describe attention as it is cached, and say the heads' own sizes in `…_mla`.
  const headSize = (name: string): number =>
    file.size(file.has(`${name}_mla`) ? `${name}_mla` : name, undefined, MAX_HEAD_SIZE);
  const keyDim = headSize('attention.key_length');
  if (keyDim <= ropeDim)
    throw new EngineError('corrupt-file', `A head of ${keyDim} numbers cannot have ${ropeDim} rotary ones.`);
  if (latent + ropeDim > MAX_HEAD_SIZE)
    throw new EngineError(
      'unsupported-architecture',
      `Mixtab's attention takes rows of up to ${MAX_HEAD_SIZE} numbers, and this model has ${latent + ropeDim} ` +
        `(${latent} of ${file.key('attention.kv_lora_rank')} and ${ropeDim} of ${file.key('rope.dimension_count')}).`,
    );
  return {
    heads: file.count('attention.head_count', { least: 1, most: MAX_HEADS }),
    latent,
    queryRank: file.count('attention.q_lora_rank', { least: 0, most: MAX_QUERY_RANK }, 0),
    ropeDim,
    nopeDim: keyDim - ropeDim,
    valueDim: headSize('attention.value_length'),
  };
}

export interface LatentOptions {
  /** Whether the shared key and the queries' last numbers are rotated; default: they are. */
  readonly rotates?: boolean;
  readonly pairing?: Rotation['pairing'];
  /** Whether YaRN's temperature is in the attention scores too, as in DeepSeek's models; default: it is. */
  readonly tempers?: boolean;
  /** What each head gives is multiplied by a gate, `attn_gate` x [heads]. */
  readonly gate?: GateOpening;
}

/** How attention is sharpened in long contexts, where the header says so. */
function attentionTemperature(file: HyperParameters): AttentionTemperature | undefined {
  const factor = file.factor('attention.temperature_scale', undefined);
  const isSet = factor !== undefined;
  const length = file.count(
    'attention.temperature_length',
    { least: Number(isSet), most: 2 ** 31 },
    isSet ? undefined : 0,
  );
  return isSet ? { factor, length } : undefined;
}

/** No rotation: the numbers are only copied to where they belong. */
function still(dimensions: number): RopeParameters {
  return { dimensions, base: 1, scaling: { kind: 'still' } };
}

/**
 * Multi-head latent attention (DeepSeek-V2, arXiv:2405.04434, section 2.1). The cache holds the compressed latent and the one
 * shared rotary key, `latent + rope` numbers per token and layer. Attention absorbs the up-projections: the query is carried
 * into the latent space by W_kb, and what attention collects there is carried out of it by W_vb, so that keys and values are
 * never expanded.
 */
export function latentAttention(
  file: HyperParameters,
  weights: Weights,
  { width, epsilon }: ModelShape,
  { rotates = true, gate: opening, pairing = 'interleaved', tempers = true }: LatentOptions = {},
): (layer: number) => Block {
  const { heads, latent, queryRank, ropeDim, nopeDim, valueDim } = readSizes(file);
  const keyDim = nopeDim + ropeDim;
  const cached = latent + ropeDim;
  const turned = (tempers ? deepseekRope : ropeParameters)(file, ropeDim);
  const rope = rotates ? { ...turned, magnitude: ropeMagnitude(file) } : still(ropeDim);
  const scale = (tempers ? deepseekAttentionMscale(rope) : 1) / Math.sqrt(keyDim);
  const temperature = attentionTemperature(file);

  return (layer) => {
    const name = (what: string): string => `blk.${layer} ${what}`;
    const stem = (what: string): string => `blk.${layer}.${what}`;
    const tensor = (what: string): string => `${stem(what)}.weight`;
    const lowRank =
      queryRank === 0
        ? undefined
        : {
            norm: weights.vector(tensor('attn_q_a_norm'), queryRank),
            up: weights.matrix(tensor('attn_q_b'), heads * keyDim, queryRank),
          };
    const queryRows = lowRank ? queryRank : heads * keyDim;
    const gateRows = opening ? heads : 0;
    const input = weights.stacked(
      [
        { stem: stem(lowRank ? 'attn_q_a' : 'attn_q'), rows: queryRows },
        { stem: stem('attn_kv_a_mqa'), rows: cached },
        ...(opening ? [{ stem: stem('attn_gate'), rows: gateRows }] : []),
      ],
      width,
    );
    const rowWidth = alignUp(queryRows + cached + gateRows, 4);
    const latentNorm = weights.vector(tensor('attn_kv_a_norm'), latent);
    const up = weights.has(tensor('attn_k_b'))
      ? ({
          kind: 'split',
          keys: weights.matrix(tensor('attn_k_b'), latent, nopeDim, heads),
          values: weights.matrix(tensor('attn_v_b'), valueDim, latent, heads),
        } as const)
      : ({
          kind: 'joint',
          matrix: weights.matrix(tensor('attn_kv_b'), heads * (nopeDim + valueDim), latent),
        } as const);
    const output = weights.matrix(tensor('attn_output'), width, heads * valueDim);

    return {
      norms: true,
      write(step, { x, norm: inputNorm, y, scale: residualScale }) {
        const row = step.activation(`latent row ${rowWidth}`, rowWidth); // [tokens, q or q low | latent | key | gates]
        const qLatent = step.activation('q latent', heads * cached); // [tokens, heads, latent + rope]
        const collected = step.activation('collected', heads * latent); // [tokens, heads, latent]
        const values = step.activation('values', heads * valueDim); // [tokens, heads, value]
        const cache = step.memory.cache(name('latents'), cached);

        // 1. Queries [nope | rope] per head, in the row or behind a matrix of low rank; the latent and the shared rotary key.
        for (const { matrix, firstRow } of input)
          multiply(step, name('q and latent'), matrix, x, row, { yStart: firstRow, norm: inputNorm });
        let q = row;
        if (lowRank) {
          q = step.activation('q', heads * keyDim);
          if (step.size === 'one') {
            multiply(step, name('q up'), lowRank.up, row, q, { norm: { weight: lowRank.norm, epsilon } });
          } else {
            const lowNormed = step.activation('q low normed', queryRank);
            norm(step, name('q norm'), row, lowRank.norm, lowNormed, { epsilon, length: queryRank });
            multiply(step, name('q up'), lowRank.up, lowNormed, q);
          }
        }

        // 2. What is cached, and the queries' rotary numbers.
        const form = {
          ...{ heads, latent, epsilon, norm: latentNorm, kv: { of: row, start: queryRows } },
          queries: { of: q, start: nopeDim, head: keyDim },
          rope: { table: step.ropeTable(rope), ropeDim, pairing },
        };
        placeLatent(step, name('latent and keys'), form, { q: qLatent, cache });

        // 3. The query goes to the latent space: q_latent = W_kbᵀ q_nope.
        if (up.kind === 'split') {
          multiply(step, name('absorb keys'), up.keys, q, qLatent, {
            heads: { count: heads, rows: latent, xHead: keyDim, yHead: cached, wHead: latent, wStart: 0 },
          });
        } else {
          multiplyTransposed(step, name('absorb keys'), up.matrix, q, qLatent, {
            count: heads,
            inner: nopeDim,
            xHead: keyDim,
            yHead: cached,
            wHead: nopeDim + valueDim,
          });
        }

        // 4. All heads attend to the one latent row of each position: its first part is the value too. What a head gives can be
        // gated before it leaves the latent space as well as after.
        const stride = { token: rowWidth, head: 1, offset: queryRows + cached };
        const gate = opening && ({ per: 'head', opening, stride, x: row } as const);
        attend(step, name('attention'), qLatent, cache, cache, collected, {
          heads,
          kvHeads: 1,
          keyDim: cached,
          valueDim: latent,
          keyRow: cached,
          valueRow: cached,
          scale,
          temperature,
          gate,
        });
        const valueRows =
          up.kind === 'split'
            ? { matrix: up.values, wHead: valueDim, wStart: 0 }
            : { matrix: up.matrix, wHead: nopeDim + valueDim, wStart: nopeDim };
        multiply(step, name('values'), valueRows.matrix, collected, values, {
          heads: { ...valueRows, count: heads, rows: valueDim, xHead: latent, yHead: valueDim },
        });
        multiply(step, name('attention output'), output, values, y, { accumulate: true, scale: residualScale });
      },
    };
  };
}
