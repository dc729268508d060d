import { EngineError } from '../../errors.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { ModelShape } from '../model.ts';
import type { SlidingWindow } from '../sliding-window.ts';
import { MAX_HEAD_SIZE, MAX_HEADS } from './attention-limits.ts';

/** Of one layer's attention, in numbers where it is not heads. */
export interface HeadSizes {
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** How many numbers of a head are rotated, from its first on. */
  readonly ropeDim: number;
}

/**
 * The sizes that the header says for each layer. Where it says that a layer has no key heads, that layer mixes tokens by other means,
 * and its sizes must not be asked for.
 * @throws EngineError `corrupt-file` where sizes contradict each other
 */
export function headSizes(
  file: HyperParameters,
  { width, layers }: Pick<ModelShape, 'width' | 'layers'>,
  window?: SlidingWindow,
): (layer: number) => HeadSizes {
  const bounds = { least: 0, most: MAX_HEADS };
  const [headKey, kvKey, lengthKey] = ['attention.head_count', 'attention.head_count_kv', 'attention.key_length'];
  const heads = file.perLayer(headKey, layers, bounds);
  const kvHeads = file.has(kvKey) ? file.perLayer(kvKey, layers, bounds) : heads;
  const first = heads[0] ?? 0;
  if (!file.has(lengthKey) && (first === 0 || width % first !== 0))
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${file.key(headKey)} = ${first}, which does not divide its width of ` +
        `${width} numbers, and it does not say "${file.key(lengthKey)}".`,
    );
  const keyDim = file.size(lengthKey, width / first, MAX_HEAD_SIZE);
  const full = {
    keyDim,
    valueDim: file.size('attention.value_length', keyDim, MAX_HEAD_SIZE),
    ropeDim: file.size('rope.dimension_count', keyDim, keyDim),
  };
  const slidingKeyDim = window ? file.size('attention.key_length_swa', keyDim, MAX_HEAD_SIZE) : keyDim;
  const sliding = window && {
    keyDim: slidingKeyDim,
    valueDim: file.size('attention.value_length_swa', full.valueDim, MAX_HEAD_SIZE),
    ropeDim: file.size('rope.dimension_count_swa', full.ropeDim, slidingKeyDim),
  };

  return (layer) => {
    const [own = 0, keys = 0] = [heads[layer], kvHeads[layer]];
    if (own === 0 || keys === 0)
      throw new EngineError('corrupt-file', `The header of this model says that layer ${layer} has no heads.`);
    if (own % keys !== 0)
      throw new EngineError(
        'corrupt-file',
        `The header of this model says ${file.key(kvKey)} = ${keys}, but ${own} heads cannot share ` +
          `${keys} key heads evenly.`,
      );
    return { heads: own, kvHeads: keys, ...(sliding && window.slides(layer) ? sliding : full) };
  };
}
