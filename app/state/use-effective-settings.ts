import { effectiveSettings, modelSampling, ownSettings } from './effective-settings.ts';
import type { SamplingSettings } from './settings-store.ts';
import { useChat, useModel, useSettings } from './stores.tsx';

/** The settings that hold for the open conversation, or for the one to come. */
export function useEffectiveSettings(): SamplingSettings {
  const everywhere = useSettings((state) => state.sampling);
  const own = useChat(ownSettings);
  return effectiveSettings(useModel(modelSampling), everywhere, own);
}
