import { useState } from 'react';
import { effectiveSettings, ownSettings } from '../state/effective-settings.ts';
import { DEFAULT_SAMPLING, type SamplingSettings } from '../state/settings-store.ts';
import { useChat, useSettings } from '../state/stores.tsx';
import type { SamplingKey } from './sampling-fields.ts';

/** Whom a change is for. What a conversation has chosen for itself counts more than what holds everywhere. */
export type Scope = 'everywhere' | 'conversation';

export interface ScopedSampling {
  readonly scope: Scope;
  setScope(scope: Scope): void;
  /** The values that hold in this scope. */
  readonly sampling: SamplingSettings;
  /** What a value goes back to: the page's own, or for a conversation those that hold everywhere. */
  readonly base: SamplingSettings;
  isChanged(key: SamplingKey): boolean;
  readonly isAnyChanged: boolean;
  set(change: Partial<SamplingSettings>): void;
  revert(key: SamplingKey): void;
  revertAll(): void;
  /** Keys that the open conversation has chosen for itself, so that a change everywhere does not reach it. */
  readonly overridden: readonly SamplingKey[];
}

const KEYS = Object.keys(DEFAULT_SAMPLING) as readonly SamplingKey[];

export function useScopedSampling(): ScopedSampling {
  const everywhere = useSettings((state) => state.sampling);
  const setEverywhere = useSettings((state) => state.setSampling);
  const resetEverywhere = useSettings((state) => state.resetSampling);
  const own = useChat(ownSettings);
  const setOwn = useChat((state) => state.setConversationSettings);
  const [scope, setScope] = useState<Scope>(own === null ? 'everywhere' : 'conversation');
  const overridden = KEYS.filter((key) => own !== null && key in own);

  if (scope === 'everywhere') {
    const isChanged = (key: SamplingKey): boolean => everywhere[key] !== DEFAULT_SAMPLING[key];
    return {
      ...{ scope, setScope, overridden },
      sampling: everywhere,
      base: DEFAULT_SAMPLING,
      isChanged,
      isAnyChanged: KEYS.some(isChanged),
      set: setEverywhere,
      revert: (key) => setEverywhere({ [key]: DEFAULT_SAMPLING[key] }),
      revertAll: resetEverywhere,
    };
  }
  const write = (settings: Partial<SamplingSettings>): void =>
    void setOwn(Object.keys(settings).length === 0 ? null : settings);
  return {
    ...{ scope, setScope, overridden },
    sampling: effectiveSettings(everywhere, own),
    base: everywhere,
    isChanged: (key) => overridden.includes(key),
    isAnyChanged: own !== null,
    set: (change) => write({ ...own, ...change }),
    revert: (key) => write(without(own ?? {}, key)),
    revertAll: () => write({}),
  };
}

function without(settings: Partial<SamplingSettings>, key: SamplingKey): Partial<SamplingSettings> {
  const { [key]: _, ...rest } = settings;
  return rest;
}
