import { useState } from 'react';
import { effectiveSettings, modelSampling, ownSettings } from '../state/effective-settings.ts';
import { DEFAULT_SAMPLING, type SamplingSettings, withoutSampling } from '../state/settings-store.ts';
import { useChat, useModel, useSettings } from '../state/stores.tsx';
import type { SamplingKey } from './sampling-fields.ts';

/** Whom a change is for. What a conversation has chosen for itself counts more than what holds everywhere. */
export type Scope = 'everywhere' | 'conversation';

export interface ScopedSampling {
  readonly scope: Scope;
  setScope(scope: Scope): void;
  /** The values that hold in this scope. */
  readonly sampling: SamplingSettings;
  /** What a value goes back to: the model's or the page's own, or for a conversation those that hold everywhere. */
  readonly base: SamplingSettings;
  isChanged(key: SamplingKey): boolean;
  readonly isAnyChanged: boolean;
  set(change: Partial<SamplingSettings>): void;
  revert(keys: readonly SamplingKey[]): void;
  revertAll(): void;
  /** Keys that the open conversation has chosen for itself, so that a change everywhere does not reach it. */
  readonly overridden: readonly SamplingKey[];
}

/** How the model thinks is chosen at the composer. */
const KEYS = (Object.keys(DEFAULT_SAMPLING) as readonly SamplingKey[]).filter((key) => key !== 'thinking');

export function useScopedSampling(): ScopedSampling {
  const chosen = useSettings((state) => state.sampling);
  const setEverywhere = useSettings((state) => state.setSampling);
  const undoEverywhere = useSettings((state) => state.undoSampling);
  const resetEverywhere = useSettings((state) => state.resetSampling);
  const recommended = useModel(modelSampling);
  const own = useChat(ownSettings);
  const setOwn = useChat((state) => state.setConversationSettings);
  const overridden = KEYS.filter((key) => own !== null && key in own);
  const [scope, setScope] = useState<Scope>(overridden.length === 0 ? 'everywhere' : 'conversation');
  const everywhere = effectiveSettings(recommended, chosen, null);

  if (scope === 'everywhere') {
    const base = effectiveSettings(recommended, {}, null);
    return {
      ...{ scope, setScope, overridden },
      ...{ sampling: everywhere, base },
      isChanged: (key) => everywhere[key] !== base[key],
      // Also by a choice that is what the model at hand recommends: for another one it is not.
      isAnyChanged: Object.keys(chosen).length > 0,
      set: setEverywhere,
      revert: undoEverywhere,
      revertAll: resetEverywhere,
    };
  }
  const write = (settings: Partial<SamplingSettings>): void =>
    void setOwn(Object.keys(settings).length === 0 ? null : settings);
  return {
    ...{ scope, setScope, overridden },
    sampling: effectiveSettings(recommended, chosen, own),
    base: everywhere,
    isChanged: (key) => overridden.some((one) => one === key),
    isAnyChanged: overridden.length > 0,
    set: (change) => write({ ...own, ...change }),
    revert: (keys) => write(withoutSampling(own ?? {}, keys)),
    revertAll: () => write(withoutSampling(own ?? {}, KEYS)),
  };
}
