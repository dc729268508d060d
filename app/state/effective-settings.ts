/** The settings that hold for a conversation. */
import type { ChatState } from './chat-state.ts';
import type { SamplingSettings } from './settings-store.ts';

/** The global settings, with what a conversation has chosen for itself. */
export function effectiveSettings(
  everywhere: SamplingSettings,
  own: Partial<SamplingSettings> | null,
): SamplingSettings {
  return own === null ? everywhere : { ...everywhere, ...own };
}

/** What the open conversation, or the one to come, has chosen for itself. */
export function ownSettings(chat: Pick<ChatState, 'current' | 'draftSettings'>): Partial<SamplingSettings> | null {
  return chat.current === null ? chat.draftSettings : chat.current.settings;
}
