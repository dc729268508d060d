/** The field `routing`: which experts may be chosen. Whether the model has these layers and experts, the engine knows, and says. */
import * as v from 'valibot';
import type { RoutingRequest } from '../../engine/api.ts';
import { MAX_BOOST, MAX_EXPERT, MAX_LAYER, MAX_STEERED } from './limits.ts';
import { Between, optional, Whole } from './parse-body.ts';

const PLACE = { layer: Whole(0, MAX_LAYER), expert: Whole(0, MAX_EXPERT) };

export const Steering = v.strictObject({
  mute: optional(v.pipe(v.array(v.strictObject(PLACE)), v.maxLength(MAX_STEERED))),
  boost: optional(
    v.pipe(v.array(v.strictObject({ ...PLACE, amount: Between(-MAX_BOOST, MAX_BOOST) })), v.maxLength(MAX_STEERED)),
  ),
  only: optional(
    v.pipe(
      v.array(
        v.strictObject({
          layer: PLACE.layer,
          experts: v.pipe(v.array(PLACE.expert), v.minLength(1), v.maxLength(MAX_STEERED)),
        }),
      ),
      v.maxLength(MAX_LAYER),
      v.check(
        (layers) => layers.reduce((sum, { experts }) => sum + experts.length, 0) <= MAX_STEERED,
        `at most ${MAX_STEERED} experts may be left in all layers together`,
      ),
    ),
  ),
  experts_used: optional(Whole(1, MAX_EXPERT)),
});

/** Undefined where it asks for nothing: then the engine computes as ever. */
export function routingRequestOf(
  steering: v.InferOutput<typeof Steering> | null | undefined,
): RoutingRequest | undefined {
  const { mute, boost, only, experts_used: used } = steering ?? {};
  const request: RoutingRequest = {
    ...(mute && mute.length > 0 && { mute }),
    ...(boost && boost.length > 0 && { boost }),
    ...(only && only.length > 0 && { only }),
    ...(typeof used === 'number' && { expertsUsed: used }),
  };
  return Object.keys(request).length === 0 ? undefined : request;
}
