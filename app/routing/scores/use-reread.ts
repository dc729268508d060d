import { useEffect, useState } from 'react';
import type { ChatState } from '../../state/chat-state.ts';
import type { Message } from '../../state/conversation.ts';
import { effectiveSettings, modelSampling, ownSettings } from '../../state/effective-settings.ts';
import { asEngineError } from '../../state/engine-failure.ts';
import { toChatMessages } from '../../state/prompt.ts';
import { type Stores, useStores } from '../../state/stores.tsx';
import type { RoutingRecord } from '../routing-record.ts';
import { type Reread, rereadOf } from './reread.ts';

export type RereadState =
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  | { readonly kind: 'ready'; readonly reread: Reread }
  /** Another model is loaded than wrote it. */
  | { readonly kind: 'failed'; readonly reason: 'other-model'; readonly model: string }
  /** Read again, it is not what was written: the settings or the conversation before it have changed. */
  | { readonly kind: 'failed'; readonly reason: 'differs' }
  | { readonly kind: 'failed'; readonly reason: 'engine'; readonly message: string };

/** Runs a conversation up to the end of an answer through the model; stops when nobody looks any more. */
export function useReread(messageId: string, record: RoutingRecord): RereadState {
  const stores = useStores();
  const [state, setState] = useState<RereadState>({ kind: 'reading', done: 0, total: 0 });
  useEffect(() => {
    const stop = new AbortController();
    const tell = (next: RereadState): void => {
      if (!stop.signal.aborted) setState(next);
    };
    reread(stores, messageId, record, stop.signal, tell).then(tell, (error: unknown) =>
      tell({ kind: 'failed', reason: 'engine', message: asEngineError(error).message }),
    );
    return () => stop.abort();
  }, [stores, messageId, record]);
  return state;
}

async function reread(
  { client, chat, model, settings }: Stores,
  messageId: string,
  record: RoutingRecord,
  signal: AbortSignal,
  onProgress: (state: RereadState) => void,
): Promise<RereadState> {
  const read = messagesUpTo(chat.getState(), messageId);
  const answer = read.at(-1);
  const { status } = model.getState();
  if (answer?.role !== 'assistant') return { kind: 'failed', reason: 'differs' };
  if (status.kind !== 'ready' || status.info.name !== answer.model)
    return { kind: 'failed', reason: 'other-model', model: answer.model };
  const { systemPrompt } = effectiveSettings(
    modelSampling(model.getState()),
    settings.getState().sampling,
    ownSettings(chat.getState()),
  );
  const request = {
    prompt: { kind: 'chat', messages: toChatMessages(read, systemPrompt, answer), continueLast: true },
    ...{ maxTokens: 0, promptTrace: true, traceScores: true, tokenBytes: true },
    ...(answer.steering !== undefined && { routing: answer.steering.routing }),
    model: status.info.id,
  } as const;
  for await (const event of client.generate(request, signal)) {
    if (event.type === 'prefill') onProgress({ kind: 'reading', done: event.done, total: event.total });
    if (event.type !== 'prompt') continue;
    const found = rereadOf(event, record);
    return found === null ? { kind: 'failed', reason: 'differs' } : { kind: 'ready', reread: found };
  }
  return { kind: 'failed', reason: 'differs' };
}

/** The messages up to an answer that the model read: a long conversation has lost its beginning. */
function messagesUpTo({ path, context }: ChatState, messageId: string): readonly Message[] {
  const messages = path.map(({ message }) => message);
  const end = messages.findIndex(({ id }) => id === messageId) + 1;
  const leftOut = context?.leftOut ?? 0;
  return messages.slice(leftOut < end - 1 ? leftOut : 0, end);
}
