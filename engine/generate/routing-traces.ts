import type { RoutingTrace } from '../api.ts';
import { NOBODY, TRACED_ROUTE } from '../kernels/router.ts';
import type { StepBuffers } from '../steps/step-buffers.ts';

/**
 * What the routers have left in the trace of some buffers.
 * @param tokens how many of them it has a row for
 */
export function routingTraces(
  trace: ArrayBuffer,
  { shape: { routed }, traceStride }: Pick<StepBuffers, 'shape' | 'traceStride'>,
  tokens: number,
  withScores: boolean,
): readonly RoutingTrace[] {
  const used = routed[0]?.used ?? 0;
  return Array.from({ length: tokens }, (_, token) => {
    const experts = new Uint16Array(routed.length * used);
    const weights = new Float32Array(routed.length * used);
    const gate = new Float32Array(routed.length * (used + 1));
    const choice = new Float32Array(routed.length * (used + 1));
    const next = new Uint16Array(routed.length);
    for (let layer = 0; layer < routed.length; layer++) {
      for (let rank = 0; rank <= used; rank++) {
        const at = layer * traceStride + (token * (used + 1) + rank) * TRACED_ROUTE.bytes;
        const one = TRACED_ROUTE.read(trace, at);
        gate[layer * (used + 1) + rank] = one.score;
        choice[layer * (used + 1) + rank] = one.choice;
        if (rank === used) next[layer] = Math.min(one.expert, NOBODY);
        else {
          experts[layer * used + rank] = one.expert;
          weights[layer * used + rank] = one.weight;
        }
      }
    }
    return { experts, weights, ...(withScores && { scores: { gate, choice, next } }) };
  });
}
