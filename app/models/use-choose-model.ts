import { useMemo } from 'react';
import type { StoredModel } from '../../engine/api.ts';
import type { ModelChoice } from '../state/conversation.ts';
import { choiceOf, isSameChoice } from '../state/model-choice.ts';
import { type Stores, useStores } from '../state/stores.tsx';

/**
 * Takes a model for the open conversation. It is loaded at once, in place of a load under way; while an answer is written, with
 * the next message.
 */
export function useChooseModel(): (choice: ModelChoice) => void {
  const stores = useStores();
  return useMemo(() => (choice) => void chooseModel(stores, choice), [stores]);
}

async function chooseModel({ chat, model }: Stores, choice: ModelChoice): Promise<void> {
  const { status, bundled, openChoice } = model.getState();
  if (choice.source.kind === 'server') {
    await chat.getState().setConversationModel(choice);
    return;
  }
  const isLoaded = status.kind === 'ready' && isSameChoice(choiceOf(status.source, status.info, bundled), choice);
  if (isLoaded || chat.getState().answeringIn !== null) {
    await chat.getState().setConversationModel(choice);
    return;
  }
  await openChoice(choice);
}

/** The way back to a stored model: by its address where it has one, so that what is missing of it can be fetched. */
export function storedChoice({ id, name, url }: Pick<StoredModel, 'id' | 'name' | 'url'>): ModelChoice {
  return { name, source: url === null ? { kind: 'stored', id } : { kind: 'url', url } };
}

/** Whether all of a stored model is here, or can be fetched where the browser removed some. */
export function canOpen({ complete, url, lostBytes = 0 }: StoredModel): boolean {
  return complete || (url !== null && lostBytes > 0);
}
