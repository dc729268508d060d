import { useEffect, useState } from 'react';
import type { EngineErrorData } from '../../../engine/api.ts';
import { type AssistantMessage, isAnswering } from '../../state/conversation.ts';
import { asEngineError } from '../../state/engine-failure.ts';
import { effectiveSettings, ownSettings } from '../../state/effective-settings.ts';
import { type Stores, useChat, useModel, useStores } from '../../state/stores.tsx';
import type { Alternatives } from './alternatives.ts';
import { recompute } from './recompute.ts';

export type AlternativesState =
  /** `isCheap`: it takes about a tenth of a second, and need not be asked for. */
  | { readonly kind: 'possible'; readonly isCheap: boolean }
  | { readonly kind: 'working'; readonly share: number }
  | { readonly kind: 'ready'; readonly alternatives: Alternatives }
  | { readonly kind: 'failed'; readonly error: EngineErrorData }
  /** An answer is under way. */
  | { readonly kind: 'busy' }
  /** Another model wrote it than the one that is loaded. */
  | { readonly kind: 'other-model'; readonly model: string }
  /** Its tokens are not known. */
  | { readonly kind: 'unknown' };

/** Of the answers that were looked at last: a rival takes some 100 bytes, ten of them a token. */
const KEPT = 4;
const kept = new Map<string, { readonly tokens: readonly number[]; readonly alternatives: Alternatives }>();

/** So many numbers are looked at in about a tenth of a second, and multiplied in less than that on a GPU. */
const CHEAP_LOGITS = 8e6;
const CHEAP_PRODUCTS = 2e10;

type Work =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly share: number }
  | { readonly kind: 'failed'; readonly error: EngineErrorData };

/** What is known of an answer's alternatives, and how to work them out. */
export function useAlternatives(
  message: AssistantMessage | null,
  count: number,
): { readonly state: AlternativesState; ask(): void; stop(): void } {
  const stores = useStores();
  const tokens = message?.tokens ?? null;
  const [work, setWork] = useState<Work>({ kind: 'idle' });
  const [job, setJob] = useState<AbortController | null>(null);
  const model = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  const isBusy = useChat(({ answeringIn }) => answeringIn !== null);
  const used = useChat(({ context }) => context?.used ?? 0);
  const known = message === null ? undefined : kept.get(message.id);

  // A question that is asked meanwhile goes first.
  useEffect(() => {
    if (isBusy) job?.abort();
  }, [isBusy, job]);
  useEffect(() => () => job?.abort(), [job]);

  function ask(): void {
    if (message === null || (state.kind !== 'possible' && state.kind !== 'failed')) return;
    const controller = new AbortController();
    setJob(controller);
    setWork({ kind: 'working', share: 0 });
    reread(stores, message, controller.signal, (share) => setWork({ kind: 'working', share })).then(
      () => setWork({ kind: 'idle' }),
      (error: unknown) => {
        setWork(controller.signal.aborted ? { kind: 'idle' } : { kind: 'failed', error: asEngineError(error) });
      },
    );
  }

  function stateNow(): AlternativesState {
    if (known !== undefined && known.tokens === tokens) return { kind: 'ready', alternatives: known.alternatives };
    if (message === null || tokens === null || message.host !== undefined || isAnswering(message.status))
      return { kind: 'unknown' };
    if (work.kind !== 'idle') return work;
    if (isBusy) return { kind: 'busy' };
    const { file } = message.routing ?? {};
    if (model === null || (file === undefined ? model.name !== message.model : model.id !== file))
      return { kind: 'other-model', model: message.model };
    const read = Math.max(used, count);
    return {
      kind: 'possible',
      isCheap: read * model.vocabularySize <= CHEAP_LOGITS && read * model.activeParameters <= CHEAP_PRODUCTS,
    };
  }

  const state = stateNow();
  return { state, ask, stop: () => job?.abort() };
}

async function reread(
  { chat, model, settings, client }: Stores,
  answer: AssistantMessage,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<void> {
  const { status } = model.getState();
  const { path } = chat.getState();
  if (status.kind !== 'ready' || answer.tokens === null) return;
  const { info } = status;
  const messages = path.map(({ message }) => message);
  const place = messages.findIndex(({ id }) => id === answer.id);
  const alternatives = await recompute(
    {
      path: messages.slice(0, place + 1),
      answer,
      model: info,
      settings: effectiveSettings(info.sampling, settings.getState().sampling, ownSettings(chat.getState())),
      source: client,
      onProgress,
    },
    signal,
  );
  if (alternatives === null) {
    if (signal.aborted) return;
    throw Object.assign(new Error(), { code: 'internal', message: 'the model told nothing of this answer.' });
  }
  kept.delete(answer.id);
  kept.set(answer.id, { tokens: answer.tokens, alternatives });
  for (const id of [...kept.keys()].slice(0, -KEPT)) kept.delete(id);
}
