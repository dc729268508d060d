/** The settings that hold for a conversation. */
import type { ChatState } from './chat-state.ts';
import type { ModelState } from './model-store.ts';
import { DEFAULT_SAMPLING, type ModelSampling, type SamplingSettings } from './settings-store.ts';

/** What was chosen for a conversation, else for all of them, else what the model's file recommends, else the page's own. */
export function effectiveSettings(
  model: ModelSampling,
  everywhere: Partial<SamplingSettings>,
  own: Partial<SamplingSettings> | null,
): SamplingSettings {
  return { ...DEFAULT_SAMPLING, ...model, ...everywhere, ...own };
}

/** What the open conversation, or the one to come, has chosen for itself. */
export function ownSettings(chat: Pick<ChatState, 'current' | 'draftSettings'>): Partial<SamplingSettings> | null {
  return chat.current === null ? chat.draftSettings : chat.current.settings;
}

/** What the loaded model's file recommends; nothing as long as none is loaded. */
export function modelSampling({ status }: Pick<ModelState, 'status'>): ModelSampling {
  return status.kind === 'ready' ? status.info.sampling : NOTHING;
}

const NOTHING: ModelSampling = {}; // always the same, so that components see no change
