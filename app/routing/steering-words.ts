import type { TFunction } from 'i18next';
import type { RoutingRequest } from '../../engine/api.ts';
import { decimal } from '../layout/quantities.ts';

/** One thing that is changed, and the request without it. */
export interface SteeringChange {
  readonly words: string;
  readonly without: RoutingRequest;
}

export function steeringChanges(t: TFunction<'routing'>, request: RoutingRequest): readonly SteeringChange[] {
  const { mute = [], only = [], boost = [], expertsUsed, ...rest } = request;
  const whole = { ...rest, mute, only, boost, ...(expertsUsed !== undefined && { expertsUsed }) };
  return [
    ...mute.map((one) => ({
      words: t('steer.muted', { layer: one.layer, expert: one.expert }),
      without: { ...whole, mute: mute.filter((other) => other !== one) },
    })),
    ...only.map((one) => ({
      words: t('steer.onlyLeft', { layer: one.layer, count: one.experts.length }),
      without: { ...whole, only: only.filter((other) => other !== one) },
    })),
    ...boost.map((one) => ({
      words: t('steer.boosted', { layer: one.layer, expert: one.expert, amount: decimal(one.amount, 2) }),
      without: { ...whole, boost: boost.filter((other) => other !== one) },
    })),
    ...(expertsUsed === undefined
      ? []
      : [{ words: t('steer.usedNow', { used: expertsUsed }), without: { mute, only, boost } }]),
  ];
}
