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

/** Whether the answer under way, if there is one, is a server's: it needs nothing of this tab. */
export function isServerAnswering({
  answeringIn,
  current,
  heads,
}: Pick<ChatState, 'answeringIn' | 'current' | 'heads'>): boolean {
  const head = current?.id === answeringIn ? current : heads.find(({ id }) => id === answeringIn);
  return head?.model !== undefined && head.model !== null && isServerChoice(head.model);
}

export function isServerChoice(choice: ModelChoice): choice is ServerChoice {
  return choice.source.kind === 'server';
}
