/** What can be done where a question, or a conversation, is longer than the model reads: only what would help. */
import { useAnsweringModel, useServer } from '../server/use-server.ts';
import { useChat, useModel } from '../state/stores.tsx';

export interface Room {
  /** Tokens that the model reads at once now. */
  readonly contextLength: number;
  /** Tokens that it could read, loaded with a longer context. */
  readonly longest: number;
  /** Whether there is an earlier exchange, which a new chat would be without. */
  readonly hasEarlier: boolean;
}

/** Null while no model is ready. */
export function useRoom(): Room | null {
  const isServer = useServer() !== null;
  const contextLength = useAnsweringModel()?.contextLength ?? null;
  const trained = useModel(({ status }) => (status.kind === 'ready' ? status.info.trainedContextLength : 0));
  const questions = useChat(({ path }) => path.filter(({ message }) => message.role === 'user').length);
  if (contextLength === null) return null;
  return {
    contextLength,
    longest: isServer ? contextLength : Math.max(contextLength, trained),
    hasEarlier: questions > 1,
  };
}

export type MoreRoom = 'new-or-longer' | 'new-or-other' | 'longer' | 'other';

/** The ways to more room that there are. */
export function waysToMoreRoom({ contextLength, longest, hasEarlier }: Room): MoreRoom {
  const isLonger = longest > contextLength;
  if (hasEarlier) return isLonger ? 'new-or-longer' : 'new-or-other';
  return isLonger ? 'longer' : 'other';
}
