/** The server that answers the open conversation, or the one to come. */
import type { ChatState } from './chat-state.ts';
import type { ModelChoice } from './conversation.ts';

export interface ServerChoice extends ModelChoice {
  readonly source: Extract<ModelChoice['source'], { kind: 'server' }>;
}

/** Null where it is answered in this tab. */
export function chosenServer({ current, draftModel }: Pick<ChatState, 'current' | 'draftModel'>): ServerChoice | null {
  const choice = current === null ? draftModel : current.model;
  return choice !== null && isServerChoice(choice) ? choice : null;
}

export function isServerChoice(choice: ModelChoice): choice is ServerChoice {
  return choice.source.kind === 'server';
}
