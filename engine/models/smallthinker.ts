import { gatingOf, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { slidingBase } from './rope-parameters.ts';
import { slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/**
 * SmallThinker (arXiv:2507.20984): a router that chooses a layer's experts before its attention, so that they can be fetched meanwhile, and
 * experts with ReLU gates. The first of each four layers sees all positions and does not rotate, the others see a window.
 */
export const smallthinker: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const said = slidingWindow(file, layers, { period: FULL_PERIOD, full: 'first' }, 0);
  const window = { ...said, size: said.size === Infinity ? Infinity : WINDOW };
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    window,
    slidingRope: { base: slidingBase(file), scaled: true },
    rotates: (layer) => window.size === Infinity || layers === FULL_PERIOD || layer % FULL_PERIOD !== 0,
  });
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file),
    normalize: true,
    hidden: file.size('expert_feed_forward_length'),
    activation: { kind: 'relu' },
  });
  return transformer(weights, shape, (layer) => {
    const { route, chosen } = experts(layer);
    return { before: route, mixer: attention(layer), feedForward: chosen };
  });
};

/** As llama.cpp has it, whatever size the file says if it says one. */
const WINDOW = 4096;

/** As llama.cpp counts, whatever the file says of windows; it takes a model of so many layers to rotate in all of them. */
const FULL_PERIOD = 4;
