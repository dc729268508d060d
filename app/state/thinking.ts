/** How much a model is to think, of what its template listens to. */
import type { GenerateRequest, ThinkingSupport } from '../../engine/api.ts';
import type { SamplingSettings } from './settings.ts';

/**
 * What a choice means to a model: it was made for the conversation, perhaps with another model. An effort is a way of thinking; and to
 * think at all is the model's usual effort.
 */
export function modeFor({ modes, usual }: ThinkingSupport, chosen: string | null): string | null {
  if (chosen === null) return null;
  if (modes.includes(chosen)) return chosen;
  if (chosen === 'off') return null;
  if (modes.includes('on')) return 'on';
  return usual !== null && usual !== 'off' ? usual : (modes.find((mode) => mode !== 'off') ?? null);
}

export function thinkingRequest(
  { thinking, thinkingLimit }: Pick<SamplingSettings, 'thinking' | 'thinkingLimit'>,
  support: ThinkingSupport,
): Pick<GenerateRequest, 'thinking'> {
  const mode = modeFor(support, thinking);
  const limit = support.reasons ? thinkingLimit : null;
  if (mode === null && limit === null) return {};
  return { thinking: { ...(mode !== null && { mode }), ...(limit !== null && { limit }) } };
}
