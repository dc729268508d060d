import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DecodeCost } from '../../../engine/api.ts';
import { count, decimal } from '../../layout/quantities.ts';
import { useChat, useModel, useStores } from '../../state/stores.tsx';
import { probeOnce, speedsOf, speedsStore } from './measured-speeds.ts';
import { type MeasuredSpeed, type SpeedRange, speedRange } from './speed-range.ts';

export interface SpeedAsked {
  /** Undefined: it is not known what the model costs. */
  readonly cost: DecodeCost | undefined;
  /** How far its costs may be off, as a share; default: they are counted. */
  readonly sureness?: number;
}

/** What was measured on this device. */
export function useMeasuredSpeeds(): readonly MeasuredSpeed[] {
  const device = useModel((state) => state.device);
  const adapters = useStore(speedsStore, (state) => state.adapters);
  return device === null ? [] : speedsOf(adapters, device);
}

/** Has the device timed, where that would tell more. */
export function useProbe(): void {
  const { client } = useStores();
  const device = useModel((state) => state.device);
  const isReady = useModel((state) => state.status.kind === 'ready');
  const isAnswering = useChat((state) => state.answeringIn !== null);
  useEffect(() => {
    if (device !== null && isReady && !isAnswering) void probeOnce(client, device);
  }, [client, device, isReady, isAnswering]);
}

/** How fast a model would answer here, in words; null where nothing can be said. */
export function useSpeedHere({ cost, sureness = 0 }: SpeedAsked): string | null {
  const { t } = useTranslation('models');
  const measured = useMeasuredSpeeds();
  const range = cost === undefined ? null : speedRange(measured, cost, sureness);
  if (range === null) return null;
  const { slow, fast } = inWords(range);
  return slow === fast ? t('speed.about', { rate: slow }) : t('speed.range', { slow, fast });
}

/** Two digits at most: more would say that it is known. */
function inWords({ slow, fast }: SpeedRange): { readonly slow: string; readonly fast: string } {
  const rounded = (rate: number): string => {
    const step = 10 ** (Math.floor(Math.log10(rate)) - 1);
    const value = Math.round(rate / step) * step;
    return value < 10 ? decimal(value, value < 1 ? 2 : 1) : count(Math.round(value));
  };
  return { slow: rounded(slow), fast: rounded(fast) };
}
