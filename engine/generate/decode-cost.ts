import type { DecodeCost } from '../api.ts';
import { addCosts, bytesOf, stepCosts } from '../cost/step-cost.ts';
import type { Reservation } from './reserve.ts';

/** Where most answers are: attention is a small part of a token there. */
const TYPICAL_POSITION = 512;

/** The sampler's, of the four launches that choose among more than one token: logits and scores, each some times. */
const SAMPLING = { launches: 4, numbersPerLogit: 8, operationsPerLogit: 40 } as const;

/** What a token costs at a typical position; on paper or on a device. */
export function decodeCost({ steps, buffers, model }: Pick<Reservation, 'steps' | 'buffers' | 'model'>): DecodeCost {
  const launches = [...steps.decode.launches, ...steps.output.launches];
  const place = { tokens: 1, position: Math.min(TYPICAL_POSITION, buffers.shape.contextLength - 1) };
  const total = addCosts(stepCosts(launches, place));
  const { vocabularySize } = model.shape;
  return {
    bytes: Math.round(bytesOf(total) + vocabularySize * SAMPLING.numbersPerLogit * 4),
    operations: Math.round(total.operations + vocabularySize * SAMPLING.operationsPerLogit),
    launches: launches.length + SAMPLING.launches,
  };
}
