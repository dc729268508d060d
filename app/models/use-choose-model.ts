import { useMemo } from 'react';
import type { StoredModel } from '../../engine/api.ts';
import type { ModelChoice } from '../state/conversation.ts';
import { useStores } from '../state/stores.tsx';

/** Takes a model for the open conversation; it is loaded at once where no answer is under way. */
export function useChooseModel(): (choice: ModelChoice) => void {
  const { chat } = useStores();
  return useMemo(() => (choice) => void chat.getState().setConversationModel(choice), [chat]);
}

/** The way back to a stored model: by its address where it has one, so that what is missing of it can be fetched. */
export function choiceOf({ id, name, url }: Pick<StoredModel, 'id' | 'name' | 'url'>): ModelChoice {
  return { name, source: url === null ? { kind: 'stored', id } : { kind: 'url', url } };
}
