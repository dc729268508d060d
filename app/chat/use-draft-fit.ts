import { useCallback, useEffect, useState } from 'react';
import { useServer } from '../server/use-server.ts';
import { toChatMessages } from '../state/prompt.ts';
import { useModel, useStores } from '../state/stores.tsx';
import { useEffectiveSettings } from '../state/use-effective-settings.ts';
import type { Draft } from './draft-store.ts';
import { shortenDraft } from './shorten-draft.ts';
import { useDraft } from './use-draft.ts';

/** Counted when one pauses, not with each letter. */
const PAUSE_MS = 400;
/** Of the context: what an answer needs at least. */
const ROOM_FOR_ANSWER = 1 / 8;
/** A template's own words, generously. */
const TEMPLATE_BYTES = 1000;

export interface DraftExcess {
  /** Of the question with its files, as the model would read them. */
  readonly tokens: number;
  /** What a question may take of the context. */
  readonly limit: number;
  /** Cuts the draft to what fits. */
  shorten(): Promise<void>;
}

/** By how much what is being written is too long for the model, whatever of the conversation is left out; null where it fits. */
export function useDraftExcess(): DraftExcess | null {
  const { client } = useStores();
  const { key, text, attachments, store } = useDraft();
  // Only a server itself can count what it reads.
  const isServer = useServer() !== null;
  const info = useModel(({ status }) => (status.kind === 'ready' && !isServer ? status.info : null));
  const { systemPrompt } = useEffectiveSettings();
  const [counted, setCounted] = useState<number | null>(null);
  const limit = info === null ? Infinity : info.contextLength - Math.ceil(info.contextLength * ROOM_FOR_ANSWER);

  const count = useCallback(
    (draft: Draft): Promise<number> => {
      const question = { id: '', parentId: null, createdAt: 0, role: 'user', content: draft.text.trim() } as const;
      const messages = toChatMessages([{ ...question, attachments: draft.attachments }], systemPrompt);
      return client.countTokens({ kind: 'chat', messages });
    },
    [client, systemPrompt],
  );

  // A token has a byte at least.
  const bytes = [text, systemPrompt, ...attachments.map((one) => one.text)].reduce(
    (sum, one) => sum + 3 * one.length,
    0,
  );
  const mayExceed = info !== null && (text.trim() !== '' || attachments.length > 0) && bytes + TEMPLATE_BYTES > limit;

  useEffect(() => {
    if (!mayExceed) {
      setCounted(null);
      return;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      count({ text, attachments }).then(
        (tokens) => {
          if (isWanted) setCounted(tokens);
        },
        // What cannot be counted says why when it is sent.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [count, text, attachments, mayExceed, info]);

  if (!mayExceed || counted === null || counted <= limit) return null;
  return {
    tokens: counted,
    limit,
    shorten: async () => {
      const short = await shortenDraft({ text, attachments }, limit, count);
      store.setText(key, short.text);
      store.setAttachments(key, short.attachments);
    },
  };
}
